// Puts together what sources need, so that main hands it on as one piece.
import { realpathSync } from "node:fs";
import type { Connector } from "@stead/sdk";
import { joinLabels } from "../../access/label.ts";
import type { Egress } from "../../egress/egress.ts";
import { adminJournal } from "../../egress/journal.ts";
import type { Vault } from "../../egress/vault.ts";
import { principalOf } from "../../identity/principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { decideAction } from "../../policy/decide.ts";
import { permitAction } from "../../policy/permit.ts";
import type { PolicySet } from "../../policy/policy.ts";
import { SourceAsker } from "../asking/asker.ts";
import type { HostDeps } from "../connection/deps.ts";
import type { LiveDeps } from "../live/live.ts";
import type { SearchCtx } from "../search.ts";
import type { SyncDeps } from "../sync/deps.ts";
import type { SourcesCtx } from "./context.ts";
import { SourceHost, type Hosted } from "./host.ts";
import { selectSources } from "./queries.ts";
import { inUseOf } from "./shut.ts";
import { noteTrouble } from "./trouble.ts";

export interface SourcesOptions {
  readonly ctx: SearchCtx;
  readonly ledger: Ledger;
  readonly egress: Egress;
  readonly vault: Vault;
  readonly connectors: readonly Connector[];
  readonly policies: () => PolicySet;
  readonly extractor: SyncDeps["extractor"];
  /** Where people's browsers find Stead; none: nobody can sign in at a provider. */
  readonly origin: string | undefined;
  /** Holds Stead's keys and data. */
  readonly dataDir: string;
}

export interface Sources extends SourcesCtx {
  readonly asker: SourceAsker;
}

export function makeSources(options: SourcesOptions): Sources {
  const { ctx, ledger, egress, vault, extractor, origin } = options;
  const host: HostDeps = {
    ctx,
    egress,
    vault,
    connectors: new Map(options.connectors.map((each) => [each.manifest.name, each])),
    wayOf: wayOf(options),
    ownPaths: [realpathSync(options.dataDir)],
    ...(origin === undefined ? {} : { redirectUri: `${origin}/api/source-callback` }),
  };
  const hosts = new SourceHost(host);
  const sync: SyncDeps = {
    ctx,
    host: (sourceId, signal) => crawlOf(host, hosts, { sourceId, signal }),
    promises: async () => {
      const all = await selectSources(ctx);
      return all.filter(({ state }) => state !== "leaving" && state !== "new");
    },
    extractor,
    vault,
    onTrouble: (sourceId, trouble) => noteTrouble(ctx, sourceId, trouble),
    // No provider reaches a machine's own address.
    ...(origin?.startsWith("https:")
      ? { callbackUrl: (id) => `${origin}/api/sources/${encodeURIComponent(id)}/push` }
      : {}),
  };
  const asker = new SourceAsker({
    ctx,
    connectors: host.connectors,
    sources: () => selectSources(ctx),
    host: sync.host,
    vault,
  });
  return { ctx: { ...ctx, asker }, ledger, host, hosts, sync, asker };
}

/** When whoever decided that it is read may not any more, somebody else has to, also where nothing goes out. */
async function crawlOf(
  { wayOf: decided }: HostDeps,
  hosts: SourceHost,
  { sourceId, signal }: { sourceId: string; signal: AbortSignal },
): Promise<Result<Hosted>> {
  const hosted = await hosts.crawl(sourceId, signal);
  if (!hosted.ok) return hosted;
  const way = await decided(hosted.value.row.createdBy, "crawl");
  if (way.ok || way.failure.code === "store.unavailable") return way.ok ? hosted : way;
  return fail("source.reconnect", "Whoever had it read may not any more.", {
    hint: "Another administrator resumes it.",
  });
}

/** A crawl is on the decision of the administrator who connected it, an act on the person's own. */
function wayOf({ ctx, ledger, policies }: SourcesOptions): HostDeps["wayOf"] {
  return async (personId, purpose) => {
    const principal = await principalOf(ctx, personId, { kind: "run", runId: "source" });
    if (!principal.ok) return principal;
    const action = purpose === "crawl" ? "source.connect" : "source.link";
    const resource = { type: "Platform", id: ctx.orgId };
    const decision = decideAction(policies(), { principal: principal.value, action, resource });
    const permit = permitAction(decision, { nowMs: ctx.clock.now() });
    if (!permit.ok) return permit;
    const journal = adminJournal(ledger, { subjects: [personId] });
    return ok({ permit: permit.value, journal, label: joinLabels([]) });
  };
}

/** The sources that are asked as the person each time. */
export function liveDeps({ ctx, host, hosts }: SourcesCtx): LiveDeps {
  return {
    ctx,
    sources: async () => {
      const all = await selectSources(ctx);
      const live = all.filter(({ connector }) => host.connectors.get(connector)?.live);
      return inUseOf(ctx, live);
    },
    host: (asked, signal) => hosts.acting(asked, signal),
  };
}
