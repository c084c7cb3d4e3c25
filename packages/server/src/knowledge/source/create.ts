// Makes a source, and changes one. Nothing is read before it is connected and resumed.
import type { EndpointRequest, Endpoints, Principal } from "@stead/protocol";
import type { Connector } from "@stead/sdk";
import { linkByDirectory } from "../../access/source/links.ts";
import { idFrom } from "../../lib/ids.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { forgetSource } from "../../access/source/state.ts";
import type { Tx } from "../../store/tx.ts";
import { forgetConnections } from "../connection/queries.ts";
import { revokeConnections } from "../connection/revoke.ts";
import { ALREADY, NO_SOURCE, record, sourceOf, type SourcesCtx } from "./context.ts";
import { isPublicMail } from "./domains.ts";
import { emptySource, restPush } from "./empty.ts";
import {
  insertSource,
  selectSource,
  selectSources,
  updateSource,
  type SourceChange,
  type SourcesScope,
} from "./queries.ts";
import type { SourceRow } from "./source.ts";
import { showSource, type SourceShown } from "./view.ts";

type NewSource = EndpointRequest<Endpoints["source.create"]>["body"];
type SourceWish = EndpointRequest<Endpoints["source.update"]>["body"];

export async function createSource(
  sources: SourcesCtx,
  wish: NewSource & { readonly principal: Principal; readonly idempotencyKey: string },
): Promise<Result<SourceShown>> {
  const { ctx, host } = sources;
  const { principal, connector: name, trustedDomains, failClosed } = wish;
  const connector = host.connectors.get(name);
  if (!connector) return fail("request.invalid", `There is no connector ${name}.`);
  const sound = checkSettings(connector, wish.settings);
  if (!sound.ok) return sound;
  const domains = domainsOf(trustedDomains);
  if (!domains.ok) return domains;
  const row: SourceRow = {
    id: idFrom("src", wish.idempotencyKey),
    connector: name,
    name: wish.name,
    settings: wish.settings,
    state: "new",
    stateReason: "",
    objectiveMs: wish.objectiveMs ?? connector.manifest.freshness.objectiveMs,
    failClosed,
    trustedDomains: domains.value,
    createdBy: principal.personId,
    createdAt: new Date(ctx.clock.now()),
  };
  const data = { sourceId: row.id, connector: name, name: row.name, ...promiseOf(row) };
  const fact = { type: "source.created" as const, by: principal, data };
  const done = await record(sources, fact, async (tx) => {
    const scope = { db: tx, orgId: ctx.orgId };
    if (await selectSource(scope, row.id)) return ALREADY;
    return (await insertSource(scope, row)) ? ok() : taken(row.name);
  });
  return done.ok ? showSource(sources, row.id) : done;
}

/**
 * Other settings may be another place, whose ids mean other people and things, and where nobody meant their
 * credential to go: so with them everything that is known goes, and it is signed in to anew.
 */
export async function changeSource(
  sources: SourcesCtx,
  wish: SourceWish & { readonly principal: Principal; readonly sourceId: string },
): Promise<Result<SourceShown>> {
  const { principal, sourceId, settings, ...rest } = wish;
  const found = await sourceOf(sources, sourceId);
  if (!found.ok) return found;
  const row = found.value;
  const connector = sources.host.connectors.get(row.connector);
  if (settings && !connector) return NO_SOURCE;
  const sound = settings && connector ? checkSettings(connector, settings) : ok();
  if (!sound.ok) return sound;
  const isElsewhere =
    settings !== undefined && JSON.stringify(settings) !== JSON.stringify(row.settings);
  const { name, failClosed, objectiveMs } = rest;
  const trustedDomains = rest.trustedDomains && domainsOf(rest.trustedDomains);
  if (trustedDomains?.ok === false) return trustedDomains;
  // Before anything is taken away for what can't be.
  if (name !== undefined && (await isTaken(sources.ctx, row, name))) return taken(name);
  if (isElsewhere) {
    const emptied = await startAnew(sources, row);
    if (!emptied.ok) return emptied;
  }
  const change: SourceChange = {
    ...(name === undefined ? {} : { name }),
    ...(failClosed === undefined ? {} : { failClosed }),
    ...(objectiveMs === undefined ? {} : { objectiveMs }),
    ...(trustedDomains === undefined ? {} : { trustedDomains: trustedDomains.value }),
    ...(isElsewhere ? { settings, state: "new" as const, stateReason: "" } : {}),
  };
  const data = { sourceId, changed: Object.keys(change), ...promiseOf({ ...row, ...change }) };
  const fact = { type: "source.changed" as const, by: principal, data };
  const done = await record(sources, fact, async (tx) => {
    const scope = { db: tx, orgId: sources.ctx.orgId };
    if (Object.keys(change).length === 0) return ALREADY;
    if (name !== undefined && (await isTaken(scope, row, name))) return taken(name);
    if (!(await updateSource(scope, sourceId, change))) return NO_SOURCE;
    // Whoever signed in there while it was being changed is nobody in the other place.
    if (isElsewhere) await forgetAccounts(sources, tx, sourceId);
    if (change.trustedDomains)
      // Whom an address no longer proves is nobody there from now on.
      await linkByDirectory(sources.ctx, tx, { sourceId, trustedDomains: change.trustedDomains });
    return ok();
  });
  return done.ok ? showSource(sources, sourceId) : done;
}

async function isTaken(
  scope: SourcesScope,
  { id }: Pick<SourceRow, "id">,
  name: string,
): Promise<boolean> {
  return (await selectSources(scope)).some((each) => each.name === name && each.id !== id);
}

async function forgetAccounts({ ctx }: SourcesCtx, tx: Tx, sourceId: string): Promise<void> {
  await forgetConnections({ db: tx, orgId: ctx.orgId, sourceId });
  await forgetSource(ctx, tx, sourceId);
}

async function startAnew(sources: SourcesCtx, row: SourceRow): Promise<Result<void>> {
  const from = ["new", "syncing", "live", "paused", "reconnect", "failed"] as const;
  const stateReason = "Its settings are being changed.";
  const stopped = { state: "paused" as const, stateReason, from };
  if (!(await updateSource(sources.ctx, row.id, stopped))) return NO_SOURCE;
  await restPush(sources, row.id);
  await revokeConnections(sources.host, row.id);
  await emptySource(sources, row.id);
  return ok();
}

function checkSettings(connector: Connector, settings: unknown): Result<void> {
  const read = connector.parseSettings(settings);
  if (!("problem" in read)) return ok();
  return fail("request.invalid", `Settings: ${read.problem}`, {
    data: { fields: [{ path: "body.settings", message: read.problem }] },
  });
}

function promiseOf({ objectiveMs, failClosed, trustedDomains }: SourceRow) {
  return { objectiveMs, failClosed, trustedDomains: [...trustedDomains] };
}

function domainsOf(domains: readonly string[]): Result<string[]> {
  const anybodys = domains.find(isPublicMail);
  if (anybodys === undefined) return ok([...new Set(domains.map((each) => each.toLowerCase()))]);
  return fail("request.invalid", `Anybody can have an address at ${anybodys}: it proves nothing.`, {
    hint: "Name domains alone in which your organisation gives out the addresses.",
  });
}

function taken(name: string): Result<never> {
  return fail("request.conflict", `There is a source called ${name} already.`);
}
