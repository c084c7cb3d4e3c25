// One source of a real connector whose addresses lead to a gate, with people, a registration and a sync.
import { randomUUID } from "node:crypto";
import type { Connector } from "@stead/sdk";
import { closeAll } from "../../src/egress/egress.fixture.ts";
import { insertPerson } from "../../src/identity/queries.ts";
import {
  REDIRECT,
  stageOf,
  type Stage,
} from "../../src/knowledge/connection/connection.fixture.ts";
import { finishOAuth, registerApp, startOAuth } from "../../src/knowledge/connection/oauth.ts";
import { selectConnections } from "../../src/knowledge/connection/queries.ts";
import { SourceHost } from "../../src/knowledge/source/host.ts";
import { insertSource, selectSource } from "../../src/knowledge/source/queries.ts";
import { noteTrouble } from "../../src/knowledge/source/trouble.ts";
import type { SyncDeps, SyncKind } from "../../src/knowledge/sync/deps.ts";
import { syncStep } from "../../src/knowledge/sync/step.ts";
import { ok } from "../../src/lib/result.ts";
import { freshDatabase, type FreshDatabase } from "../database.ts";
import { pickAs, type Gate } from "./gate.ts";

export const CLIENT = { clientId: "stead-client", clientSecret: "stead-client-secret" } as const;
export { REDIRECT };
export const SOURCE = "src_vendor";
export const ADA = { personId: "per_ada", sessionId: "ses_ada" } as const;
export const BOB = { personId: "per_bob", sessionId: "ses_bob" } as const;
type Who = typeof ADA | typeof BOB;

/**
 * The vendor's own manifest, but for where it is and how fast: every address of these hosts leads to the gate,
 * which need not be spared.
 */
export function ledTo(connector: Connector, hosts: readonly string[], gate: Gate): Connector {
  const there = (value: unknown): unknown =>
    typeof value === "string" && !SCOPE.test(value)
      ? hosts.reduce((text, host) => text.replaceAll(`https://${host}`, gate.origin), value)
      : value;
  const text = JSON.stringify(connector.manifest);
  const manifest: Connector["manifest"] = JSON.parse(text, (_, value) => there(value));
  return { ...connector, manifest: { ...manifest, limits: { concurrent: 4 } } };
}

/** Google's are named like addresses. */
const SCOPE = /^https:\/\/www\.googleapis\.com\/auth\//;

export interface Setting {
  readonly base: FreshDatabase;
  readonly stage: Stage;
  readonly host: SourceHost;
  readonly sync: SyncDeps;
  close(): Promise<void>;
}

export async function settingOf(
  gate: Gate,
  connector: Connector,
  settings: Record<string, string>,
): Promise<Setting> {
  const base = await freshDatabase();
  const made = stageOf(base.db, {
    scheme: connector.manifest.acting,
    baseUrl: gate.origin,
    allow: [new URL(gate.origin).host],
    clock: gate.clock,
  });
  const { name } = connector.manifest;
  const deps = { ...made.deps, connectors: new Map([[name, connector]]) };
  const { ctx } = deps;
  for (const { personId } of [ADA, BOB]) {
    const email = `${personId.slice(4)}@a.test`;
    await insertPerson(ctx, { id: personId, name: personId, email, roles: ["employee"] });
  }
  await insertSource(ctx, {
    id: SOURCE,
    connector: name,
    name: "The vendor's",
    settings,
    state: "live",
    stateReason: "",
    objectiveMs: 86_400_000,
    failClosed: true,
    trustedDomains: [],
    createdBy: ADA.personId,
    createdAt: new Date(0),
  });
  const host = new SourceHost(deps);
  const sync: SyncDeps = {
    ctx,
    host: (sourceId, signal) => host.crawl(sourceId, signal),
    promises: async () => [{ id: SOURCE, objectiveMs: 86_400_000, failClosed: true }],
    extractor: {
      extract: async ({ bytes }) => ok({ text: Buffer.from(bytes).toString(), sections: [] }),
    },
    vault: deps.vault,
    onTrouble: (sourceId, trouble) => noteTrouble(ctx, sourceId, trouble),
  };
  const close = async (): Promise<void> => {
    await closeAll();
    await base.close();
  };
  return { base, stage: { ...made, deps }, host, sync, close };
}

export async function register(
  { stage }: Setting,
  clientSecret: string = CLIENT.clientSecret,
): Promise<void> {
  const app = { sourceId: SOURCE, purpose: "acting" as const, clientId: CLIENT.clientId };
  const done = await registerApp(stage.deps, { ...app, clientSecret });
  if (!done.ok) throw new Error(done.failure.detail);
}

export async function begin({ stage }: Setting, who: Who = ADA): Promise<string> {
  const begun = await startOAuth(stage.deps, { sourceId: SOURCE, purpose: "acting", ...who });
  if (!begun.ok) throw new Error(begun.failure.detail);
  return begun.value.url;
}

/** From the button in Stead to the way back, as the account `picks` names at the vendor. */
export async function signIn(setting: Setting, picks: string, who: Who = ADA) {
  const params = await pickAs(await begin(setting, who), picks);
  return finishOAuth(setting.stage.deps, { ...who, params });
}

export async function actingHttp({ host }: Setting, { personId }: Who = ADA) {
  const { signal } = new AbortController();
  const hosted = await host.acting({ sourceId: SOURCE, personId }, signal);
  if (!hosted.ok) throw new Error(`${hosted.failure.code} ${hosted.failure.detail}`);
  return hosted.value.source;
}

export const rowsOf = ({ stage }: Setting) =>
  selectConnections({ ...stage.deps.ctx, sourceId: SOURCE });
export const sourceOf = ({ stage }: Setting) => selectSource(stage.deps.ctx, SOURCE);

/** All there is to do of a kind, or as far as it comes. */
export async function synced({ sync }: Setting, kind: SyncKind): Promise<void> {
  const { signal } = new AbortController();
  for (let i = 0; i < 500; i++) {
    const done = await syncStep(sync, { sourceId: SOURCE, kind }, signal);
    if (!done.ok) throw new Error(done.failure.detail);
    if (!done.value.more) return;
  }
  throw new Error(`${kind} never comes to rest`);
}

export const fresh = (): string => randomUUID();
