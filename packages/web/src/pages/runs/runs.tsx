// Runs: mine, or all for an auditor. Filters are pills and stand in the URL.
import type { Run, RunStatus } from "@stead/protocol";
import { runStatusSchema } from "@stead/protocol";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { usePages, useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge, RunStatusBadge } from "../../ui/badge.tsx";
import { SelectField } from "../../ui/field.tsx";
import { cost, count } from "../../ui/format.ts";
import { Page } from "../../ui/page.tsx";
import { FilterPill } from "../../ui/pill.tsx";
import { Empty, Failure, Loading } from "../../ui/states.tsx";
import { More, Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { Elapsed, Time } from "../../ui/time.tsx";

const route = getRouteApi("/runs");

const COLUMNS: Column<Run>[] = [
  {
    id: "title",
    header: "Question",
    cell: (run) => (
      <Link
        data-row=""
        to="/runs/$runId"
        params={{ runId: run.id }}
        className="line-clamp-1 font-medium hover:underline"
      >
        {run.title === "" ? <span className="text-quiet">not yours to read</span> : run.title}
      </Link>
    ),
  },
  { id: "status", header: "Status", cell: (run) => <RunStatusBadge status={run.status} /> },
  {
    id: "agent",
    header: "Agent",
    wideOnly: true,
    cell: (run) => (
      <Link
        from="/runs"
        to="."
        search={(known) => ({ ...known, agent: run.agent.id })}
        className="hover:underline"
      >
        {run.agent.name} {run.trial ? <Badge>trial</Badge> : `v${run.agent.version}`}
      </Link>
    ),
  },
  {
    id: "person",
    header: "For",
    wideOnly: true,
    cell: (run) => (
      <Link
        from="/runs"
        to="."
        search={(known) => ({ ...known, person: run.person.id })}
        className="hover:underline"
      >
        {run.person.name}
      </Link>
    ),
  },
  { id: "started", header: "Started", cell: (run) => <Time at={run.startedAt} /> },
  {
    id: "took",
    header: "Took",
    right: true,
    wideOnly: true,
    cell: (run) => (
      <Elapsed
        from={Date.parse(run.startedAt)}
        to={run.endedAt === null ? null : Date.parse(run.endedAt)}
      />
    ),
  },
  { id: "steps", header: "Steps", right: true, wideOnly: true, cell: (run) => count(run.steps) },
  {
    id: "tokens",
    header: "Tokens",
    right: true,
    wideOnly: true,
    cell: (run) => count(run.usage.inputTokens + run.usage.outputTokens),
  },
  {
    id: "cost",
    header: "Cost",
    right: true,
    wideOnly: true,
    cell: (run) => cost(run.usage.costMicros),
  },
];

export function RunsPage(): ReactElement {
  const { status, agent, person } = route.useSearch();
  const runs = usePages(
    "run.list",
    { query: { status, agentId: agent, personId: person } },
    { everyMs: 5000, keep: true },
  );
  const filtered = status !== undefined || agent !== undefined || person !== undefined;
  return (
    <Page title="Runs">
      <Filters runs={runs.items} />
      {runs.error !== null && runs.items.length === 0 ? (
        <Failure error={runs.error} again={runs.again} />
      ) : runs.isPending ? (
        <Loading />
      ) : runs.items.length === 0 ? (
        <Empty title={filtered ? "No run fits these filters" : "No runs yet"}>
          {filtered ? "Take a filter off to see more." : "Each question to an agent is a run."}
        </Empty>
      ) : (
        <Table label="Runs" rows={runs.items} columns={COLUMNS} rowId={(run) => run.id} />
      )}
      <More pages={runs} />
    </Page>
  );
}

const STATUSES = [
  { value: "", label: "Any status" },
  ...runStatusSchema.options.map((value) => ({ value, label: value })),
];

function isStatus(value: string): value is RunStatus {
  return runStatusSchema.safeParse(value).success;
}

function Filters({ runs }: { runs: Run[] }): ReactElement {
  const { status, agent, person } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const agents = useRead("agent.list", {}, { enabled: may("agent.list") });
  const agentName =
    agents.data?.items.find((item) => item.id === agent)?.draft.name ??
    runs.find((run) => run.agent.id === agent)?.agent.name;
  const personName = runs.find((run) => run.person.id === person)?.person.name;
  const set = (change: { status?: RunStatus; agent?: string; person?: string }): void =>
    void navigate({ search: (known) => ({ ...known, ...change }) });
  const clear = (key: "status" | "agent" | "person"): void =>
    void navigate({ search: (known) => ({ ...known, [key]: undefined }) });
  return (
    <div className="flex flex-wrap items-center gap-2 px-4 py-2">
      {status === undefined ? (
        <SelectField
          bare
          label="Status"
          value=""
          choices={STATUSES}
          onChange={(event) => {
            const { value } = event.target;
            if (isStatus(value)) set({ status: value });
            else clear("status");
          }}
        />
      ) : (
        <FilterPill name="status" value={status} onClear={() => clear("status")} />
      )}
      {agent === undefined ? (
        <SelectField
          bare
          label="Agent"
          value=""
          choices={[
            { value: "", label: "Any agent" },
            ...(agents.data?.items ?? []).map((item) => ({
              value: item.id,
              label: item.draft.name,
            })),
          ]}
          onChange={(event) =>
            event.target.value === "" ? clear("agent") : set({ agent: event.target.value })
          }
        />
      ) : (
        <FilterPill name="agent" value={agentName ?? agent} onClear={() => clear("agent")} />
      )}
      {person === undefined ? null : (
        <FilterPill name="for" value={personName ?? person} onClear={() => clear("person")} />
      )}
    </div>
  );
}
