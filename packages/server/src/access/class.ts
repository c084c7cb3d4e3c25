// An access class: who may read an item, as a boolean expression over people and groups, brought into one
// canonical form so that equal rules are one class with one id.
import { z } from "zod";
import { canonical, sha256, type Json } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { onlyPerson } from "./label.ts";

export type AccessExpression =
  | "everyone"
  | { readonly person: string }
  | { readonly group: string }
  | { readonly not: AccessExpression }
  | { readonly any: readonly AccessExpression[] }
  | { readonly all: readonly AccessExpression[] };

const idSchema = z.string().min(1).max(200);
export const accessExpressionSchema: z.ZodType<AccessExpression> = z.lazy(() =>
  z.union([
    z.literal("everyone"),
    z.strictObject({ person: idSchema }),
    z.strictObject({ group: idSchema }),
    z.strictObject({ not: accessExpressionSchema }),
    z.strictObject({ any: z.array(accessExpressionSchema) }),
    z.strictObject({ all: z.array(accessExpressionSchema) }),
  ]),
);

export const NOBODY: AccessExpression = { any: [] };
const EVERYONE_CLASS = "everyone";
const DEPTH_MAX = 32;
const NODES_MAX = 5_000;

export interface AccessClass {
  readonly id: string;
  /** In canonical form. */
  readonly expression: AccessExpression;
  /** `person:<id>` and `group:<id>`, sorted. */
  readonly principals: readonly string[];
}

/** The class of an expression; a failure when the expression is too large to be a rule of people. */
export function classOf(expression: AccessExpression): Result<AccessClass> {
  const size = sizeOf(expression, 1);
  if (size > NODES_MAX)
    return fail("request.invalid", "The access rule is too large or too deep to be checked.");
  const form = normal(expression, false);
  return ok({ id: classId(form), expression: form, principals: principalsOf(form) });
}

/** Number of nodes; more than the bound also when it is nested too deeply. */
function sizeOf(expression: AccessExpression, depth: number): number {
  if (depth > DEPTH_MAX) return NODES_MAX + 1;
  if (expression === "everyone" || "person" in expression || "group" in expression) return 1;
  if ("not" in expression) return 1 + sizeOf(expression.not, depth + 1);
  const parts = "any" in expression ? expression.any : expression.all;
  let size = 1;
  for (const part of parts) {
    size += sizeOf(part, depth + 1);
    if (size > NODES_MAX) break;
  }
  return size;
}

function classId(form: AccessExpression): string {
  if (form === "everyone") return EVERYONE_CLASS;
  if ("person" in form) return onlyPerson(form.person);
  return `cls_${sha256(text(form)).slice(0, 40)}`;
}

/**
 * Negations at the leaves, nested `any` and `all` flattened, sorted and without repeats, constants folded.
 * Each step holds in three-valued logic too; so `x or not x` stays, for it is unknown when x is.
 */
function normal(expression: AccessExpression, negated: boolean): AccessExpression {
  if (expression === "everyone") return negated ? NOBODY : expression;
  if ("person" in expression) return leaf({ person: expression.person }, negated);
  if ("group" in expression) return leaf({ group: expression.group }, negated);
  if ("not" in expression) return normal(expression.not, !negated);
  const isAny = "any" in expression;
  const parts = (isAny ? expression.any : expression.all).map((part) => normal(part, negated));
  return isAny === negated ? allOf(parts) : anyOf(parts);
}

function leaf(expression: AccessExpression, negated: boolean): AccessExpression {
  return negated ? { not: expression } : expression;
}

function anyOf(parts: readonly AccessExpression[]): AccessExpression {
  const flat = parts.flatMap((part) =>
    part !== "everyone" && "any" in part ? [...part.any] : [part],
  );
  if (flat.includes("everyone")) return "everyone";
  const any = sorted(flat);
  return any.length === 1 && any[0] ? any[0] : { any };
}

function allOf(parts: readonly AccessExpression[]): AccessExpression {
  const flat = parts.flatMap((part) => {
    if (part === "everyone") return [];
    return "all" in part ? [...part.all] : [part];
  });
  if (flat.some((part) => text(part) === text(NOBODY))) return NOBODY;
  const all = sorted(flat);
  if (all.length === 0) return "everyone";
  return all.length === 1 && all[0] ? all[0] : { all };
}

function sorted(parts: readonly AccessExpression[]): AccessExpression[] {
  const byText = new Map(parts.map((part) => [text(part), part]));
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}

function text(expression: AccessExpression): string {
  return canonical(jsonOf(expression));
}

function jsonOf(expression: AccessExpression): Json {
  if (expression === "everyone") return expression;
  if ("not" in expression) return { not: jsonOf(expression.not) };
  if ("any" in expression) return { any: expression.any.map(jsonOf) };
  if ("all" in expression) return { all: expression.all.map(jsonOf) };
  return { ...expression };
}

function principalsOf(expression: AccessExpression): string[] {
  const found = new Set<string>();
  const visit = (node: AccessExpression): void => {
    if (node === "everyone") return;
    if ("person" in node) found.add(`person:${node.person}`);
    else if ("group" in node) found.add(`group:${node.group}`);
    else if ("not" in node) visit(node.not);
    else for (const part of "any" in node ? node.any : node.all) visit(part);
  };
  visit(expression);
  return [...found].toSorted();
}
