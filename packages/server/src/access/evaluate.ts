// Does a person satisfy an access expression? Three values: what can't be resolved is unknown, the
// negation of unknown is unknown, and only true reads; else a deny on a group that is gone would grant.
import type { AccessExpression } from "./class.ts";
import { leafName } from "./leaf.ts";

export type Truth = "true" | "false" | "unknown";

/** A person as far as access goes: what is known of each leaf, by its name. */
export interface Closure {
  readonly truthOf: (name: string) => Truth;
}

/** For an active person of the organisation; whoever left satisfies nothing. */
export function evaluate(expression: AccessExpression, closure: Closure): Truth {
  if (typeof expression === "string") return "true";
  if ("not" in expression) return NOT[evaluate(expression.not, closure)];
  if ("any" in expression) return fold(expression.any, closure, "true");
  if ("all" in expression) return fold(expression.all, closure, "false");
  return closure.truthOf(leafName(expression));
}

/** `stop` settles it at the first part that has it; an unknown part leaves it unknown. */
function fold(parts: readonly AccessExpression[], closure: Closure, stop: "true" | "false"): Truth {
  let truth: Truth = NOT[stop];
  for (const part of parts) {
    const found = evaluate(part, closure);
    if (found === stop) return stop;
    if (found === "unknown") truth = "unknown";
  }
  return truth;
}

const NOT = { true: "false", false: "true", unknown: "unknown" } as const;
