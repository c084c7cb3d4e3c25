// How a source is: progress, how fresh what is known of it is, what each kind of work last did.
import type { ReactElement } from "react";
import { Badge } from "../../ui/badge.tsx";
import { count, duration } from "../../ui/format.ts";
import { Properties, Section } from "../../ui/page.tsx";
import { Progress } from "../../ui/progress.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { JOB, type SourceView } from "./words.ts";

type Health = SourceView["health"];
type Job = Health["jobs"][number];

export function HealthView({ source }: { source: SourceView }): ReactElement {
  const { health, objectiveMs, failClosed } = source;
  const { items, freshness } = health;
  return (
    <Section
      title="Health"
      acts={health.closed ? <Badge tone="deny">closed: nobody reads it now</Badge> : null}
    >
      <Reading health={health} />
      <Properties
        rows={[
          ["Documents", `${count(items.documents)}, ${count(items.indexed)} can be searched`],
          [
            "Not read",
            `${count(items.failed)} failed, ${count(items.skipped)} left out, ${count(items.withoutReaders)} without known readers`,
          ],
          [
            "Last change seen",
            health.lastChangeAt === null ? "none yet" : <Time at={health.lastChangeAt} />,
          ],
          [
            "Age of what is known",
            health.lagMs === null
              ? "not read whole yet"
              : `${duration(health.lagMs)}; ${failClosed ? "closes" : "is only said to be old"} past ${duration(objectiveMs)}`,
          ],
          [
            "From receipt to force",
            freshness === null
              ? "no change was received yet"
              : `half within ${duration(freshness.p50Ms)}, 99 of 100 within ${duration(freshness.p99Ms)} (${count(freshness.count)} changes)`,
          ],
        ]}
      />
      <Table label="Work" rows={health.jobs} columns={COLUMNS} rowId={({ kind }) => kind} />
    </Section>
  );
}

function Reading({ health }: { health: Health }): ReactElement | null {
  const { items, rate, timeLeftMs } = health;
  if (items.pending === 0) return null;
  const done = items.documents - items.pending;
  return (
    <div className="flex flex-col gap-1">
      <Progress done={done} total={items.documents} label="Contents read" />
      <p role="status" className="text-xs text-quiet">
        {count(done)} of {count(items.documents)} read
        {rate === null ? "" : `, ${rate.toFixed(1)} a second`}
        {timeLeftMs === null ? "" : `, about ${duration(timeLeftMs)} left`}
        {health.failures === 0 ? "" : `, ${count(health.failures)} with errors`}
      </p>
    </div>
  );
}

const COLUMNS: Column<Job>[] = [
  { id: "kind", header: "Work", cell: ({ kind }) => JOB[kind] },
  {
    id: "state",
    header: "State",
    cell: (job) => {
      if (job.state === "failed" || job.state === "reconnect")
        return <Badge tone="deny">{job.detail ?? job.state}</Badge>;
      if (job.isWorking || job.isUnderWay) return <Badge tone="live">under way</Badge>;
      if (job.detail !== null) return <Badge tone="ask">{job.detail}</Badge>;
      return <span className="text-quiet">at rest</span>;
    },
  },
  {
    id: "counts",
    header: "Of this pass",
    wideOnly: true,
    cell: ({ counts }) => (
      <span className="text-xs text-quiet">
        {Object.entries(counts)
          .filter(([, value]) => value > 0)
          .map(([name, value]) => `${count(value)} ${name}`)
          .join(", ")}
      </span>
    ),
  },
  {
    id: "ended",
    header: "Last whole",
    right: true,
    cell: ({ endedAt }) => (endedAt === null ? "" : <Time at={endedAt} />),
  },
];
