// A receipt names exactly the spans that stood before the model at that call.
import type { SpanReceipt, TraceSpan } from "@stead/protocol";
import { describe, expect, test } from "vitest";
import { receiptOf } from "./receipt.ts";

const line = (id: string): SpanReceipt => ({
  id,
  origin: { kind: "instructions", versionId: "ver_1" },
  label: { audience: [], classes: [], trust: "person" },
  tokens: 1,
  hash: "0",
});

interface Given {
  added?: string[];
  dropped?: string[];
  withheld?: number;
  purpose?: string;
}

function request(seq: number, given: Given): TraceSpan {
  return {
    id: `model:${seq}`,
    parentId: "run",
    name: "chat",
    kind: "model",
    startedAt: seq,
    endedAt: seq,
    status: "ok",
    seqs: [seq],
    attributes: {
      "stead.context.receipt": JSON.parse(JSON.stringify((given.added ?? []).map(line))),
      "stead.context.dropped": given.dropped ?? [],
      "stead.context.withheld": given.withheld ?? 0,
      "stead.purpose": given.purpose ?? "answer",
    },
    bodies: null,
    withheld: null,
  };
}

const first = request(1, { added: ["instructions", "question"], withheld: 1 });
const second = request(5, { added: ["result"] });
const summary = request(7, { added: ["result"], purpose: "summary" });
const third = request(9, { added: ["summary"], dropped: ["result", "hidden"] });
const all = [third, first, summary, second];
const ids = (span: TraceSpan): string[] | undefined =>
  receiptOf(all, span)?.lines.map((item) => item.id);

describe("a context receipt", () => {
  test("holds what was added until then and not dropped", () => {
    expect(ids(first)).toEqual(["instructions", "question"]);
    expect(ids(second)).toEqual(["instructions", "question", "result"]);
    expect(ids(third)).toEqual(["instructions", "question", "summary"]);
  });

  test("of a summary stands alone, and changes no other", () => {
    expect(ids(summary)).toEqual(["result"]);
  });

  test("counts lines that the reader may not see, until they are dropped", () => {
    expect(receiptOf(all, second)?.withheld).toBe(1);
    expect(receiptOf(all, third)?.withheld).toBe(0);
  });

  test("is none where the span is no request, or the reader sees nothing of it", () => {
    expect(receiptOf(all, { ...first, attributes: {} })).toBeNull();
  });
});
