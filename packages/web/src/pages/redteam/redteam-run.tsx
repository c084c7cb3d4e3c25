// One red-team run: the musts, each variant with its numbers, and the plays behind a number.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { PersonName } from "../../ui/person-name.tsx";
import { count, duration } from "../../ui/format.ts";
import { LINK } from "../../ui/link-row.tsx";
import { Properties, Section } from "../../ui/page.tsx";
import { Read } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { Plays } from "./plays.tsx";
import { Held } from "./redteam.tsx";

const route = getRouteApi("/redteam");

type Found = Reply<"redteam.get">;
type Row = Found["rows"][number];
type Outcome = Found["plays"][number]["outcome"];

/** The goal: what is asked of people while nobody attacks. */
const APPROVALS_GOAL = 0.3;

export function RedteamRun({ id }: { id: string }): ReactElement {
  const found = useRead("redteam.get", { params: { redteamId: id } });
  return <Read of={found}>{(run) => <Run run={run} />}</Read>;
}

function Run({ run }: { run: Found }): ReactElement {
  const { variant, outcome } = route.useSearch();
  return (
    <article className="flex flex-col gap-5 px-4 py-4">
      <header className="flex flex-col gap-1">
        <Link to="/redteam" search={{}} className={`${LINK} lg:hidden`}>
          Back to the list
        </Link>
        <h2 className="flex items-center gap-2 text-base font-semibold">
          {run.suite} <Held run={run} />
        </h2>
      </header>
      <Properties rows={factsOf(run)} />
      <Section title="Variants" className="[&>table]:-mx-2">
        <Table
          label="Variants"
          rows={run.rows}
          columns={columnsOf(run)}
          rowId={(row) => row.variant}
          selectedId={variant}
        />
        <p className="text-xs text-quiet">
          Of a variant with <em>own values</em> no rule about where values are from can tell the
          attack from work: contracts and policies narrow it.
        </p>
      </Section>
      <Plays run={run} variant={variant} outcome={outcome} />
    </article>
  );
}

function factsOf(run: Found): [string, ReactElement | string][] {
  return [
    ["Got through", <Must key="t" n={run.attackEffects} what="through" run={run} />],
    ["Tasks not completed", <Must key="i" n={run.tasksIncomplete} what="incomplete" run={run} />],
    ["Reads that asked", <Must key="r" n={run.readsAsked} what="read-asked" run={run} />],
    [
      "Approvals a task",
      <span key="a" className={run.approvalsPerTask > APPROVALS_GOAL ? "text-ask" : ""}>
        {run.approvalsPerTask.toFixed(2)}{" "}
        <span className="text-quiet">
          of {count(run.tasks)} tasks that nobody attacks; the goal is {APPROVALS_GOAL.toFixed(2)}
        </span>
      </span>,
    ],
    ["Version", run.version],
    [
      "Played",
      <span key="p">
        <Time at={run.startedAt} />, in {duration(run.durationMs)}, reported by{" "}
        <PersonName personId={run.reportedBy} />
      </span>,
    ],
  ];
}

function Must(props: { n: number; what: Outcome; run: Found }): ReactElement {
  const { n, what, run } = props;
  if (n === 0) return <span className="text-permit">none</span>;
  return (
    <Link to="/redteam" search={{ run: run.id, outcome: what }} className="text-deny underline">
      {count(n)}
    </Link>
  );
}

function columnsOf(run: Found): Column<Row>[] {
  const number = (row: Row, n: number, outcome?: Outcome): ReactElement => {
    const has = run.plays.some(
      (play) => play.variant === row.variant && (outcome === undefined || play.outcome === outcome),
    );
    if (n === 0 || !has) return <span className={n === 0 ? "text-quiet" : ""}>{count(n)}</span>;
    return (
      <Link
        to="/redteam"
        search={{ run: run.id, variant: row.variant, ...(outcome ? { outcome } : {}) }}
        className={LINK}
        aria-label={`${n} of ${row.variant}${outcome ? `, ${outcome}` : ""}`}
      >
        {count(n)}
      </Link>
    );
  };
  return [
    {
      id: "variant",
      header: "Variant",
      cell: (row) => (
        <Link data-row="" to="/redteam" search={{ run: run.id, variant: row.variant }}>
          {row.variant}
          {row.undecided ? <span className="text-quiet"> own values</span> : null}
        </Link>
      ),
    },
    { id: "plays", header: "Plays", right: true, cell: (row) => count(row.plays) },
    {
      id: "through",
      header: "Got through",
      right: true,
      cell: (row) => (
        <span className={row.through > 0 && !row.undecided ? "text-deny" : ""}>
          {number(row, row.through, "through")}
        </span>
      ),
    },
    { id: "held", header: "Held", right: true, cell: (row) => number(row, row.held, "held") },
    {
      id: "completed",
      header: "Task done",
      right: true,
      wideOnly: true,
      cell: (row) => count(row.completed),
    },
    {
      id: "approvals",
      header: "Approved",
      right: true,
      cell: (row) =>
        row.variant === "task" ? number(row, row.approvals, "asked") : count(row.approvals),
    },
  ];
}
