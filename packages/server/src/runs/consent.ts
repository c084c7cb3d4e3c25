// A yes counts while the person who gave it may still give it: looked up when the act is about to happen.
import { answerGroups } from "./approve.ts";
import type { Driving } from "./driving.ts";
import type { CallState } from "./run.ts";

type Consent = NonNullable<CallState["consent"]>;

/** The consent without the answers of those who have left, or left the group that was asked. */
export async function standingConsent(run: Driving, consent: Consent): Promise<Consent> {
  const yes = await Promise.all(
    consent.yes.map(async ({ by, meets }) => {
      const person = await run.deps.principalOf(by);
      const groups = person.ok ? answerGroups(person.value) : [];
      return { by, meets: meets.filter((group) => groups.includes(group)) };
    }),
  );
  return { ...consent, yes };
}
