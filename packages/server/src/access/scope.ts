// A source's rule in Stead's words: each principal is scoped by its source, each question by its item.
import type { AccessRule } from "@stead/protocol";
import { NOBODY, type AccessExpression } from "./class.ts";

interface Scope {
  readonly sourceId: string;
  readonly itemId: string;
}

/**
 * What the source opens to all is still of the source, so that it closes with it: a rule never becomes
 * plainly `everyone`, not by an empty `all` either.
 */
export function scopeRule(rule: AccessRule, scope: Scope): AccessExpression {
  return scoped(rule, scope, false);
}

function scoped(rule: AccessRule, scope: Scope, denied: boolean): AccessExpression {
  const { sourceId, itemId } = scope;
  if (rule === "public") return { public: sourceId };
  if (rule === "ask") return { ask: `${sourceId}/${itemId}` };
  if (rule === "link") return { link: `${sourceId}/${itemId}` };
  if ("user" in rule) return { principal: `${sourceId}/user:${rule.user}` };
  if ("group" in rule) return { principal: `${sourceId}/group:${rule.group}` };
  if ("domain" in rule) return { principal: `${sourceId}/domain:${rule.domain.toLowerCase()}` };
  if ("not" in rule) return { not: scoped(rule.not, scope, !denied) };
  if ("any" in rule) {
    // Nobody, denied, is all: known only as long as the source is open.
    if (rule.any.length === 0) return denied ? { not: { public: sourceId } } : NOBODY;
    return { any: rule.any.map((part) => scoped(part, scope, denied)) };
  }
  if (rule.all.length === 0) return denied ? { not: NOBODY } : { public: sourceId };
  return { all: rule.all.map((part) => scoped(part, scope, denied)) };
}
