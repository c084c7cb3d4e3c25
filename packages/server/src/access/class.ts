// An access class: who may read an item, as a boolean expression over people and groups, brought into one
// canonical form so that equal rules are one class with one id.
import { z } from "zod";
import { canonical, sha256, type Json } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { onlyPerson } from "./label.ts";
import { isStorable, leafName, leafSchema, sourceOf, type Leaf } from "./leaf.ts";

/**
 * `everyone` is each active person of the organisation; so is `public`, which says besides that strangers
 * may read it too.
 */
export type AccessExpression =
  | "everyone"
  | "public"
  | Leaf
  | { readonly not: AccessExpression }
  | { readonly any: readonly AccessExpression[] }
  | { readonly all: readonly AccessExpression[] };

export const accessExpressionSchema: z.ZodType<AccessExpression> = z.lazy(() =>
  z.union([
    z.literal(["everyone", "public"]),
    leafSchema,
    z.strictObject({ not: accessExpressionSchema }),
    z.strictObject({ any: z.array(accessExpressionSchema) }),
    z.strictObject({ all: z.array(accessExpressionSchema) }),
  ]),
);

export const NOBODY: AccessExpression = { any: [] };
const DEPTH_MAX = 32;
const NODES_MAX = 5_000;

export interface AccessClass {
  readonly id: string;
  /** In canonical form. */
  readonly expression: AccessExpression;
  /** Names of the leaves, and `source:<id>` of each source that they are of; sorted. */
  readonly principals: readonly string[];
}

/** The class of an expression; a failure when the expression is too large to be a rule of people. */
export function classOf(expression: AccessExpression): Result<AccessClass> {
  const size = sizeOf(expression, 1);
  if (size > NODES_MAX)
    return fail("request.invalid", "The access rule is too large or too deep to be checked.");
  const form = normal(expression, false);
  const principals = principalsOf(form);
  if (!principals.every(isStorable))
    return fail("request.invalid", "The access rule names somebody by an id that can't be kept.");
  return ok({ id: classId(form), expression: form, principals });
}

/** Number of nodes; more than the bound also when it is nested too deeply. */
function sizeOf(expression: AccessExpression, depth: number): number {
  if (depth > DEPTH_MAX) return NODES_MAX + 1;
  if (typeof expression === "string") return 1;
  if ("not" in expression) return 1 + sizeOf(expression.not, depth + 1);
  if (!("any" in expression || "all" in expression)) return 1;
  const parts = "any" in expression ? expression.any : expression.all;
  let size = 1;
  for (const part of parts) {
    size += sizeOf(part, depth + 1);
    if (size > NODES_MAX) break;
  }
  return size;
}

function classId(form: AccessExpression): string {
  if (typeof form === "string") return form;
  if ("person" in form) return onlyPerson(form.person);
  if ("public" in form) return `public:${form.public}`;
  return `cls_${sha256(text(form)).slice(0, 40)}`;
}

/**
 * Negations at the leaves, nested `any` and `all` flattened, sorted and without repeats, constants folded.
 * Each step holds in three-valued logic too; so `x or not x` stays, for it is unknown when x is.
 */
function normal(expression: AccessExpression, negated: boolean): AccessExpression {
  if (typeof expression === "string") return negated ? NOBODY : expression;
  if ("not" in expression) return normal(expression.not, !negated);
  if ("any" in expression || "all" in expression) {
    const isAny = "any" in expression;
    const parts = (isAny ? expression.any : expression.all).map((part) => normal(part, negated));
    return isAny === negated ? allOf(parts) : anyOf(parts);
  }
  return negated ? { not: expression } : expression;
}

function anyOf(parts: readonly AccessExpression[]): AccessExpression {
  const flat = parts.flatMap((part) =>
    typeof part === "object" && "any" in part ? [...part.any] : [part],
  );
  if (flat.includes("public")) return "public";
  if (flat.includes("everyone")) return "everyone";
  const any = sorted(flat);
  return any.length === 1 && any[0] ? any[0] : { any };
}

function allOf(parts: readonly AccessExpression[]): AccessExpression {
  const flat = parts.flatMap((part) => {
    if (typeof part === "string") return [];
    return "all" in part ? [...part.all] : [part];
  });
  if (flat.some(isNobody)) return NOBODY;
  const all = sorted(flat);
  if (all.length === 0)
    return parts.length > 0 && parts.every((part) => part === "public") ? "public" : "everyone";
  return all.length === 1 && all[0] ? all[0] : { all };
}

function isNobody(part: AccessExpression): boolean {
  return typeof part === "object" && "any" in part && part.any.length === 0;
}

function sorted(parts: readonly AccessExpression[]): AccessExpression[] {
  const byText = new Map(parts.map((part) => [text(part), part]));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}

function text(expression: AccessExpression): string {
  return canonical(jsonOf(expression));
}

function jsonOf(expression: AccessExpression): Json {
  if (typeof expression === "string") return expression;
  if ("not" in expression) return { not: jsonOf(expression.not) };
  if ("any" in expression) return { any: expression.any.map(jsonOf) };
  if ("all" in expression) return { all: expression.all.map(jsonOf) };
  return { ...expression };
}

function principalsOf(expression: AccessExpression): string[] {
  const found = new Set<string>();
  eachLeaf(expression, (leaf) => {
    found.add(leafName(leaf));
    const sourceId = sourceOf(leaf);
    if (sourceId !== undefined) found.add(`source:${sourceId}`);
  });
  return [...found].toSorted();
}

/** Every leaf, in order; `denied` when it stands under an odd number of negations. */
export function eachLeaf(
  expression: AccessExpression,
  visit: (leaf: Leaf, denied: boolean) => void,
  denied = false,
): void {
  if (typeof expression === "string") return;
  if ("not" in expression) eachLeaf(expression.not, visit, !denied);
  else if ("any" in expression) for (const part of expression.any) eachLeaf(part, visit, denied);
  else if ("all" in expression) for (const part of expression.all) eachLeaf(part, visit, denied);
  else visit(expression, denied);
}
