// Who may read an item: its connector's rule over its own permissions and those of all that it is in.
import { accessRuleSchema, type AccessRule } from "@stead/protocol";
import { SourceError, type Connector } from "@stead/sdk";
import { classOf, NOBODY } from "../../access/class.ts";
import { internClasses } from "../../access/intern.ts";
import { scopeRule } from "../../access/scope.ts";
import { isDeeper } from "../../lib/json.ts";
import type { Tx } from "../../store/tx.ts";
import { shown } from "./item.ts";
import type { SourceScope } from "./job/queries.ts";
import { ancestorsOf, rightsOf, writeClasses, type RightsRow } from "./queries.ts";

export type Mirror = NonNullable<Connector["mirror"]>;
export type TxScope = SourceScope & { readonly db: Tx };

const ABOVE_MAX = 200;
const RULE_DEPTH_MAX = 64;

/** The class that nobody satisfies. */
export async function closedClass(scope: TxScope): Promise<string> {
  const interned = await internClasses(scope, scope.db, [NOBODY]);
  if (!interned.ok) throw new Error(interned.failure.detail);
  return interned.value[0] ?? "";
}

/** Part of the transaction that learned of the change, so that no other class is ever seen. */
export async function workOutRights(
  scope: TxScope,
  mirror: Pick<Mirror, "readers">,
  ids: readonly string[],
): Promise<void> {
  const rows = await rightsOf(scope, ids);
  if (rows.length === 0) return;
  const parents = new Set(rows.flatMap(({ parentId }) => (parentId === null ? [] : [parentId])));
  const above = new Map((await ancestorsOf(scope, [...parents])).map((row) => [row.id, row]));
  const rules = new Rules(mirror, above);
  const made = rows.map((row) => {
    const { rule, failure } = rules.of(row);
    if (rule === null) return { id: row.id, expression: NOBODY, failure };
    const expression = scopeRule(rule, { sourceId: scope.sourceId, itemId: row.id });
    const known = classOf(expression);
    return known.ok
      ? { id: row.id, expression, failure }
      : { id: row.id, expression: NOBODY, failure: known.failure.detail };
  });
  const expressions = made.map(({ expression }) => expression);
  const interned = await internClasses(scope, scope.db, expressions);
  if (!interned.ok) throw new Error(interned.failure.detail);
  await writeClasses(
    scope,
    made.map(({ id, failure }, i) => ({ id, classId: interned.value[i] ?? "", failure })),
  );
}

interface Ruled {
  /** Null: nobody may read it. */
  readonly rule: AccessRule | null;
  readonly failure: string | null;
}

/** Items of one place with equal permissions have one rule, which is asked for once. */
class Rules {
  readonly #mirror: Pick<Mirror, "readers">;
  readonly #above: ReadonlyMap<string, RightsRow>;
  readonly #made = new Map<string, Ruled>();

  constructor(mirror: Pick<Mirror, "readers">, above: ReadonlyMap<string, RightsRow>) {
    this.#mirror = mirror;
    this.#above = above;
  }

  of(row: RightsRow): Ruled {
    // What had to be asked for again has no readers until it was.
    if (row.isClosed) return { rule: null, failure: row.accessFailure };
    const key = JSON.stringify([row.parentId, row.access]);
    const known = this.#made.get(key);
    if (known && row.parentId !== row.id) return known;
    const made = this.#make(row);
    this.#made.set(key, made);
    return made;
  }

  #make(row: RightsRow): Ruled {
    const chain = this.#chainOf(row);
    if (!Array.isArray(chain)) return chain;
    try {
      const rule: unknown = this.#mirror.readers(row.access, chain);
      if (isDeeper(rule, RULE_DEPTH_MAX)) return none("The rule is nested too deeply.");
      const read = accessRuleSchema.safeParse(rule);
      if (!read.success) return none("The connector made no rule of the permissions.");
      return { rule: read.data, failure: null };
    } catch (error) {
      const known = error instanceof SourceError;
      return none(
        known ? shown(error.message).slice(0, 500) : "The permissions could not be read.",
      );
    }
  }

  /** Permissions of all that it is in, nearest first. */
  #chainOf(row: RightsRow): unknown[] | Ruled {
    const chain: unknown[] = [];
    const seen = new Set([row.id]);
    for (let at = row.parentId; at !== null;) {
      if (seen.has(at)) return none("It is in something that is in itself.");
      if (seen.size > ABOVE_MAX) return none(`It lies more than ${ABOVE_MAX} levels deep.`);
      seen.add(at);
      const parent = this.#above.get(at);
      if (!parent) return none("It is in something that is not known.");
      if (parent.isClosed) return { rule: null, failure: null };
      chain.push(parent.access);
      at = parent.parentId;
    }
    return chain;
  }
}

function none(failure: string): Ruled {
  return { rule: null, failure };
}
