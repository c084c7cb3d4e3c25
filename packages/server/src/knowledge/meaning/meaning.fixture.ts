// For tests: a real database with people and documents, a server of embeddings, and everything between.
import { sql } from "kysely";
import { freshDatabase } from "../../../test/database.ts";
import type { AccessExpression } from "../../access/class.ts";
import { internClass } from "../../access/intern.ts";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog } from "../../lib/log.ts";
import { assert } from "../../lib/result.ts";
import { temporaryKeys } from "../../ledger/ledger.fixture.ts";
import { createLedger } from "../../ledger/ledger.ts";
import { providerAt, startEmbeddings } from "../../models/embeddings.fixture.ts";
import { benchOf } from "../../models/models.fixture.ts";
import { policiesOf } from "../../policy/policy.fixture.ts";
import { principalOf } from "../../identity/principal.ts";
import { withTx } from "../../store/tx.ts";
import type { DocumentInput } from "../document.ts";
import { openLiveIndex, type LiveIndex } from "../index/live.ts";
import { MemoryIndex } from "../index/memory-index.ts";
import { upsertDocument } from "../queries.ts";
import { search, type Found, type SearchAsked } from "../search.ts";
import { openMeaning } from "./ask.ts";
import { chooseModel, searchSettings, type SearchSettingsDeps } from "./choose.ts";
import { Keeper } from "./keep.ts";

const ORG = "org_1";
export const SMALL = "outside/small";

async function openParts(policies: string) {
  const base = await freshDatabase();
  for (const [id, role] of [
    ["ada", "administrator"],
    ["bob", "employee"],
    ["eve", "employee"],
  ])
    // oxlint-disable-next-line no-await-in-loop -- a few
    await sql`insert into person (org_id, id, name, email, roles)
      values (${ORG}, ${id}, ${id}, ${`${id}@x`}, array['employee', ${role}])`.execute(base.db);
  const ids = createIds(systemClock);
  const ctx = { db: base.db, orgId: ORG, clock: systemClock, ids, log: silentLog };
  const ledger = createLedger({ ...ctx, pool: base.pool, keys: temporaryKeys() });
  const server = await startEmbeddings();
  // Once and no more, so that the breaker, which takes its time, stays closed.
  const small = { ...providerAt(server), times: { attemptsMax: 1 } };
  const bench = benchOf([small, { ...small, id: "other" }]);
  const set = await policiesOf(policies, { groups: [] });
  const index = inThisThread(ctx);
  const deps: SearchSettingsDeps = {
    ctx,
    ledger,
    models: bench.models,
    policies: () => set,
    index,
  };
  const close = async (): Promise<void> => {
    await index.close();
    await bench.close();
    await server.close();
    await base.close();
  };
  return { ctx, server, index, deps, close };
}

export async function openWorld(policies = "") {
  const parts = await openParts(policies);
  const { ctx, index, deps } = parts;
  let keeper = new Keeper(deps, "wrk_1");
  let meaning = openMeaning(deps);
  return {
    ...parts,
    choose: async (embeddingModel: string | null) => {
      const principal = await principalOf(ctx, "ada", { kind: "session", sessionId: "s" });
      assert(principal.ok, "there");
      const { signal } = new AbortController();
      // A choice is believed for some seconds.
      meaning = openMeaning(deps);
      return chooseModel(deps, { principal: principal.value, embeddingModel, signal });
    },
    settings: async () => {
      const found = await searchSettings(deps);
      assert(found.ok, "read");
      return found.value;
    },
    /** Until nothing is due, or nothing can be done. */
    keep: async () => {
      for (let i = 0; i < 100; i++) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is what it is
        if ((await keeper.step()) > 0) return;
      }
      throw new Error("it never rests");
    },
    /** As a process that has just begun. */
    restart: () => {
      keeper = new Keeper(deps, "wrk_1");
      meaning = openMeaning(deps);
    },
    find: async (personId: string, query: string, given: Given = {}): Promise<Found> => {
      const { index: other, ...more } = given;
      const searching = { ...ctx, index: other ?? index, meaning };
      const found = await search(searching, personId, { query, limit: 10, ...more });
      assert(found.ok, found.ok ? "" : found.failure.detail);
      return found.value;
    },
    put: (id: string, text: string, more: Partial<DocumentInput> & { readers?: Readers } = {}) =>
      putDocument(ctx, id, { text, ...more }),
  };
}
type Given = Partial<SearchAsked> & { readonly index?: LiveIndex };
export type World = Awaited<ReturnType<typeof openWorld>>;

type Readers = AccessExpression;

export function inThisThread(ctx: Parameters<typeof openLiveIndex>[0]["ctx"]): LiveIndex {
  const memory = new MemoryIndex();
  return openLiveIndex({
    ctx,
    index: {
      apply: async (changes) => memory.apply(changes),
      search: async (query) => memory.search(query),
      stamps: async () => memory.stamps(),
      stats: async () => memory.stats(),
      close: async () => undefined,
    },
  });
}

async function putDocument(
  ctx: Parameters<typeof openLiveIndex>[0]["ctx"],
  id: string,
  given: Partial<DocumentInput> & { readonly text: string; readonly readers?: Readers },
): Promise<void> {
  const { readers = "everyone", ...more } = given;
  await withTx(ctx.db, async (tx) => {
    const interned = await internClass(ctx, tx, readers);
    assert(interned.ok, "interned");
    await upsertDocument(tx, ORG, {
      id,
      title: id,
      path: `/${id}`,
      revision: "r1",
      classes: [],
      trust: "colleague",
      classId: interned.value,
      updatedAt: new Date(0),
      ...more,
    });
  });
}

export function idsOf({ hits }: Found): string[] {
  return hits.map(({ document }) => document.id);
}
