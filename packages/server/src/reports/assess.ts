// What follows from the evidence of a non-egress report: pure, and said again by the stand-alone verifier in
// words of its own. "No" is said only when nothing at all speaks against it.
import type { Doubt, NonEgressReport } from "@stead/protocol";
import { z } from "zod";

/** What a report needs to know of an `egress.sent` event; older ones lack what came later. */
export const sentSchema = z.object({
  sendId: z.string(),
  destination: z.string(),
  url: z.string().default(""),
  classes: z.array(z.string()).default([]),
  detector: z.string().default("none"),
  registry: z.union([z.string(), z.number()]).nullish(),
  /** Classes that stood in the bytes before anything was replaced. */
  found: z.array(z.string()).default([]),
  replaced: z.array(z.object({ class: z.string(), count: z.number() })).default([]),
});
const settledSchema = z.object({
  sendId: z.string(),
  status: z.number().nullable(),
  code: z.string().nullable(),
});
const pathSchema = z.object({ path: z.string(), why: z.string().default("") });

type Content = Omit<NonEgressReport, "answer" | "doubts">;
type Place = { readonly stream: string; readonly seq: number };
type EvidenceEvent = NonEgressReport["evidence"][number]["events"][number];

export interface AssessedSend {
  readonly place: Place & { readonly number: number | null };
  readonly at: number;
  readonly url: string;
  readonly leaf: number | null;
  /** How it is known to have carried the class; null: it did not. */
  readonly by: "label" | "found" | null;
  /** Made of data of the class, whose values were replaced before they left. */
  readonly replaced: boolean;
  readonly unread: boolean;
  readonly outcome: "arrived" | "stopped" | "unknown";
}

export interface Assessment {
  readonly answer: NonEgressReport["answer"];
  readonly doubts: readonly Doubt[];
  readonly sends: readonly AssessedSend[];
  readonly open: readonly { path: string; why: string; sinceMs: number }[];
}

export function assess(report: Content): Assessment {
  const events = new Map<string, { event: EvidenceEvent; leaf: number | null }>();
  const outcomes = new Map<string, AssessedSend["outcome"]>();
  for (const { stream, leaf, events: own } of report.evidence)
    for (const event of own) {
      events.set(keyOf({ stream, seq: event.seq }), { event, leaf: leaf?.idx ?? null });
      if (event.type === "egress.settled") noteOutcome(outcomes, stream, event);
    }
  const sends = report.sends.map((send) => {
    const held = events.get(keyOf(send));
    if (!held) throw new Error("invariant broken: a send of the report is not in its evidence");
    return assessSend(report, { send, ...held, outcomes });
  });
  const open = openPaths(report, (place) => events.get(keyOf(place))?.event);
  const doubts = doubtsOf(report, { sends, open });
  const arrived = sends.some(({ by, outcome }) => by !== null && outcome === "arrived");
  const answer = arrived ? "yes" : doubts.length > 0 ? "not-proven" : "no";
  return { answer, doubts, sends, open };
}

function keyOf({ stream, seq }: Place): string {
  return `${stream} ${seq}`;
}

/** What was refused before a byte left is known not to have arrived; nothing else is. */
function noteOutcome(
  outcomes: Map<string, AssessedSend["outcome"]>,
  stream: string,
  event: EvidenceEvent,
): void {
  const { sendId, status, code } = settledSchema.parse(event.data);
  const stopped = status === null && code === "egress.blocked";
  const arrived = status !== null || code === null;
  outcomes.set(`${stream} ${sendId}`, stopped ? "stopped" : arrived ? "arrived" : "unknown");
}

interface Held {
  readonly send: NonEgressReport["sends"][number];
  readonly event: EvidenceEvent;
  readonly leaf: number | null;
  readonly outcomes: ReadonlyMap<string, AssessedSend["outcome"]>;
}

/**
 * A label says what bytes were made from. Where values of the class were replaced, what left is judged by
 * reading it again; where none were, the label stands.
 */
function assessSend(report: Content, { send, event, leaf, outcomes }: Held): AssessedSend {
  const wanted = report.question.class;
  const data = sentSchema.parse(event.data);
  const labelled = data.classes.includes(wanted) || data.found.includes(wanted);
  const replaced = labelled && data.replaced.some((each) => each.class === wanted);
  const { scan, stream, seq, number } = send;
  const found = "found" in scan && isIn(scan.found, wanted);
  const by = found ? "found" : labelled && !replaced ? "label" : null;
  return {
    place: { stream, seq, number },
    at: event.at,
    url: data.url,
    leaf,
    by,
    replaced,
    unread: "found" in scan ? isIn(scan.found, "unopened") : isLost(scan.unread, wanted),
    outcome: outcomes.get(`${stream} ${data.sendId}`) ?? "unknown",
  };
}

function isIn(found: readonly { class: string }[], wanted: string): boolean {
  return found.some((each) => each.class === wanted);
}

/** A body that was withheld held a credential of ours, and nothing else. */
function isLost(unread: string, wanted: string): boolean {
  return unread !== "withheld" || wanted === "secret";
}

function openPaths(
  report: Content,
  eventAt: (place: Place) => EvidenceEvent | undefined,
): Assessment["open"] {
  const fromMs = Date.parse(report.question.from);
  const toMs = Date.parse(report.question.to);
  const open = new Map<string, { path: string; why: string; sinceMs: number }>();
  const closed: Assessment["open"][number][] = [];
  for (const place of report.ungated) {
    const event = eventAt(place);
    if (!event || event.at >= toMs) continue;
    const { path, why } = pathSchema.parse(event.data);
    const before = open.get(path);
    if (event.type === "egress.ungated-opened")
      open.set(path, before ?? { path, why, sinceMs: event.at });
    else if (before) {
      open.delete(path);
      if (event.at >= fromMs) closed.push(before);
    }
  }
  return [...closed, ...open.values()];
}

function doubtsOf(
  report: Content,
  { sends, open }: Pick<Assessment, "sends" | "open">,
): readonly Doubt[] {
  const { coverage, question, madeAt } = report;
  const numbers = sends.flatMap(({ place }) => (place.number === null ? [] : [place.number]));
  const inSequence = numbers.every((number, i) => i === 0 || number === (numbers[i - 1] ?? 0) + 1);
  const found: Readonly<Record<Doubt, boolean>> = {
    "period-open": Date.parse(question.to) > Date.parse(madeAt),
    "ungated-path": open.length > 0,
    uncovered: sends.some(({ leaf, place }) => leaf === null || place.number === null),
    gap: coverage.numbered !== coverage.highest || !inSequence,
    clock: coverage.checkpoints.backwards > 0,
    unread: sends.some(({ unread, by }) => unread && by === null),
    unsettled: sends.some(({ by, outcome }) => by !== null && outcome === "unknown"),
  };
  return ORDER.filter((doubt) => found[doubt]);
}

const ORDER: readonly Doubt[] = [
  "period-open",
  "ungated-path",
  "uncovered",
  "gap",
  "clock",
  "unread",
  "unsettled",
];
