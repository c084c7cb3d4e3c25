// The last word when no model answered: what failed, what was tried, what the person can do.
import type { ErrorCode } from "@stead/protocol";
import { clip } from "../lib/bounded.ts";
import { asksIn } from "../egress/gate/leave.ts";
import { fail, type Failure, type Result } from "../lib/result.ts";

export interface Tried {
  readonly model: string;
  readonly times: number;
  /** Without the model's name, for example "limits requests (429)". */
  readonly failure: Failure;
}

const DETAIL_CHARS_MAX = 1200;

const HINTS: Partial<Record<ErrorCode, string>> = {
  "model.rate_limited": "Wait a minute and try again; an administrator can raise the limit.",
  "model.timeout": "Try again in a moment; a shorter question may help.",
  "model.too_long": "Begin a new thread, or ask about less at once.",
  "model.refused": "An administrator must check this provider's key and the model's name.",
  "egress.blocked": "An administrator can allow this provider's address.",
  "egress.not-cleared": "Ask an administrator to clear a model for it, or leave it out.",
  "policy.denied": "Ask an administrator which models may read this.",
};
const HINT = "Try again in a moment; if it goes on, tell an administrator.";

export function blame(tried: readonly Tried[]): Result<never> {
  const last = tried.at(-1);
  if (!last) return fail("model.unavailable", "The agent names no model.", { hint: HINT });
  const codes = new Set(tried.map(({ failure }) => failure.code));
  const code = codes.size === 1 ? last.failure.code : "model.unavailable";
  const parts = tried.map(
    ({ model, times, failure }) =>
      `${model} ${failure.detail}${times > 1 ? ` (tried ${times} times)` : ""}`,
  );
  const opening = tried.length > 1 ? `None of ${tried.length} models answered: ` : "";
  const detail = clip(`${opening}${parts.join("; ")}.`, DETAIL_CHARS_MAX);
  const hint = last.failure.hint ?? HINTS[code] ?? HINT;
  // Nobody gave an answer, so where a person's yes would let one, it is asked for.
  const asking = tried.find(({ failure }) => asksIn(failure).length > 0);
  if (!asking) return fail(code, detail, { hint });
  const data = { ...asking.failure.data, model: asking.model };
  return fail("egress.not-cleared", detail, { hint, data });
}
