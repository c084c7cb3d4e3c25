// The rules of API keys: what a secret looks like and what a scope reaches.
import { ENDPOINT_ROWS } from "@stead/protocol";

const MARK = "stead_";
const PREFIX_CHARS = 12;

export function keySecret(random: string): string {
  return `${MARK}${random}`;
}

/** What is shown in lists; too short to guess the rest from. */
export function keyPrefix(secret: string): string {
  return secret.slice(0, PREFIX_CHARS);
}

export function looksLikeKey(text: string): boolean {
  return text.startsWith(MARK) && text.length <= 200;
}

/** A scope is an action (`run.start`) or every action of a noun (`run.*`); nothing reaches all. */
export function scopeReaches(scope: string, action: string): boolean {
  if (scope === action) return true;
  return scope.endsWith(".*") && action.startsWith(scope.slice(0, -1));
}

export function scopesReach(scopes: readonly string[], action: string): boolean {
  return scopes.some((scope) => scopeReaches(scope, action));
}

/** Every action that policy is asked about, once. */
export const ACTIONS: readonly string[] = [
  ...new Set(ENDPOINT_ROWS.map(({ endpoint }) => endpoint.action)),
].filter((action) => action !== "public" && action !== "self");

/** Scopes that reach nothing: surely a slip of the pen. */
export function idleScopes(scopes: readonly string[]): string[] {
  return scopes.filter((scope) => !ACTIONS.some((action) => scopeReaches(scope, action)));
}
