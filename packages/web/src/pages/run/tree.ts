// The spans of a trace as a tree, and where each one's bar stands in the run's time.
import type { TraceSpan } from "@stead/protocol";

export interface SpanNode {
  span: TraceSpan;
  children: SpanNode[];
}

export function treeOf(spans: TraceSpan[]): SpanNode[] {
  const nodes = new Map(spans.map((span) => [span.id, { span, children: [] as SpanNode[] }]));
  const roots: SpanNode[] = [];
  for (const node of nodes.values()) {
    const parent = node.span.parentId === null ? undefined : nodes.get(node.span.parentId);
    if (parent === undefined) roots.push(node);
    else parent.children.push(node);
  }
  const inOrder = (list: SpanNode[]): SpanNode[] => {
    list.sort((a, b) => a.span.startedAt - b.span.startedAt || firstSeq(a) - firstSeq(b));
    for (const node of list) inOrder(node.children);
    return list;
  };
  return inOrder(roots);
}

function firstSeq(node: SpanNode): number {
  return node.span.seqs[0] ?? 0;
}

export interface Bar {
  left: number;
  width: number;
}

const WAIT_SHARE = 0.2;

/** From a time to its place, 0 to 1. Hours of waiting for a person would leave the rest a sliver: all
 * waiting together takes a fifth of the line. */
export type Scale = (at: number) => number;

export function scaleOf(spans: TraceSpan[], from: number, to: number): Scale {
  const waits = spans
    .filter((span) => span.kind === "approval")
    .map((span): [number, number] => [span.startedAt, span.endedAt ?? to])
    .toSorted((a, b) => a[0] - b[0]);
  const waitedUntil = (at: number): number => {
    let sum = 0;
    let covered = from;
    for (const [start, end] of waits) {
      sum += Math.max(0, Math.min(end, at) - Math.max(start, covered));
      covered = Math.max(covered, end);
    }
    return sum;
  };
  const waited = waitedUntil(to);
  const worked = Math.max(1, to - from - waited);
  const share = waited > worked * WAIT_SHARE ? WAIT_SHARE : waited / (worked + waited);
  return (at) => {
    const wait = waitedUntil(at);
    const place =
      ((at - from - wait) / worked) * (1 - share) + (waited === 0 ? 0 : (wait / waited) * share);
    return Math.min(1, Math.max(0, place));
  };
}

/** In percent of the whole. A moment still shows as a sliver. */
export function barOf(span: TraceSpan, scale: Scale, to: number): Bar {
  const left = Math.min(99, scale(span.startedAt) * 100);
  return { left, width: Math.max(1, scale(span.endedAt ?? to) * 100 - left) };
}
