// Whether what a person was asked to consent to has come to be.
import type { JsonObject } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { bindCall } from "./bind.ts";
import type { Driving } from "./driving.ts";
import type { CallState } from "./run.ts";

/** A yes alone is no consent: the account must be there. */
export async function consentGiven(
  run: Driving,
  call: CallState,
  edited: JsonObject | undefined,
): Promise<Result<void>> {
  if (edited) return fail("request.invalid", "A consent is to the account, not to the arguments.");
  const bound = await bindCall(run, call, call.proposed);
  if (!bound.ok || !bound.value.missing) return ok();
  return fail(
    "request.invalid",
    `There is no account of yours in ${bound.value.missing.where} yet.`,
    {
      hint: "Sign in there first; the run then goes on by itself.",
    },
  );
}
