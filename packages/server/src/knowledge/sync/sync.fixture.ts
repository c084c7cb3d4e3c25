// A source under sync in a test: people linked to its users, and a worker that is driven by hand.
import { sql } from "kysely";
import type { Connector, PushEvent, Source } from "@stead/sdk";
import { readableOf } from "../../access/readable.ts";
import { createVault } from "../../egress/vault.ts";
import { loadKeys } from "../../ledger/keys.ts";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog } from "../../lib/log.ts";
import { assert, fail, ok, type Result } from "../../lib/result.ts";
import type { Ctx } from "../../store/context.ts";
import type { Db } from "../../store/db.ts";
import { withTx } from "../../store/tx.ts";
import { listDocuments } from "../list.ts";
import { SYNC_KINDS, type SyncDeps, type SyncKind } from "./deps.ts";
import { claimJob, releaseJob } from "./job/queries.ts";
import { receivePush } from "./push/receive.ts";
import { requestSync } from "./request.ts";
import { syncStep } from "./step.ts";
import type { Shelf } from "./shelf.fixture.ts";

export const SOURCE = "src_shelf";
let count = 0;

export interface Under {
  readonly ctx: Ctx;
  readonly deps: SyncDeps;
  /** Changed by tests: what the source's row says. */
  readonly row: { state: string };
  step(kind: SyncKind): Promise<Result<{ more: boolean }>>;
  request(kinds?: readonly SyncKind[]): Promise<void>;
  /** Works on what is due, of these kinds alone. */
  drain(kinds?: readonly SyncKind[]): Promise<void>;
  settle(): Promise<void>;
  push(events: readonly PushEvent[], secret?: string): ReturnType<typeof receivePush>;
  /** `person document` of all that is readable, by the check and by the list alike. */
  readable(): Promise<string[]>;
  texts(): Promise<Map<string, string>>;
  job(kind: SyncKind): Promise<Record<string, unknown>>;
  item(id: string): Promise<Record<string, unknown> | undefined>;
}

export interface UnderOptions {
  readonly connector: Connector;
  readonly people: readonly string[];
  readonly keysDir: string;
  readonly settings?: unknown;
  readonly source?: Partial<Source<unknown>>;
  readonly extractor?: SyncDeps["extractor"];
  readonly bounds?: SyncDeps["bounds"];
  readonly orgId?: string;
}

function plainSource(settings: unknown, signal: AbortSignal): Source<unknown> {
  return {
    id: SOURCE,
    settings,
    secrets: {},
    http: () => Promise.reject(new Error("no HTTP")),
    dial: () => Promise.reject(new Error("no connection")),
    run: () => Promise.reject(new Error("no program")),
    signal,
    log: () => undefined,
  };
}

