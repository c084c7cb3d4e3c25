// Checks of what is asked at the time: whether a user may read, and what a live source finds.
import type { Answer } from "../item.ts";
import type { Check, ConformanceOptions, Subject } from "./check.ts";
import { Skip } from "./check.ts";
import { failingAt } from "./faults.ts";

const LIMIT = 2;

export const askChecks: readonly Check<Subject>[] = [
  { name: "what can't be asked is not answered yes", run: asked },
];

export const liveChecks: readonly Check<ConformanceOptions>[] = [
  { name: "a live search keeps to its limit", run: searched },
  { name: "what a person can't open live is nothing", run: opened },
];

async function asked({ mirror, source, world }: Subject): Promise<string | null> {
  const { check } = mirror;
  if (check === undefined) throw new Skip("it has no `check`");
  const ids = world.items.map((item) => item.id).slice(0, 50);
  const nobody = await check(source, "no-such-user-0", ids).catch(() => new Map<string, Answer>());
  if (yes(nobody)) return "a user that is not there may read";
  const user = world.users[0]?.id ?? "";
  const faulty = failingAt(source, 0, "unavailable");
  const failed = await check(faulty.source, user, ids).catch(() => new Map<string, Answer>());
  if (faulty.calls() > 0 && yes(failed)) return "the question failed, and the answer is yes";
  const answers = await check(source, user, [...ids, "no-such-item-0"]);
  if (answers.get("no-such-item-0") === "yes") return "an item that is not there may be read";
  const more = [...answers.keys()].find((id) => id !== "no-such-item-0" && !ids.includes(id));
  return more === undefined ? null : `${more} is answered for and was not asked about`;
}

async function searched({ connector, acting }: ConformanceOptions): Promise<string | null> {
  const { live } = connector;
  if (live === undefined) throw new Skip("it is not live");
  if (acting === undefined) throw new Skip("no person was given as `acting`");
  const hits = await live.search(acting, "a", LIMIT);
  if (hits.length > LIMIT) return `${hits.length} hits came where ${LIMIT} were asked for`;
  return new Set(hits.map((hit) => hit.id)).size < hits.length ? "two hits have one id" : null;
}

async function opened({ connector, acting }: ConformanceOptions): Promise<string | null> {
  const { live } = connector;
  if (live === undefined) throw new Skip("it is not live");
  if (acting === undefined) throw new Skip("no person was given as `acting`");
  const found = await live.open(acting, "no-such-item-0");
  return found === null ? null : "something is opened that is not there";
}

function yes(answers: ReadonlyMap<string, Answer>): boolean {
  return [...answers.values()].includes("yes");
}
