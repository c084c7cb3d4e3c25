// A test's people at the yard's API: start a run, read a card, answer it.
import { z } from "zod";
import { send, type Entered } from "../../src/http/edge.fixture.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { assert } from "../../src/lib/result.ts";
import type { Yard } from "./yard.ts";

const cardSchema = z.looseObject({
  id: z.string(),
  runId: z.string(),
  digest: z.string(),
  state: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  blockedBecause: z.string().nullable(),
});
export type Card = z.infer<typeof cardSchema>;
const errorSchema = z.object({ error: z.object({ code: z.string() }) });

export async function startRun(yard: Yard, as: Entered, body: object): Promise<string> {
  const started = await send(yard, "/api/runs", { as, method: "POST", body });
  assert(started.status === 200, JSON.stringify(started.body));
  return z.object({ id: z.string() }).parse(started.body).id;
}

/** The cards that the run has in this person's inbox; waits for the first. */
export async function cardsOf(yard: Yard, as: Entered, runId: string): Promise<Card[]> {
  for (let look = 0; look < 1000; look++) {
    const { body } = await send(yard, "/api/approvals?state=requested", { as });
    const { items } = z.object({ items: z.array(cardSchema) }).parse(body);
    const own = items.filter((item) => item.runId === runId);
    if (own.length > 0) return own;
    await systemClock.sleep(20);
  }
  throw new Error(`no card: ${(await yard.events(runId)).map(({ type }) => type).join(" ")}`);
}

export async function cardOf(yard: Yard, as: Entered, runId: string): Promise<Card> {
  const [card] = await cardsOf(yard, as, runId);
  assert(card, "there is a card");
  return card;
}

/** `yes` when it was taken, or the code of the refusal. */
export async function answer(
  yard: Yard,
  as: Entered | string,
  { card, ...body }: { card: Card; answer?: string; digest?: string; arguments?: object },
): Promise<string> {
  const given = { answer: "approved", digest: card.digest, note: "", ...body };
  const path = `/api/approvals/${card.id}/answer`;
  const done = await send(yard, path, { as, method: "POST", body: given });
  return done.status === 200 ? "yes" : errorSchema.parse(done.body).error.code;
}
