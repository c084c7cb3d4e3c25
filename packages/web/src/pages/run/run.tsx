// A run as a trace: the tree of what happened at the left, one part of it at the right. Live while it goes.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { Badge, RunStatusBadge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { cost, count, counted } from "../../ui/format.ts";
import { LINK } from "../../ui/link-row.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { Empty, InlineFailure, Read } from "../../ui/states.tsx";
import { Elapsed, Time } from "../../ui/time.tsx";
import { useMay, useSession } from "../../shell/session.tsx";
import { isOpen } from "../ask/turns.ts";
import { SpanDetail } from "./span-detail.tsx";
import { SpanTree } from "./span-tree.tsx";

type TraceReply = Reply<"run.trace">;
const route = getRouteApi("/runs/$runId");
const LIVE_MS = 1000;

const SEEN_AS: Record<string, string> = {
  asker: "You see it as the one who asked.",
  approver: "You see it as an approver: the calls you may answer, not what the agent read.",
  auditor: "You see it as an auditor. That you opened it is recorded.",
};

export function RunPage(): ReactElement {
  const { runId } = route.useParams();
  const trace = useRead(
    "run.trace",
    { params: { runId } },
    {
      keep: true,
      everyMs: (data) => (data === undefined || isOpen(data.run.status) ? LIVE_MS : false),
    },
  );
  return <Read of={trace}>{(data) => <Trace trace={data} />}</Read>;
}

function Trace({ trace }: { trace: TraceReply }): ReactElement {
  const { span: spanId } = route.useSearch();
  const { run, spans } = trace;
  const may = useMay();
  const chosen = spans.find((span) => span.id === spanId) ?? spans.find((s) => s.kind === "run");
  return (
    <Page
      title={run.title === "" ? "A run" : run.title}
      lead={<RunStatusBadge status={run.status} />}
      acts={
        <>
          {trace.seenAs === "asker" ? (
            <Link to="/ask/$threadId" params={{ threadId: run.threadId }} className={LINK}>
              Thread
            </Link>
          ) : null}
          {may("ledger.search") ? (
            <Link to="/egress" search={{ tab: "log", run: run.id }} className={LINK}>
              What it sent
            </Link>
          ) : null}
          {isOpen(run.status) ? <Cancel run={run} /> : null}
        </>
      }
    >
      <div className="flex h-full flex-col">
        <Figures trace={trace} />
        <div className="min-h-0 grow">
          <Split
            open={spanId !== undefined}
            listWidth="lg:w-[46%]"
            listLabel="What happened, in order"
            detailLabel="One part of the run"
            list={<SpanTree trace={trace} chosenId={chosen?.id} />}
            detail={
              chosen === undefined ? (
                <Empty title="Nothing has happened yet" />
              ) : (
                <SpanDetail key={chosen.id} span={chosen} trace={trace} />
              )
            }
          />
        </div>
      </div>
    </Page>
  );
}

function Cancel({ run }: { run: TraceReply["run"] }): ReactElement {
  const { principal } = useSession();
  const cancel = useAct("run.cancel", ["run.get", "run.trace", "run.list"]);
  const mine = run.person.id === principal.personId;
  return (
    <>
      <InlineFailure error={cancel.error} />
      <Button
        icon="stop"
        busy={cancel.isPending}
        why={mine ? null : "Only the one who asked can cancel it."}
        onClick={() => cancel.mutate({ params: { runId: run.id } })}
      >
        Cancel
      </Button>
    </>
  );
}

function Figures({ trace }: { trace: TraceReply }): ReactElement {
  const { run } = trace;
  const { usage } = run;
  const ended = run.endedAt === null ? null : Date.parse(run.endedAt);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 text-quiet">
      <span>
        <Link to="/runs" search={{ agent: run.agent.id }} className="text-ink hover:underline">
          {run.agent.name} v{run.agent.version}
        </Link>{" "}
        for{" "}
        <Link to="/runs" search={{ person: run.person.id }} className="text-ink hover:underline">
          {run.person.name}
        </Link>
      </span>
      {run.trial ? <Badge>trial of a draft</Badge> : null}
      <span>
        <Time at={run.startedAt} />
      </span>
      <span>
        {ended === null ? "for" : "took"} <Elapsed from={Date.parse(run.startedAt)} to={ended} />
      </span>
      <span>{counted(run.steps, "step")}</span>
      <span
        title={`${count(usage.cachedTokens)} read from cache, ${count(usage.reasoningTokens)} for reasoning`}
      >
        {count(usage.inputTokens)} tokens in, {count(usage.outputTokens)} out
      </span>
      <span>{cost(usage.costMicros)}</span>
      <span className="text-xs lg:ml-auto">{SEEN_AS[trace.seenAs] ?? trace.seenAs}</span>
    </div>
  );
}
