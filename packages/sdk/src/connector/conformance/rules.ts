// Checks of `readers`: pure, in the language of rules, and closed where it does not understand.
import { accessRuleSchema } from "@stead/protocol";
import type { AccessRule } from "@stead/protocol";
import type { Check, Subject } from "./check.ts";
import { Skip } from "./check.ts";
import { isWithin, readersIn } from "./judge.ts";
import { aboveOf } from "./world.ts";

const UNKNOWN: readonly unknown[] = [null, 0, "unknown", [], {}, { unknown: true }];

export const ruleChecks: readonly Check<Subject>[] = [
  { name: "rules are valid", run: valid },
  { name: "readers is pure", run: pure },
  { name: "what readers does not know, nobody reads", run: closed },
  { name: "what it is in never widens an item's readers unasked", run: narrows },
];

function valid({ mirror, world }: Subject): string | null {
  for (const item of world.items) {
    const above = aboveOf(world, item);
    if (above === null) continue;
    const read = accessRuleSchema.safeParse(mirror.readers(item.access, above));
    if (!read.success) return `the rule of ${item.id} is none: ${read.error.message}`;
  }
  return null;
}

function pure({ mirror, world }: Subject): string | null {
  const rules = (): string[] =>
    world.items.map((item) => {
      const above = aboveOf(world, item);
      if (above === null) return "";
      const given = JSON.stringify([item.access, above]);
      const rule = JSON.stringify(attempt(() => mirror.readers(item.access, above)) ?? null);
      if (JSON.stringify([item.access, above]) !== given) return `changed ${item.id}`;
      return rule;
    });
  const first = rules();
  const second = rules();
  const changed = first.find((rule) => rule.startsWith("changed "));
  if (changed !== undefined) return `it ${changed}'s permissions`;
  const at = first.findIndex((rule, each) => rule !== second[each]);
  return at === -1 ? null : `asked twice, ${world.items[at]?.id} has two rules`;
}

function closed({ mirror, world }: Subject): string | null {
  const known = world.items[0]?.access;
  for (const odd of UNKNOWN) {
    const own = attempt(() => mirror.readers(odd, []));
    if (own !== undefined && readersIn(world, own).size > 0)
      return `permissions that say ${JSON.stringify(odd)} let somebody read`;
    const alone = attempt(() => mirror.readers(known, []));
    const inOdd = attempt(() => mirror.readers(known, [odd]));
    if (inOdd === undefined || alone === undefined) continue;
    if (!isWithin(readersIn(world, inOdd), readersIn(world, alone)))
      return `being in something that says ${JSON.stringify(odd)} adds readers`;
  }
  return null;
}

function narrows({ mirror, world, inheritance }: Subject): string | null {
  if (inheritance === undefined) throw new Skip("`inheritance` was not said");
  for (const item of world.items) {
    const above = aboveOf(world, item) ?? [];
    for (let depth = 1; depth <= above.length; depth++) {
      const less = attempt(() => mirror.readers(item.access, above.slice(0, depth - 1)));
      const more = attempt(() => mirror.readers(item.access, above.slice(0, depth)));
      if (less === undefined || more === undefined) continue;
      const [fewer, further] = [readersIn(world, less), readersIn(world, more)];
      if (inheritance !== "adds" && !isWithin(further, fewer))
        return `${item.id} is read by more people for being in one more container`;
      if (inheritance !== "narrows" && !isWithin(fewer, further))
        return `${item.id} is read by fewer people for being in one more container`;
    }
  }
  return null;
}

/** Undefined when it throws, which Stead takes for no readers. */
function attempt(make: () => AccessRule): AccessRule | undefined {
  try {
    const read = accessRuleSchema.safeParse(make());
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}
