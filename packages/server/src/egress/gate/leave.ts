// What people have agreed may leave: it turns `ask` into `allow` for one destination and these classes, and
// nothing else. A rule that says `refuse` meanwhile is as strict as ever.
import { askedSendSchema, type AskedSend } from "@stead/protocol";
import { z } from "zod";
import type { Failure } from "../../lib/result.ts";
import type { Journal } from "../request.ts";
import { EFFECTS, stricter, type ClassEffect, type Effect, type Judgement } from "./rule.ts";

/** As the log of the run has it. */
export interface Leave {
  readonly approvalId: string;
  readonly sends: readonly AskedSend[];
}

export function withLeave(
  judged: Judgement,
  destination: string,
  leaves: readonly Leave[],
): Judgement {
  if (leaves.length === 0) return judged;
  const of = new Map<string, ClassEffect>();
  let effect: Effect = EFFECTS[0];
  for (const [name, each] of judged.of) {
    const isAgreed = each.effect === "ask" && leaveFor(leaves, destination, name).length > 0;
    const now = isAgreed ? { ...each, effect: "allow" as const } : each;
    of.set(name, now);
    effect = stricter(effect, now.effect);
  }
  return { effect, of };
}

/** The approvals that a send of these classes stands on. */
export function approvalsFor(
  leaves: readonly Leave[],
  destination: string,
  classes: Iterable<string>,
): string[] {
  const all = [...classes].flatMap((each) => leaveFor(leaves, destination, each));
  return [...new Set(all.map(({ approvalId }) => approvalId))];
}

function leaveFor(leaves: readonly Leave[], destination: string, dataClass: string): Leave[] {
  return leaves.filter(({ sends }) =>
    sends.some((each) => each.destination === destination && each.class === dataClass),
  );
}

/** A journal that writes to the same place: what is sent with it has leave, what goes beside it has none. */
export function journalLike(journal: Journal): Journal {
  return {
    now: (events) => journal.now(events),
    later: (events) => journal.later(events),
  };
}

const asksSchema = z.array(askedSendSchema).min(1);

/** What a yes would let leave, where that is all that stands in the way of a send. */
export function asksIn({ code, data }: Failure): readonly AskedSend[] {
  if (code !== "egress.not-cleared") return [];
  const read = asksSchema.safeParse(data?.["asks"]);
  return read.success ? read.data : [];
}
