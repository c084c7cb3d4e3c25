// Why a person may or may not read something, as everything stands at this moment: yes or no with the chain
// of account, groups, nestings, denies and what is not known.
import { personWithGroups } from "../../identity/queries.ts";
import type { Ctx } from "../../store/context.ts";
import type { AccessExpression } from "../class.ts";
import { askedOf, closureOf } from "../closure.ts";
import { evaluate } from "../evaluate.ts";
import { onlyPersonOf } from "../label.ts";
import { classesOf } from "../readable.ts";
import { gather, type Facts } from "./facts.ts";
import type { Explanation, Step } from "./step.ts";
import { stepOf } from "./tell.ts";
import { decidingOf } from "./why.ts";

const STEPS_MAX = 40;

export interface Subject {
  readonly classId: string;
  /** Where the item has its rule from, nearest first: titles of what it is in. */
  readonly inheritedFrom?: readonly string[];
}

function plain(kind: Step["kind"], text: string): Step {
  return { kind, truth: "false", denies: false, text };
}

function aged(ms: number | null | undefined): { ageMs?: number } {
  return typeof ms === "number" ? { ageMs: ms } : {};
}

export async function explain(
  ctx: Pick<Ctx, "db" | "orgId">,
  personId: string,
  subject: Subject,
): Promise<Explanation> {
  const person = await personWithGroups(ctx, personId);
  if (!person?.active) {
    const text = person
      ? `${person.name} is not active here any more: who has left reads nothing.`
      : "No active person of the organisation.";
    return { readable: false, chain: [plain("person", text)] };
  }
  const only = onlyPersonOf(subject.classId);
  const [found] = await classesOf(ctx, [subject.classId]);
  const expression: AccessExpression | undefined =
    only === undefined ? found?.expression : { person: only };
  if (expression === undefined)
    return {
      readable: false,
      chain: [plain("rule", "There is no rule that says who may read it.")],
    };
  const closure = await closureOf(ctx, personId, askedOf([expression], true));
  if (!closure)
    return { readable: false, chain: [plain("person", "No active person of the organisation.")] };
  const deciding = decidingOf(expression, closure).toSorted(
    (a, b) => Number(a.denied) - Number(b.denied),
  );
  const facts = await gather(ctx, personId, { closure, deciding });
  const chain: Step[] = (subject.inheritedFrom ?? []).map((title) => ({
    kind: "inheritance",
    truth: "true",
    denies: false,
    text: `The rule takes in what ${title} says.`,
  }));
  chain.push(...linkSteps(facts));
  chain.push(...deciding.slice(0, STEPS_MAX).flatMap((each) => stepOf(each, facts)));
  if (deciding.length > STEPS_MAX)
    chain.push(plain("rule", `${deciding.length - STEPS_MAX} more conditions do not hold.`));
  return { readable: evaluate(expression, closure) === "true", chain };
}

function proofOf(how: string | null): string {
  if (how === "sign-in") return "proved by signing in";
  return how === "administrator" ? "by an administrator's word" : "proved by its vouched address";
}

/** Who the person is in each source that decided. */
function linkSteps(facts: Facts): Step[] {
  return [...facts.standings.values()].map((standing): Step => {
    const { sourceId, userId, how } = standing;
    const ages = facts.ages.get(sourceId);
    const base = { denies: false, sourceId };
    if (standing.isClosed) {
      const text = "The source has not been heard of for too long, or is gone: nothing is known.";
      return { ...base, kind: "closed", truth: "unknown", text, ...aged(ages?.stateMs) };
    }
    const link = { ...base, kind: "link" as const };
    if (userId === null)
      return { ...link, truth: "unknown", text: "The person has no verified account there." };
    const name = ages?.name || userId;
    const id = { id: userId, ...aged(ages?.linkMs) };
    if (!standing.holds) {
      const text = `Their account ${name} is not active there.`;
      return { ...link, ...id, truth: "unknown", text };
    }
    const text = `The person is ${name} there, ${proofOf(how)}.`;
    return { ...link, ...id, truth: "true", text };
  });
}
