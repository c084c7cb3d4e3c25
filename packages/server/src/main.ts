// Builds the server: the only file that makes things and hands them to each other, from the bottom of
// the ladder to its top.
import type { Asking } from "./access/readable.ts";
import { CONNECTORS } from "@stead/connectors";
import type { Principal } from "@stead/protocol";
import type { Connector } from "@stead/sdk";
import type { AgentsCtx } from "./agents/context.ts";
import { trialVersion } from "./agents/publish.ts";
import { agentActing } from "./agents/owner.ts";
import { agentRoutes } from "./agents/routes.ts";
import { trialSubjects } from "./agents/trial-subjects.ts";
import { usableTogether } from "./agents/standing.ts";
import { usableVersion, versionOf } from "./agents/version.ts";
import type { Config } from "./config.ts";
import { destinationRoutes, gatedEgress, type Egress } from "./egress/gate/parts.ts";
import { openLedger } from "./egress/kms/parts.ts";
import type { KeyService } from "./egress/kms/keeping.ts";
import { egressRoutes } from "./egress/routes.ts";
import { armTripwire } from "./egress/tripwire.ts";
import { closeUngated, openUngated, recordTripped } from "./egress/ungated.ts";
import { createVault } from "./egress/vault.ts";
import { createApp, type App } from "./http/app.ts";
import { healthOf } from "./http/health.ts";
import { edgeRoutes } from "./http/routes.ts";
import type { AppParts, EdgeSettings } from "./http/settings.ts";
import { personOf } from "./identity/person.ts";
import { principalOf, principalsTogether } from "./identity/principal.ts";
import { GROUPS_CHANNEL } from "./identity/group/queries.ts";
import { listGroups } from "./identity/queries.ts";
import { identityRoutes } from "./identity/routes.ts";
import type { FindCtx } from "./knowledge/find.ts";
import type { SourceAsker } from "./knowledge/asking/asker.ts";
import { openLiveIndex, type LiveIndex } from "./knowledge/index/live.ts";
import { openLive } from "./knowledge/live/look.ts";
import { openMeaning } from "./knowledge/meaning/ask.ts";
import type { MeaningDeps } from "./knowledge/meaning/deps.ts";
import { searchRoutes } from "./knowledge/meaning/routes.ts";
import { loadConnectors } from "./knowledge/outside/load.ts";
import { knowledgeRoutes } from "./knowledge/routes.ts";
import { sourcesInUse } from "./knowledge/source/in-use.ts";
import { liveDeps, makeSources, type Sources } from "./knowledge/source/parts.ts";
import { sourceRoutes } from "./knowledge/source/routes.ts";
import { TextExtractor } from "./knowledge/text/extract.ts";
import { append } from "./ledger/append.ts";
import { startCheckpointer } from "./ledger/checkpoint.ts";
import { checkKeys } from "./ledger/keys-fit.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { ledgerRoutes } from "./ledger/routes.ts";
import { Slots } from "./lib/bounded.ts";
import { systemClock } from "./lib/clock.ts";
import type { Handlers } from "./lib/handler.ts";
import { createIds } from "./lib/ids.ts";
import type { Log } from "./lib/log.ts";
import { Lasting } from "./lib/lasting.ts";
import { ok, type Result } from "./lib/result.ts";
import { Together } from "./lib/together.ts";
import { createLimiter } from "./models/limiter/shared.ts";
import { createModels, type Models } from "./models/models.ts";
import type { ProviderInput } from "./models/provider.ts";
import { modelRoutes } from "./models/routes.ts";
import { decideAction } from "./policy/decide.ts";
import { PoliciesInForce } from "./policy/in-force.ts";
import { permitAction } from "./policy/permit.ts";
import { rightsPort } from "./policy/rights.ts";
import { policyRoutes } from "./policy/routes.ts";
import { reportRoutes } from "./reports/routes.ts";
import { abandon } from "./runs/abandon.ts";
import { actingRoutes, goOnAfter } from "./runs/acting-routes.ts";
import type { RunDeps } from "./runs/deps.ts";
import { drive } from "./runs/drive.ts";
import { Interrupts } from "./runs/interrupts.ts";
import { Live } from "./runs/live.ts";
import { openRunLog } from "./runs/log.ts";
import { saveLiveText } from "./runs/live-text/queries.ts";
import { markRunning } from "./runs/queries.ts";
import { runRoutes } from "./runs/routes.ts";
import { wakeRunsOf } from "./runs/wake.ts";
import { placeOf, type Connection } from "./store/connection.ts";
import type { Ctx } from "./store/context.ts";
import { openDatabase, type Database } from "./store/db.ts";
import { answered, untilAvailable, whileAvailable } from "./store/available.ts";
import { openListener } from "./store/listen.ts";
import { createBlobStore } from "./tools/blob/store.ts";
import { blobTools } from "./tools/blob/tools.ts";
import { knowledgePort } from "./tools/documents-within.ts";
import { documentTools } from "./tools/documents.ts";
import { createActingKey } from "./tools/mcp/acting.ts";
import { MCP_CHANNEL, publishKey } from "./tools/mcp/queries.ts";
import { findSandbox } from "./tools/mcp/sandbox.ts";
import { McpServers } from "./tools/mcp/servers.ts";
import { Registry, type RegisteredTool } from "./tools/registry.ts";
import { toolRoutes } from "./tools/routes.ts";
import { actingIn, offerSourceTools } from "./tools/source-tools.ts";
import { webTools } from "./tools/web/web.ts";
import { Dispatcher } from "./worker/dispatch.ts";
import { keepKnowledge } from "./worker/knowledge.ts";
import { VaultKeeper } from "./worker/vault.ts";
import {
  INTERRUPT_CHANNEL,
  notify,
  orphanedRuns,
  WAKE_CHANNEL,
  WATCH_CHANNEL,
} from "./worker/queries.ts";

