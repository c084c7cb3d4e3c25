// Which leaves of a rule decided: for a yes one way that suffices, for a no all that stood against it.
import type { AccessExpression } from "../class.ts";
import { evaluate, type Closure, type Truth } from "../evaluate.ts";
import type { Leaf } from "../leaf.ts";

export interface Deciding {
  /** A string: a constant, or nobody at all. */
  readonly leaf: Leaf | "everyone" | "public" | "nobody";
  readonly denied: boolean;
}

/** Rules in canonical form: negations stand at leaves alone. */
export function decidingOf(expression: AccessExpression, closure: Closure): Deciding[] {
  if (typeof expression === "string") return [{ leaf: expression, denied: false }];
  if ("not" in expression) {
    const inner = expression.not;
    if (typeof inner === "string" || "not" in inner || "any" in inner || "all" in inner) return [];
    return [{ leaf: inner, denied: true }];
  }
  if (!("any" in expression || "all" in expression)) return [{ leaf: expression, denied: false }];
  const truth = evaluate(expression, closure);
  const parts = "any" in expression ? expression.any : expression.all;
  if (parts.length === 0) return [{ leaf: "nobody", denied: false }];
  const like = (wanted: Truth) => parts.filter((part) => evaluate(part, closure) === wanted);
  if ("any" in expression && truth === "true")
    return decidingOf(like("true")[0] ?? expression, closure);
  if ("any" in expression)
    return [...like("unknown"), ...like("false")].flatMap((part) => decidingOf(part, closure));
  return like(truth).flatMap((part) => decidingOf(part, closure));
}
