// The vector of a question, while somebody waits: whatever its model does, the search goes on with words alone
// after a moment, and says so.
import type { Label } from "@stead/protocol";
import { NEUTRAL } from "../../access/label.ts";
import { adminJournal } from "../../egress/journal.ts";
import type { Journal } from "../../egress/request.ts";
import { principalOf } from "../../identity/principal.ts";
import { fail, ok, type Failure, type Result } from "../../lib/result.ts";
import { embed } from "../../models/embed.ts";
import { whileAvailable } from "../../store/available.ts";
import { deciderOf, leaveFor, type MeaningDeps } from "./deps.ts";
import { noteSpend, selectChosen, type Chosen } from "./queries.ts";

const ANSWER_MS = 1_500;
/** A little less, so that who is slow is known to be. */
const MODEL_MS = 1_300;
/** How long a choice, and who made it, is believed. */
const CHOICE_MS = 5_000;
const KEPT_MS = 300_000;
const KEPT_MAX = 500;

export interface Question {
  readonly personId: string;
  readonly query: string;
  /** Of a call: what its words may tell, where that they went out is written, and its end. */
  readonly way?: { readonly label: Label; readonly journal: Journal };
  readonly signal?: AbortSignal;
}

/** `undefined`: nothing was chosen. */
export type Meant = { readonly key: string; readonly vector: Float32Array } | undefined;

export interface Meaning {
  of(question: Question): Promise<Result<Meant>>;
}

export function openMeaning(deps: MeaningDeps): Meaning {
  const { ctx } = deps;
  const kept = new Map<string, { readonly vector: Float32Array; readonly untilMs: number }>();
  let choice: { readonly known: Result<Chosen | undefined>; readonly untilMs: number } | undefined;

  const current = async (): Promise<Result<Chosen | undefined>> => {
    const nowMs = ctx.clock.monotonicMs();
    if (choice && nowMs < choice.untilMs) return choice.known;
    choice = { known: await choiceNow(deps), untilMs: nowMs + CHOICE_MS };
    return choice.known;
  };
  const vectorOf = async (question: Question, signal: AbortSignal): Promise<Result<Meant>> => {
    const chosen = await current();
    if (!chosen.ok) return chosen;
    if (!chosen.value || question.query.trim() === "") return ok(undefined);
    const { key } = chosen.value;
    // Whose question it was stays theirs: how fast it is answered tells nobody else that it was put.
    const name = JSON.stringify([key, question.personId, question.query]);
    const nowMs = ctx.clock.monotonicMs();
    const known = kept.get(name);
    if (known && nowMs < known.untilMs) return ok({ key, vector: known.vector });
    const made = await askModel(deps, chosen.value, { ...question, signal });
    if (!made.ok) return made;
    if (kept.size >= KEPT_MAX) kept.clear();
    kept.set(name, { vector: made.value, untilMs: nowMs + KEPT_MS });
    return ok({ key, vector: made.value });
  };
  return {
    of: async (question) => {
      const over = new AbortController();
      const signal = AbortSignal.any(
        question.signal ? [over.signal, question.signal] : [over.signal],
      );
      const late = ctx.clock
        .sleep(ANSWER_MS, signal)
        .then(() => fail("model.timeout", "It did not answer in time."));
      try {
        return await Promise.race([vectorOf(question, signal), late]);
      } finally {
        over.abort();
      }
    },
  };
}

async function choiceNow(deps: MeaningDeps): Promise<Result<Chosen | undefined>> {
  const chosen = await whileAvailable(() => selectChosen(deps.ctx));
  if (!chosen.ok || !chosen.value) return chosen;
  const decider = await whileAvailable(() => deciderOf(deps, chosen.value?.decidedBy ?? ""));
  if (!decider.ok) return decider;
  return decider.value.ok ? chosen : decider.value;
}

async function askModel(
  deps: MeaningDeps,
  { model, key, dimensions }: Chosen,
  { personId, query, way, signal }: Question & { readonly signal: AbortSignal },
): Promise<Result<Float32Array>> {
  const { ctx, ledger, models } = deps;
  const found = models.embeddings.get(model);
  if (found?.key !== key) return fail("model.refused", "It is not configured as it was chosen.");
  const principal = await principalOf(ctx, personId, { kind: "run", runId: "search" });
  if (!principal.ok) return principal;
  const label = way?.label ?? NEUTRAL;
  const permit = leaveFor(deps, { principal: principal.value, model, label });
  if (!permit.ok) return permit;
  const made = await embed(models, {
    found,
    texts: [query],
    kind: "query",
    dimensions,
    permit: permit.value,
    label,
    journal: way?.journal ?? adminJournal(ledger, { subjects: [personId] }),
    personId,
    deadlineMs: MODEL_MS,
    attemptsMax: 1,
    signal,
  });
  if (!made.ok) return made;
  const { vectors, usage } = made.value;
  const spend = { model, kind: "query" as const, texts: 1, ...usage };
  noteSpend(ctx, spend, new Date(ctx.clock.now())).catch((error: unknown) =>
    ctx.log("warn", "what a question cost could not be written", { cause: String(error) }),
  );
  const [vector] = vectors;
  return vector ? ok(vector) : fail("model.malformed", "No vector came.");
}

/** For the person who asked; what the provider said is for administrators. */
export function silence({ code }: Failure): string {
  if (code === "model.timeout") return "its model did not answer in time";
  if (code === "model.rate_limited") return "its model is at its limit";
  if (code === "policy.denied") return "policy does not let this question go to its model";
  return "its model can't be asked just now";
}