const ORG_ID = "org_main";
const TOOL_SLOTS = 200;
const TOOL_QUEUE = 10_000;
/** Of each lane of sync. */
const SYNC_SLOTS = 2;
/** Versions never change, so they are read once. */
const VERSIONS_MAX = 1_000;

/** What is there before policies are read: enough to seed data and add tools. */
export interface SteadParts {
  readonly ctx: Ctx;
  readonly policies: PoliciesInForce;
  readonly database: Database;
  readonly ledger: Ledger;
  readonly agents: AgentsCtx;
  readonly registry: Registry;
  readonly mcp: McpServers;
  readonly models: Models;
  readonly egress: Egress;
  readonly keyService: KeyService;
  readonly index: LiveIndex;
  readonly meaning: MeaningDeps;
  readonly finding: FindCtx;
  readonly extractor: TextExtractor;
  readonly sources: Sources;
  /** Puts the tools of the sources in use where agents find them. */
  readonly offer: ReturnType<typeof offerSourceTools>;
}

export interface SteadOptions {
  readonly config: Config;
  readonly connection: Connection | string;
  readonly log: Log;
  readonly providers: readonly ProviderInput[];
  /** Folders of the organisation's own policies. */
  readonly policyDirs: readonly string[];
  readonly edge: EdgeSettings;
  /** What a child process may inherit. */
  readonly childEnvironment: Readonly<Record<string, string>>;
  /** Seeds and registers what policies will speak of. */
  readonly prepare: (parts: SteadParts) => Promise<Result<void>>;
}

