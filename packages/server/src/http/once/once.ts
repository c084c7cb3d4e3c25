// One effect per idempotency key: the same request again gets the same answer, another is refused.
import { ERRORS, type ErrorCode } from "@stead/protocol";
import { z } from "zod";
import { canonical, sha256, type Json } from "../../lib/json.ts";
import { fail, ok, type Failure, type Result } from "../../lib/result.ts";
import type { Ctx } from "../../store/context.ts";
import { statusOf } from "../errors.ts";
import {
  claimKey,
  deleteOldKeys,
  findKept,
  keepAnswer,
  releaseKey,
  renewKey,
  type Kept,
} from "./queries.ts";
import { seal, unseal } from "./sealed.ts";

const KEEP_MS = 24 * 3_600_000;
/** So long a worker that is not heard of is believed to be at it; then the next attempt takes over. */
const HOLD_MS = 8_000;
const RENEW_MS = 2_000;
const WAIT_MS = 10_000;
const LOOK_MS = 50;
const CLEAN_EVERY = 256;
const CHARS = { min: 16, max: 200 } as const;
/** The answer shows a secret once: it is not kept, not even sealed. */
const SHOWN_ONCE = new Set(["key.create", "person.invite"]);

export interface Keyed {
  readonly endpoint: string;
  readonly personId: string;
  readonly key: string;
  readonly input: Json;
}

export interface Answer {
  readonly result: Result<unknown>;
  readonly replayed: boolean;
}

export interface Idempotency {
  /** Runs `work` once per key, handing it the name that the effect's ids derive from. */
  once(keyed: Keyed, work: (effectKey: string) => Promise<Result<unknown>>): Promise<Answer>;
}

export function checkKey(key: string | undefined): Result<string> {
  if (key !== undefined && key.length >= CHARS.min && key.length <= CHARS.max) return ok(key);
  const path = "headers.idempotency-key";
  const message = `needed: ${CHARS.min} to ${CHARS.max} characters that nobody can guess`;
  return fail("request.invalid", `${path}: ${message}`, {
    data: { fields: [{ path, message }] },
    hint: "Send a new random key per act, and the same one when you repeat it.",
  });
}

export function createIdempotency(ctx: Ctx): Idempotency {
  let count = 0;
  return {
    async once(keyed, work) {
      if (++count % CLEAN_EVERY === 0) await deleteOldKeys(ctx, ctx.clock.now());
      const secret = canonical([ctx.orgId, keyed.personId, keyed.endpoint, keyed.key]);
      const id = sha256(secret);
      const requestHash = sha256(canonical(keyed.input));
      const holder = ctx.ids.next("hold");
      const untilMs = ctx.clock.monotonicMs() + WAIT_MS;
      for (;;) {
        const nowMs = ctx.clock.now();
        const until = { heldUntilMs: nowMs + HOLD_MS, expiresAtMs: nowMs + KEEP_MS };
        if (await claimKey(ctx, { id, requestHash, holder, nowMs, ...until }))
          return perform(ctx, { id, holder, secret, endpoint: keyed.endpoint }, work);
        const kept = await findKept(ctx, id);
        const answer = kept && answerOf(kept, { requestHash, secret });
        if (answer) return answer;
        if (ctx.clock.monotonicMs() >= untilMs) return conflict(STILL_GOING);
        await ctx.clock.sleep(LOOK_MS);
      }
    },
  };
}

interface Held {
  readonly id: string;
  readonly holder: string;
  readonly secret: string;
  readonly endpoint: string;
}

async function perform(
  ctx: Ctx,
  held: Held,
  work: (effectKey: string) => Promise<Result<unknown>>,
): Promise<Answer> {
  const { id, holder, secret } = held;
  const renewing = setInterval(() => {
    const heldUntilMs = ctx.clock.now() + HOLD_MS;
    renewKey(ctx, { id, holder, heldUntilMs }).catch(() => undefined);
  }, RENEW_MS);
  const result = await work(id)
    .catch(async (bug: unknown) => {
      await releaseKey(ctx, { id, holder });
      throw bug;
    })
    .finally(() => clearInterval(renewing));
  const status = result.ok ? 200 : statusOf(result.failure);
  if (!result.ok && (status >= 500 || status === 429)) await releaseKey(ctx, { id, holder });
  else {
    const once = result.ok && SHOWN_ONCE.has(held.endpoint);
    const reply = once ? null : seal(ctx.ids, secret, JSON.stringify(result));
    await keepAnswer(ctx, { id, holder, status, reply });
  }
  return { result, replayed: false };
}

function answerOf(
  kept: Kept,
  { requestHash, secret }: { requestHash: string; secret: string },
): Answer | undefined {
  if (kept.requestHash !== requestHash) return conflict(OTHER_REQUEST);
  if (kept.status === null) return undefined;
  if (kept.reply === null) return conflict(ONLY_ONCE);
  return { result: resultSchema.parse(JSON.parse(unseal(secret, kept.reply))), replayed: true };
}

const codes = Object.keys(ERRORS).filter((code): code is ErrorCode => Object.hasOwn(ERRORS, code));
const resultSchema = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), value: z.json() }),
  z.object({
    ok: z.literal(false),
    failure: z.object({
      code: z.enum(codes),
      detail: z.string(),
      hint: z.string().exactOptional(),
      data: z.record(z.string(), z.unknown()).exactOptional(),
    }),
  }),
]);

function conflict(failure: Failure): Answer {
  return { result: { ok: false, failure }, replayed: false };
}

const OTHER_REQUEST: Failure = {
  code: "request.conflict",
  detail: "This idempotency key was used for another request.",
  hint: "Send a new key for a new act.",
};
const STILL_GOING: Failure = {
  code: "request.conflict",
  detail: "The first request with this idempotency key is still being worked on.",
  hint: "Repeat it with the same key in a moment.",
};
const ONLY_ONCE: Failure = {
  code: "request.conflict",
  detail: "This was done by an earlier request, and its secret is shown once.",
  hint: "Revoke what was made and make another.",
};
