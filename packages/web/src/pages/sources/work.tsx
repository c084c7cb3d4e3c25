// What each kind of work of a source does: how far, how fast, how long still, and what went wrong.
import type { ReactElement } from "react";
import { Badge } from "../../ui/badge.tsx";
import { count, counted, duration } from "../../ui/format.ts";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { Count } from "./open-rows.tsx";
import { JOB, type RowsOf, type SourceView } from "./words.ts";

type Job = SourceView["health"]["jobs"][number];

const ORDER = Object.keys(JOB);

/** In the order in which it is done first. */
export function inOrder(jobs: readonly Job[]): Job[] {
  return jobs.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

/** Behind the errors, and what is left, of each kind of work; none: there are no rows of it. */
const ERRORS: Record<Job["kind"], RowsOf | null> = {
  people: null,
  items: null,
  changes: "waiting",
  access: "without-readers",
  content: "failed",
};
const LEFT: Record<Job["kind"], RowsOf | null> = {
  ...ERRORS,
  access: null,
  content: "pending",
};

function OfJob({ of, value }: { of: RowsOf | null; value: number }): ReactElement {
  return of === null ? <>{count(value)}</> : <Count of={of} value={value} word="" />;
}

function stateOf(job: Job): ReactElement {
  if (job.state === "failed" || job.state === "reconnect")
    return <Badge tone="deny">{job.detail ?? job.state}</Badge>;
  if (job.isWorking || job.isUnderWay) return <Badge tone="live">under way</Badge>;
  if (job.detail !== null) return <Badge tone="ask">{job.detail}</Badge>;
  return <span className="text-quiet">at rest</span>;
}

function doneOf({ counts }: Job): string {
  const shown = Object.entries(counts).filter(([name, value]) => value > 0 && name in COUNTED);
  return shown.map(([name, value]) => counted(value, ...(COUNTED[name] ?? [name]))).join(", ");
}

/** What is left out says something to the machine alone. */
const COUNTED: Record<string, [one: string, many?: string]> = {
  users: ["user"],
  groups: ["group"],
  listed: ["item"],
  gone: ["gone", "gone"],
  changes: ["change"],
  recomputed: ["worked out", "worked out"],
  reread: ["asked again", "asked again"],
  read: ["file"],
};

function speed({ rate }: Job): string {
  if (rate === null) return "";
  return rate >= 10 ? `${count(Math.round(rate))}/s` : `${rate.toFixed(1)}/s`;
}

export const WORK: Column<Job>[] = [
  { id: "kind", header: "Work", cell: ({ kind }) => JOB[kind] },
  { id: "state", header: "State", cell: stateOf },
  {
    id: "counts",
    header: "Done",
    wideOnly: true,
    cell: (job) => <span className="text-xs text-quiet">{doneOf(job)}</span>,
  },
  { id: "rate", header: "Rate", right: true, wideOnly: true, cell: speed },
  {
    id: "left",
    header: "Left",
    right: true,
    cell: ({ kind, left }) =>
      left === null ? (
        <span className="text-quiet" title="The source does not say how much there is">
          not known
        </span>
      ) : (
        <OfJob of={LEFT[kind]} value={left} />
      ),
  },
  {
    id: "time",
    header: "Time left",
    right: true,
    wideOnly: true,
    cell: ({ left, timeLeftMs }) => (left === 0 || timeLeftMs === null ? "" : duration(timeLeftMs)),
  },
  {
    id: "errors",
    header: "Errors",
    right: true,
    cell: ({ kind, errors }) => <OfJob of={ERRORS[kind]} value={errors} />,
  },
  {
    id: "ended",
    header: "Last ended",
    right: true,
    cell: ({ endedAt }) => (endedAt === null ? "" : <Time at={endedAt} />),
  },
];