export async function underSync(db: Db, options: UnderOptions): Promise<Under> {
  const orgId = options.orgId ?? `org_sync${count++}`;
  const clock = systemClock;
  const ctx: Ctx = { db, orgId, clock, ids: createIds(clock), log: silentLog };
  for (const id of options.people)
    await sql`insert into person (org_id, id, name, email)
      values (${orgId}, ${id}, ${id}, ${`${id}@x.com`}) on conflict do nothing`.execute(db);
  const row = { state: "live" };
  const { connector, settings = {}, bounds } = options;
  const deps: SyncDeps = {
    ctx,
    host: async (sourceId, signal) => {
      if (sourceId !== SOURCE) return fail("resource.not_found", "There is no such source.");
      const source = { ...plainSource(settings, signal), ...options.source };
      return ok({
        row: { id: SOURCE, state: row.state, trustedDomains: ["x.com"] },
        connector,
        source,
      });
    },
    promises: async () => [{ id: SOURCE, objectiveMs: 86_400_000, failClosed: true }],
    extractor: options.extractor ?? {
      extract: async ({ bytes }) => ok({ text: Buffer.from(bytes).toString(), sections: [] }),
    },
    vault: createVault(loadKeys(options.keysDir, `stead/${orgId}`)),
    callbackUrl: (sourceId) => `https://stead.test/push/${sourceId}`,
    ...(bounds && { bounds }),
  };
  const step = (kind: SyncKind) =>
    syncStep(deps, { sourceId: SOURCE, kind }, new AbortController().signal);
  const drain = async (kinds: readonly SyncKind[] = SYNC_KINDS): Promise<void> => {
    const trail: string[] = [];
    for (let steps = 0; steps < 3_000; steps++) {
      const workerId = "wrk_test";
      const claim = await claimJob(db, orgId, { workerId, kinds, leaseMs: 60_000 });
      if (!claim) return;
      trail.push(claim.kind);
      const done = await step(claim.kind);
      assert(done.ok, done.ok ? "" : done.failure.detail);
      await releaseJob(db, orgId, { ...claim, workerId });
    }
    throw new Error(`sync never comes to rest: ${trail.slice(-12).join(" ")}`);
  };
  const request = async (kinds: readonly SyncKind[] = SYNC_KINDS): Promise<void> => {
    const done = await withTx(db, (tx) => requestSync({ ctx }, tx, { sourceId: SOURCE, kinds }));
    assert(done.ok, "requested");
  };
  return {
    ctx,
    deps,
    row,
    step,
    request,
    drain,
    settle: () => drain(),
    push: (events, secret = "s3cret") =>
      receivePush(deps, SOURCE, {
        headers: { "x-shelf": secret },
        body: Buffer.from(JSON.stringify(events)),
      }),
    readable: () => readable(ctx, options.people),
    ...looksAt(ctx),
  };
}

function looksAt({ db, orgId }: Ctx): Pick<Under, "texts" | "job" | "item"> {
  return {
    texts: async () => {
      const { rows } = await sql<{ id: string; text: string }>`
        select external_id as id, text from document
        where org_id = ${orgId} and source_id = ${SOURCE}`.execute(db);
      return new Map(rows.map(({ id, text }) => [id, text]));
    },
    job: async (kind) => {
      const { rows } = await sql<Record<string, unknown>>`
        select * from sync_job where org_id = ${orgId} and kind = ${kind}`.execute(db);
      return rows[0] ?? {};
    },
    item: async (id) => {
      const { rows } = await sql<Record<string, unknown>>`
        select * from item where org_id = ${orgId} and id = ${id}`.execute(db);
      return rows[0];
    },
  };
}

async function readable(ctx: Ctx, people: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string; classId: string }>`
    select external_id as id, class_id as "classId" from document
    where org_id = ${ctx.orgId} and source_id = ${SOURCE}`.execute(ctx.db);
  const found: string[] = [];
  for (const person of people) {
    const may = await readableOf(ctx, person, [...new Set(rows.map(({ classId }) => classId))]);
    const checked = rows
      .filter(({ classId }) => may.has(classId))
      .map(({ id }) => `${person} ${id}`);
    const listed = await listDocuments(ctx, person, { limit: 100 });
    assert(listed.ok, "listed");
    found.push(...checked);
    // What searches join with never has more than the check; and here it has all of it.
    const names = listed.value.items.map(({ path }) => path).toSorted();
    const own = rows.filter(({ id }) => checked.includes(`${person} ${id}`)).length;
    assert(names.length === own, `the list of ${person} has ${names.length}, the check ${own}`);
  }
  return found.toSorted();
}

/** What the source itself says, of the documents that Stead could have. */
export function truthOf(shelf: Shelf, people: readonly string[]): string[] {
  const documents = [...shelf.nodes].filter(([, { kind }]) => kind === "document");
  return people
    .flatMap((person) =>
      documents.flatMap(([id]) => (shelf.reads(person, id) ? [`${person} ${id}`] : [])),
    )
    .toSorted();
}
