// Has PostgreSQL parse and plan a statement once a connection: those that come again are prepared by
// name. For the connections of a pool, which live long.
import type { ClientBase } from "pg";

/** Statements that are kept, on the server too, once a connection. */
const NAMES_MAX = 300;
const TEXTS_MAX = 2_000;
const CHARS_MAX = 6_000;
/** What comes less often is not worth keeping. */
const USES_MIN = 3;

// A plan is bound to the columns that it was made for, so `*` would fail after a migration; and a filter
// that may be null needs a plan of its own each time.
const LEFT_ALONE = /(?:\b(?:select|returning)\s+|[.,]\s*)\*|\bis null or\b/i;

const uses = new Map<string, number>();
const names = new Map<string, string>();

/** The statement's name, once it is worth one. */
export function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (names.size >= NAMES_MAX || text.length > CHARS_MAX) return undefined;
  const count = (uses.get(text) ?? 0) + 1;
  if (uses.size >= TEXTS_MAX) uses.clear();
  uses.set(text, count);
  if (count < USES_MIN || LEFT_ALONE.test(text)) return undefined;
  uses.delete(text);
  const name = `stead_${names.size + 1}`;
  names.set(text, name);
  return name;
}

/** Names what is asked of this connection from now on. */
export function prepareAgain(client: ClientBase): void {
  const ask = client.query.bind(client);
  const value = (asked: unknown, values: unknown, ...rest: unknown[]): unknown => {
    const name =
      typeof asked === "string" && Array.isArray(values) && values.length > 0
        ? nameOf(asked)
        : undefined;
    const named = name === undefined ? asked : { name, text: asked };
    return Reflect.apply(ask, undefined, [named, values, ...rest]);
  };
  Object.defineProperty(client, "query", { value });
}
