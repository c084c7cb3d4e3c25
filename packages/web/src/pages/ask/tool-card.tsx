// A tool call as the asker sees it: what, as whom, with which values, what policy said, what came of it.
import { actingWords } from "@stead/protocol";
import type { ReactElement } from "react";
import { isQuestionBefore } from "../../stream/run-view.ts";
import type { CallState, CallView } from "../../stream/run-view.ts";
import { AskToShare } from "../../ui/ask-to-share.tsx";
import { Arguments } from "../../ui/arguments.tsx";
import { Badge, Dot } from "../../ui/badge.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { DecisionView } from "../../ui/decision.tsx";
import { duration } from "../../ui/format.ts";
import { Progress } from "../../ui/progress.tsx";
import { Withheld, withheldWhy } from "../../ui/withheld.tsx";
import { ApprovalInThread } from "./approval-in-thread.tsx";

const STATE: Record<CallState, [Tone, string]> = {
  proposed: ["plain", "proposed"],
  waiting: ["ask", "waiting for approval"],
  running: ["live", "running"],
  ok: ["permit", "done"],
  error: ["deny", "failed"],
  denied: ["deny", "not done"],
};
const RESULT_SHOWN = 2000;

/** Nobody, where it was never decided. */
function whoActs({ actsAs, actingAs, state, card }: CallView): string {
  if (actsAs === undefined || actingAs === "") return "";
  const undone = state === "error" || state === "denied" ? "undone" : undefined;
  const tense = state === "ok" ? "done" : undone;
  return actingWords({ kind: actsAs, name: actingAs, effect: card?.tool.effect, tense });
}

export function ToolCard(props: {
  call: CallView;
  runId: string;
  /** The run has ended. */
  ended: boolean;
}): ReactElement {
  const { call, runId, ended } = props;
  const { title } = call;
  const ofNoCall = isQuestionBefore(call);
  const [tone, word] = STATE[call.state];
  const loud =
    (call.state === "running" && call.parts !== null) ||
    call.state === "waiting" ||
    call.state === "denied" ||
    call.state === "error";
  return (
    <details
      open={loud}
      className="group rounded-md border border-line bg-surface open:border-line-strong"
    >
      <summary className="flex flex-wrap items-center gap-x-2 gap-y-0.5 rounded-md px-3 py-2 hover:bg-sunken">
        <Dot tone={tone} live={call.state === "running"} />
        <span className="font-medium">{title}</span>
        {title === call.tool || ofNoCall ? null : (
          <code className="font-mono text-xs text-quiet">{call.tool}</code>
        )}
        <span className="text-xs text-quiet">{whoActs(call)}</span>
        <span className="ml-auto flex items-center gap-2 text-xs text-quiet">
          {call.durationMs === null ? null : duration(call.durationMs)}
          <Badge tone={tone}>{word}</Badge>
        </span>
      </summary>
      {call.parts === null || call.state !== "running" ? null : <Parts parts={call.parts} />}
      <div className="flex flex-col gap-3 border-t border-line px-3 py-2.5">
        {ofNoCall ? null : <Arguments of={call.arguments} />}
        {call.decision === null ? null : (
          <DecisionView decision={call.decision} brief={call.card !== null} />
        )}
        {isRefusedShare(call) ? (
          <AskToShare
            runId={runId}
            callId={call.callId}
            why={ended ? null : "Wait until the run has ended, then ask."}
          />
        ) : null}
        {call.card === null ? null : <ApprovalInThread call={call} card={call.card} />}
        {call.text === "" ? null : <Result call={call} />}
      </div>
    </details>
  );
}

function isRefusedShare({ decision }: CallView): boolean {
  return decision?.kind === "deny" && decision.lacking !== undefined;
}

function Parts({ parts }: { parts: NonNullable<CallView["parts"]> }): ReactElement {
  return (
    <div className="flex flex-col gap-1 px-3 pb-2">
      <Progress {...parts} label="Parts of the work done" />
      <p className="text-xs text-quiet">
        {parts.done} of {parts.total} parts
      </p>
    </div>
  );
}

function Result({ call }: { call: CallView }): ReactElement {
  const long = call.text.length > RESULT_SHOWN;
  const withheld = withheldWhy(call.text);
  if (withheld !== null) return <Withheld why={withheld} />;
  return (
    <div className="flex flex-col gap-1">
      <p className="text-xs text-quiet">{call.state === "ok" ? "Result" : "What came of it"}</p>
      <pre className="max-h-60 overflow-auto rounded-md bg-sunken p-2 font-mono text-xs whitespace-pre-wrap">
        {long ? `${call.text.slice(0, RESULT_SHOWN)}…` : call.text}
      </pre>
      {long ? <p className="text-xs text-quiet">The rest is in the trace.</p> : null}
    </div>
  );
}
