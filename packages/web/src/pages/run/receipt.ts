// The receipt of one model call, put together from the lines that each call of the run added and dropped.
import type { SpanReceipt, TraceSpan } from "@stead/protocol";
import { spanReceiptSchema } from "@stead/protocol";
import { z } from "zod";

const linesSchema = z
  .object({
    "stead.context.receipt": z.array(spanReceiptSchema),
    "stead.context.dropped": z.array(z.string()),
    "stead.context.withheld": z.number(),
    "stead.purpose": z.string().optional(),
  })
  .transform((attributes) => ({
    added: attributes["stead.context.receipt"],
    dropped: attributes["stead.context.dropped"],
    withheld: attributes["stead.context.withheld"],
    // A summary is asked beside the run's own line of requests: its receipt names all its spans.
    alone: attributes["stead.purpose"] === "summary",
  }));
type Lines = z.infer<typeof linesSchema>;

export interface Receipt {
  lines: SpanReceipt[];
  /** Lines that this reader may not see. */
  withheld: number;
}

function linesOf(span: TraceSpan): Lines | null {
  return linesSchema.safeParse(span.attributes).data ?? null;
}

/** All that the run has read to the end, once each: what its answer was made from. */
export function sourcesOf(spans: TraceSpan[]): Receipt | null {
  const lines = new Map<string, SpanReceipt>();
  let withheld = 0;
  for (const span of spans) {
    const own = linesOf(span);
    if (own === null || own.alone) continue;
    for (const line of own.added) if (line.origin.kind !== "model") lines.set(line.id, line);
    withheld += own.withheld;
  }
  return lines.size + withheld === 0 ? null : { lines: [...lines.values()], withheld };
}

export function receiptOf(spans: TraceSpan[], chosen: TraceSpan): Receipt | null {
  const own = linesOf(chosen);
  if (own === null) return null;
  if (own.alone) return { lines: own.added, withheld: own.withheld };
  const standing = new Map<string, SpanReceipt>();
  let withheld = 0;
  const inOrder = spans.toSorted((a, b) => (a.seqs[0] ?? 0) - (b.seqs[0] ?? 0));
  for (const span of inOrder) {
    const lines = linesOf(span);
    if (lines === null || lines.alone) continue;
    for (const id of lines.dropped) {
      // A dropped line that was never shown is one of those withheld.
      if (!standing.delete(id)) withheld -= 1;
    }
    for (const line of lines.added) standing.set(line.id, line);
    withheld += lines.withheld;
    if (span.id === chosen.id) break;
  }
  return { lines: [...standing.values()], withheld: Math.max(0, withheld) };
}
