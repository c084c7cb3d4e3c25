// Does a person satisfy an access expression? Three values: what can't be resolved is unknown, the
// negation of unknown is unknown, and only true reads; else a deny on a group that is gone would grant.
import type { AccessExpression } from "./class.ts";

export type Truth = "true" | "false" | "unknown";

/** A person as far as access goes: who they are, and what can be said of everybody else. */
export interface Closure {
  readonly personId: string;
  /** Every group that the person is in, nested ones included. */
  readonly groups: ReadonlySet<string>;
  /** Whether this `person:<id>` or `group:<id>` can be resolved, and freshly enough. */
  readonly resolved: (principal: string) => boolean;
}

export function evaluate(expression: AccessExpression, closure: Closure): Truth {
  if (expression === "everyone") return "true";
  if ("person" in expression) {
    if (!closure.resolved(`person:${expression.person}`)) return "unknown";
    return expression.person === closure.personId ? "true" : "false";
  }
  if ("group" in expression) {
    if (!closure.resolved(`group:${expression.group}`)) return "unknown";
    return closure.groups.has(expression.group) ? "true" : "false";
  }
  if ("not" in expression) return NOT[evaluate(expression.not, closure)];
  const [parts, stop, otherwise] =
    "any" in expression
      ? ([expression.any, "true", "false"] as const)
      : ([expression.all, "false", "true"] as const);
  let truth: Truth = otherwise;
  for (const part of parts) {
    const found = evaluate(part, closure);
    if (found === stop) return stop;
    if (found === "unknown") truth = "unknown";
  }
  return truth;
}

const NOT = { true: "false", false: "true", unknown: "unknown" } as const;
