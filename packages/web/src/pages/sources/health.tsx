// How a source is: progress, how fresh what is known of it is, what each kind of work does. Each number opens
// the rows that it counts.
import type { ReactElement, ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";
import { count, duration, every, interval } from "../../ui/format.ts";
import { Properties, Section } from "../../ui/page.tsx";
import { Progress } from "../../ui/progress.tsx";
import { Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { Count, Rows } from "./open-rows.tsx";
import type { SourceView } from "./words.ts";
import { inOrder, WORK } from "./work.tsx";

type Health = SourceView["health"];

export function HealthView({ source }: { source: SourceView }): ReactElement {
  const { health } = source;
  return (
    <Section
      title="Health"
      acts={health.closed ? <Badge tone="deny">closed: nobody reads it now</Badge> : null}
    >
      <Reading health={health} />
      <Properties
        rows={[
          ...itemRows(health),
          [
            "Last change seen",
            health.lastChangeAt === null ? (
              "none yet"
            ) : (
              <Rows of="newest">
                <Time at={health.lastChangeAt} />
              </Rows>
            ),
          ],
          ...freshRows(source),
        ]}
      />
      <div className="overflow-x-auto">
        <Table label="Work" rows={inOrder(health.jobs)} columns={WORK} rowId={({ kind }) => kind} />
      </div>
    </Section>
  );
}

function itemRows({ items }: Health): [string, ReactNode][] {
  return [
    [
      "Documents",
      <span key="documents">
        <Rows of="documents" none={items.documents === 0}>
          {count(items.documents)}
        </Rows>
        , <Count of="indexed" value={items.indexed} word="can be searched" />,{" "}
        <Count of="pending" value={items.pending} word="to read" />, in{" "}
        <Count of="containers" value={items.containers} word="folders" />
      </span>,
    ],
    [
      "Not read",
      <span key="unread">
        <Count of="failed" value={items.failed} word="failed" />,{" "}
        <Count of="skipped" value={items.skipped} word="left out" />,{" "}
        <Count of="without-readers" value={items.withoutReaders} word="without known readers" />
      </span>,
    ],
  ];
}

function freshRows(source: SourceView): [string, ReactNode][] {
  const { objectiveMs, failClosed } = source;
  const { intervals, lagMs } = source.health;
  const past = `${failClosed ? "closes" : "is only said to be old"} past ${interval(objectiveMs)}`;
  return [
    ["Age of what is known", lagMs === null ? "not read whole yet" : `${duration(lagMs)}; ${past}`],
    ["From receipt to force", <Force key="force" health={source.health} />],
    ...(intervals === null ? [] : [heard(intervals)]),
  ];
}

function Force({ health }: { health: Health }): ReactElement {
  const { freshness, intervals } = health;
  if (freshness === null)
    return intervals?.pollMs === null && !intervals.pushed ? (
      <>it tells of no change: what a comparison finds is in force with it</>
    ) : (
      <>no change was received yet</>
    );
  return (
    <>
      half within <Rows of="slowest">{duration(freshness.p50Ms)}</Rows>, 99 of 100 within{" "}
      <Rows of="slowest">{duration(freshness.p99Ms)}</Rows>, of{" "}
      <Count
        of="newest"
        value={freshness.count}
        word={freshness.count === 1 ? "change" : "changes"}
      />
    </>
  );
}

function heard(intervals: NonNullable<Health["intervals"]>): [string, ReactNode] {
  const { pollMs, reconcileMs, pushed } = intervals;
  const compared = `everything is compared ${every(reconcileMs)}`;
  const asked = pollMs === null ? "" : `asked ${every(pollMs)}; `;
  return ["Hears of changes", `${pushed ? "at once, by its events; " : ""}${asked}${compared}`];
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
