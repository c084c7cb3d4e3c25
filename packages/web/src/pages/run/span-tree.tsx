// The tree of a run with durations as bars on one time line.
import type { Run, TraceSpan } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import type { Tone } from "../../ui/badge.tsx";
import { Dot } from "../../ui/badge.tsx";
import { cx } from "../../ui/class-names.ts";
import { Elapsed, useNow } from "../../ui/time.tsx";
import { spanName } from "./span-name.ts";
import { barOf, scaleOf, treeOf } from "./tree.ts";
import type { Bar, SpanNode } from "./tree.ts";

const TONE: Record<TraceSpan["status"], Tone> = {
  ok: "plain",
  error: "deny",
  denied: "deny",
  waiting: "ask",
  running: "live",
};
const FILL: Record<Tone, string> = {
  plain: "bg-line-strong",
  permit: "bg-permit",
  ask: "bg-ask",
  deny: "bg-deny",
  live: "bg-live",
};
const INDENT_PX = 14;

export function SpanTree(props: {
  trace: Reply<"run.trace">;
  chosenId: string | undefined;
}): ReactElement {
  const { run, spans } = props.trace;
  const nodes = useMemo(() => treeOf(spans), [spans]);
  const now = useNow();
  const to = run.endedAt === null ? now : Date.parse(run.endedAt);
  const last = Math.max(...spans.map((span) => span.endedAt ?? span.startedAt), 0);
  const end = Math.max(to, last);
  const place = scaleOf(spans, Date.parse(run.startedAt), end);
  const barFor = (span: TraceSpan): Bar => barOf(span, place, end);
  return <Level nodes={nodes} depth={0} run={run} barFor={barFor} chosenId={props.chosenId} />;
}

interface LevelProps {
  nodes: SpanNode[];
  depth: number;
  run: Run;
  barFor: (span: TraceSpan) => Bar;
  chosenId: string | undefined;
}

function Level({ nodes, depth, run, barFor, chosenId }: LevelProps): ReactElement {
  return (
    <ul>
      {nodes.map((node) => (
        <li key={node.span.id}>
          <Row
            span={node.span}
            name={spanName(node.span, run)}
            depth={depth}
            barFor={barFor}
            chosen={node.span.id === chosenId}
          />
          {node.children.length === 0 ? null : (
            <Level
              nodes={node.children}
              depth={depth + 1}
              run={run}
              barFor={barFor}
              chosenId={chosenId}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function Row(props: {
  span: TraceSpan;
  depth: number;
  barFor: (span: TraceSpan) => Bar;
  chosen: boolean;
  name: string;
}): ReactElement {
  const { span, depth, barFor, chosen, name } = props;
  const tone = TONE[span.status];
  const bar = barFor(span);
  return (
    <Link
      data-row=""
      from="/runs/$runId"
      to="."
      search={{ span: span.id }}
      replace
      aria-current={chosen}
      className="flex h-8 items-center gap-2 border-b border-line/60 pr-3 -outline-offset-2 hover:bg-sunken current:bg-sunken current:shadow-[inset_2px_0_0_var(--ink)]"
      style={{ paddingLeft: 14 + depth * INDENT_PX }}
    >
      <Dot tone={tone} live={span.status === "running"} />
      <span className="min-w-0 grow truncate">
        <span title={span.name}>{name}</span>
        <span className="sr-only">, {span.status}</span>
        {span.withheld === null ? null : (
          <span className="ml-2 hatched rounded-sm px-1 text-xs text-quiet">withheld</span>
        )}
      </span>
      <span className="hidden w-14 shrink-0 text-xs text-quiet sm:block">{span.kind}</span>
      <span
        aria-hidden="true"
        className="relative hidden h-1.5 w-28 shrink-0 sm:block rounded-full bg-sunken"
      >
        <span
          className={cx("absolute inset-y-0 rounded-full", FILL[tone])}
          style={{ left: `${bar.left}%`, width: `${bar.width}%` }}
        />
      </span>
      <span className="w-16 shrink-0 text-right text-xs text-quiet">
        <Elapsed from={span.startedAt} to={span.endedAt} />
      </span>
    </Link>
  );
}