export interface Stead extends SteadParts {
  readonly app: App;
  readonly runs: RunDeps;
  /** Begins to drive runs and to sign checkpoints. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Waits for a database that is recovering, or goes away meanwhile. */
export function createStead(options: SteadOptions): Promise<Result<Stead>> {
  return untilAvailable(() => build(options), { clock: systemClock, log: options.log });
}

async function build(options: SteadOptions): Promise<Result<Stead>> {
  const { config, log } = options;
  const connectionsMax = config.role === "api" ? 10 : 20;
  const database = openDatabase(options.connection, { log, connectionsMax });
  const ids = createIds(systemClock);
  let asker: SourceAsker | undefined;
  const ctx: Ctx & Asking = {
    db: database.db,
    orgId: ORG_ID,
    clock: systemClock,
    ids,
    log,
    askSources: async (...about) => (await asker?.ask(...about))?.isNew === true,
  };
  const opened = await openLedger(config, { ...ctx, pool: database.pool });
  if (!opened.ok) {
    await database.close();
    return opened;
  }
  const { ledger, keyService } = opened.value;
  const loading = { modules: config.connectors, folder: process.cwd() };
  const taken = CONNECTORS.map(({ manifest }) => manifest.name);
  const outside = await loadConnectors({ ...loading, taken });
  if (!outside.ok) {
    await keyService.close();
    await database.close();
    return outside;
  }
  const connectors = [...CONNECTORS, ...outside.value];
  const parts = await makeParts(options, { ctx, database, ledger, keyService, connectors });
  ({ asker } = parts.sources);
  const made = await answered(() => makeReady(options, parts));
  if (!made.ok) {
    // Connections and children would keep the process from ending.
    for (const open of [parts.mcp, parts.extractor, parts.egress, keyService, database])
      await open.close();
    return made;
  }
  parts.registry.onChange(() => void parts.policies.reload());
  return ok(assemble(options, parts));
}

async function makeReady(options: SteadOptions, parts: SteadParts): Promise<Result<void>> {
  const fit = await checkKeys(parts.ledger);
  if (!fit.ok && !options.config.newKeys) return fit;
  const prepared = await options.prepare(parts);
  if (!prepared.ok) return prepared;
  const loaded = await parts.mcp.sync();
  return loaded.ok ? parts.policies.reload() : loaded;
}

interface Base {
  readonly ctx: Ctx;
  readonly database: Database;
  readonly ledger: Ledger;
  readonly keyService: KeyService;
  readonly connectors: readonly Connector[];
}

async function makeParts(options: SteadOptions, base: Base): Promise<SteadParts> {
  const { config, log } = options;
  const { ctx, database, ledger, keyService, connectors } = base;
  const { clock, ids } = ctx;
  const { keys } = ledger;
  const egress = gatedEgress(ledger, { allowPrivate: config.allowPrivate });
  const limiter = createLimiter({ ...ctx, processId: ids.next("proc") });
  const models = createModels({ providers: options.providers, egress, clock, ids, log, limiter });
  const blobs = createBlobStore(ctx, keys);
  const registry = new Registry({ clock, log, blobs, gate: egress.gate });
  const index = openLiveIndex({ ctx });
  const extractor = new TextExtractor();
  const sources = makeSources({
    ctx: { ...ctx, index },
    ledger,
    egress,
    connectors,
    extractor,
    vault: createVault(keys),
    policies: () => policies.current,
    origin: originOf(config),
    dataDir: config.dataDir,
  });
  const meaning: MeaningDeps = { ctx, ledger, models, policies: () => policies.current };
  const live = openLive(liveDeps(sources));
  const finding = { ...sources.ctx, live, meaning: openMeaning(meaning) };
  const offer = offerSourceTools(registry, actingIn(sources));
  const web = webTools({ egress, extractor, clock, search: config.webSearch });
  const own = [...documentTools(knowledgePort(finding)), ...blobTools(blobs), ...web];
  addAll(registry, own);
  const policies = new PoliciesInForce(
    async () => ({
      dir: options.policyDirs,
      groups: await listGroups(ctx),
      tools: registry.list(),
    }),
    { log, clock },
  );
  const agents: AgentsCtx = {
    ...ctx,
    ledger,
    tools: { tool: (name) => registry.get(name)?.tool },
    models: { models: () => models.list().map((model) => model.name) },
  };
  const mcp = new McpServers({
    ledger,
    registry,
    permitAct: (principal, action, resource) => {
      const decision = decideAction(policies.current, { principal, action, resource });
      return permitAction(decision, { nowMs: clock.now() });
    },
    principalOf: (personId) => principalOf(ctx, personId, { kind: "run", runId: "" }),
    origin: originOf(config),
    deps: {
      clock,
      log,
      egress,
      actingKey: await createActingKey(clock, async (key, untilMs) => {
        const row = { kid: key.kid, jwk: JSON.stringify(key), untilMs, nowMs: clock.now() };
        return (await whileAvailable(() => publishKey(ctx, row))).ok;
      }),
      childEnvironment: options.childEnvironment,
      sandbox: await findSandbox(config, options.childEnvironment["PATH"]),
      onUngated: (path, why) => void openUngated(ledger, { path, why }),
      onGated: (path) => void closeUngated(ledger, path),
    },
  });
  const lower = { ctx, database, ledger, agents, registry, mcp, models, egress, index, policies };
  return { ...lower, keyService, extractor, sources, meaning, finding, offer };
}

function addAll(registry: Registry, own: readonly RegisteredTool[]): void {
  for (const tool of own) {
    const added = registry.add(tool);
    if (added.ok) continue;
    registry.log("error", "a built-in tool was refused", { detail: added.failure.detail });
  }
}

/** Where people's browsers find Stead, as far as it can be told before it listens. */
function originOf({ publicUrl, host, port }: Config): string | undefined {
  if (publicUrl !== undefined) return publicUrl.replace(/\/+$/, "");
  const isLocal = port > 0 && (host === "127.0.0.1" || host === "localhost");
  return isLocal ? `http://${host}:${port}` : undefined;
}

/** The upper half of the ladder: runs, their workers and the edge. */
function assemble(options: SteadOptions, parts: SteadParts): Stead {
  const { config, log, edge } = options;
  const { ctx, database, ledger, policies } = parts;
  const interrupts = new Interrupts();
  const dispatcher = new Dispatcher({
    pool: database.pool,
    clock: ctx.clock,
    log,
    slots: config.role === "api" ? 0 : config.runSlots,
    drive: (runId, stopping) => drive(runs, runId, stopping),
    abandon: (runId, failure) => abandon(runs, runId, failure),
    orphans: () => orphanedRuns(database.pool, ctx.orgId),
  });
  const listener = openListener(options.connection, { log, clock: ctx.clock });
  const runs = makeRuns(options, parts, { dispatcher: () => dispatcher, interrupts });
  const decide = (question: { principal: Principal; action: string }) =>
    decideAction(policies.current, {
      ...question,
      resource: { type: "Platform", id: ctx.orgId },
    });
  const vault = new VaultKeeper(ledger);
  const handlers = makeHandlers(parts, { runs, edge, decide, vault });
  const app = createApp({ ctx: parts.agents, settings: edge, decide, handlers });
  let checkpointer: { stop(): Promise<void> } | undefined;
  let keeping: { stop(): Promise<void> } | undefined;
  let disarm: (() => void) | undefined;
  return {
    ...parts,
    app,
    runs,
    start: async () => {
      disarm = armTripwire({
        postgres: [placeOf(options.connection)],
        onTripped: (tripped) => void recordTripped(ledger, tripped),
      });
      checkpointer = startCheckpointer(ledger);
      vault.start();
      // A run that goes on may be about to call a source's tool.
      const inUse = await whileAvailable(() => sourcesInUse(parts.sources));
      if (inUse.ok) parts.offer(inUse.value);
      await dispatcher.start();
      await parts.index.start(listener);
      const slots = config.role === "api" ? 0 : SYNC_SLOTS;
      keeping = await keepKnowledge(parts, { workerId: runs.workerId, listener, slots });
      await listener.on(WAKE_CHANNEL, () => dispatcher.kick());
      await listener.on(GROUPS_CHANNEL, () => void policies.reload());
      await listener.on(MCP_CHANNEL, () => void parts.mcp.sync());
      await listener.on(INTERRUPT_CHANNEL, (runId) => interrupts.fire(runId));
      await listener.on(WATCH_CHANNEL, (runId) => runs.live.watched(runId ?? ""));
    },
    stop: async () => {
      await app.close();
      await dispatcher.stop();
      await keeping?.stop();
      await vault.stop();
      await listener.close();
      await parts.index.close();
      await parts.extractor.close();
      await parts.mcp.close();
      await checkpointer?.stop();
      await parts.models.limiter.close();
      await parts.egress.close();
      await parts.keyService.close();
      disarm?.();
      await database.close();
    },
  };
}

interface Clockwork {
  /** Asked when needed: it and the runs need each other. */
  readonly dispatcher: () => Dispatcher;
  readonly interrupts: Interrupts;
}

function makeRuns(
  { config }: SteadOptions,
  { ctx, ledger, policies, models, registry }: SteadParts,
  { dispatcher, interrupts }: Clockwork,
): RunDeps {
  const versions = new Lasting((versionId: string) => versionOf(ctx, versionId), VERSIONS_MAX);
  const marking = new Together<void>(async (runIds) => {
    await markRunning(ctx.db, ctx.orgId, runIds);
    return new Map();
  });
  const runs: RunDeps = {
    ctx,
    workerId: ctx.ids.next("wrk"),
    live: new Live(
      (runId, live) => {
        const row = { org_id: ctx.orgId, run_id: runId, ...live };
        // Lost text is no loss: the answer itself is an event.
        saveLiveText(ctx.db, row).catch(() => undefined);
      },
      () => ctx.clock.monotonicMs(),
    ),
    models,
    registry,
    policies: () => policies.current,
    openLog: (runId, subjects) => openRunLog(ledger, runId, subjects),
    principalOf: principalsTogether(ctx, { kind: "run", runId: "" }),
    usableBy: usableTogether(ctx),
    ...agentActing({ ...ctx, ledger }),
    versionOf: (versionId) => versions.get(versionId),
    markRunning: async (runId) => {
      await marking.ask(runId);
    },
    enqueue: async (tx, runId) => {
      await dispatcher().enqueue(tx, runId);
      await notify(tx, WAKE_CHANNEL, "");
    },
    kick: () => dispatcher().kick(),
    interrupt: (tx, runId) => notify(tx, INTERRUPT_CHANNEL, runId),
    watch: (runId) => void notify(ctx.db, WATCH_CHANNEL, runId).catch(() => undefined),
    interrupts,
    runsPerPersonMax: config.runsPerPersonMax,
    toolSlots: new Slots(TOOL_SLOTS, TOOL_QUEUE),
    drive: (runId, stopping) => drive(runs, runId, stopping),
  };
  return runs;
}

interface Upper {
  readonly runs: RunDeps;
  readonly edge: EdgeSettings;
  readonly decide: AppParts["decide"];
  readonly vault: VaultKeeper;
}

function makeHandlers(parts: SteadParts, { runs, edge, decide, vault }: Upper): Handlers {
  const { ctx, agents, ledger, policies } = parts;
  return {
    ...edgeRoutes({
      ctx: agents,
      settings: edge,
      decide,
      health: () => healthOf(ctx, policies.current.absent, parts.keyService.state()),
    }),
    ...identityRoutes(agents, {
      ...rightsPort(policies),
      wakeRuns: (tx, personId) => wakeRunsOf(runs, tx, personId),
    }),
    ...agentRoutes(agents),
    ...toolRoutes(parts.registry, parts.mcp, goOnAfter(runs)),
    ...knowledgeRoutes(parts.finding),
    ...searchRoutes({ ...parts.meaning, index: parts.index }),
    ...sourceRoutes(parts.sources, goOnAfter(runs)),
    ...actingRoutes(runs, parts.sources, parts.mcp),
    ...ledgerRoutes(ledger),
    ...egressRoutes(ledger),
    ...destinationRoutes(ledger, parts.egress),
    ...vault.routes(),
    ...reportRoutes(ledger),
    ...policyRoutes({ policies, subjects: trialSubjects(agents) }),
    ...modelRoutes(parts),
    ...runRoutes({
      ...runs,
      agentFor: async (principal, agentId, trial) => {
        const input = { principal, agentId };
        return trial ? trialVersion(agents, input) : usableVersion(agents, input);
      },
      personOf: (personId) => personOf(ctx, personId),
      recordReading: async (reader, runId) => {
        const data = { by: reader.personId, runId };
        const events = [{ type: "run.read", data }];
        const done = await append(ledger, { stream: "audit", after: "tail", events });
        return done.ok ? ok() : done;
      },
    }),
  };
}
