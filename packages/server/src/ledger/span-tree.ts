// Timed spans of one run as they are opened, filled and ended; knows nothing of what they stand for.
import type { RunEvent, TraceSpan } from "@stead/protocol";
import { attributesOf } from "./attributes.ts";

type Opening = Pick<TraceSpan, "id" | "parentId" | "name" | "kind">;

export const ROOT = "run";

export class SpanTree {
  readonly #spans = new Map<string, TraceSpan>();

  get(id: string): TraceSpan | undefined {
    return this.#spans.get(id);
  }

  /** In the order in which they began; a parent comes before its children. */
  spans(): TraceSpan[] {
    const spans = [...this.#spans.values()];
    const root = this.#spans.get(ROOT);
    const idle = !spans.some(({ id, status }) => id !== ROOT && status === "running");
    if (root?.status === "running" && idle && spans.some(({ status }) => status === "waiting"))
      root.status = "waiting";
    for (const span of spans.toReversed()) this.#widen(span);
    return spans;
  }

  /** Events committed together bear one time, while a child knows its duration: parents contain it. */
  #widen({ parentId, startedAt, endedAt }: TraceSpan): void {
    const parent = this.#spans.get(parentId ?? "");
    if (!parent || parent.id === ROOT) return;
    parent.startedAt = Math.min(parent.startedAt, startedAt);
    if (parent.endedAt !== null && endedAt !== null)
      parent.endedAt = Math.max(parent.endedAt, endedAt);
  }

  begin(opening: Opening, startedAt: number): TraceSpan {
    const span: TraceSpan = {
      ...opening,
      startedAt,
      endedAt: null,
      status: "running",
      seqs: [],
      attributes: {},
      bodies: null,
      withheld: null,
    };
    this.#spans.set(span.id, span);
    return span;
  }

  open(opening: Opening, event: RunEvent, startedAt = event.at): TraceSpan {
    return this.add(this.begin(opening, startedAt), event);
  }

  add(span: TraceSpan, event: RunEvent): TraceSpan {
    span.seqs.push(event.seq);
    Object.assign(span.attributes, attributesOf(event));
    for (const [name, body] of Object.entries(event.bodies))
      span.bodies = { ...span.bodies, [`${event.type}.${name}`]: asJson(body) };
    return span;
  }

  end(span: TraceSpan | undefined, at: number, status: TraceSpan["status"]): void {
    if (span) Object.assign(span, { endedAt: at, status });
  }

  /** What these spans were doing never came to an end of its own. */
  breakOff(at: number, ids: RegExp): void {
    for (const span of this.#spans.values()) {
      if (span.endedAt !== null || !ids.test(span.id)) continue;
      span.attributes["stead.broken_off"] = true;
      this.end(span, at, "error");
    }
  }
}

function asJson(body: unknown): NonNullable<TraceSpan["bodies"]>[string] {
  return body === undefined ? null : JSON.parse(JSON.stringify(body));
}
