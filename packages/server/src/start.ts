// The process: reads the settings, brings the database up, builds the server, prints where to go, and
// stops everything in order.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readConfig, type Config } from "./config.ts";
import { listen } from "./http/serve.ts";
import { inviteByEmail } from "./identity/people/invite.ts";
import { makeLoginLinks, makeSetupLink } from "./identity/link/make.ts";
import { systemClock } from "./lib/clock.ts";
import { jsonLog, type Log, type LogLevel } from "./lib/log.ts";
import { fail, ok, type Result } from "./lib/result.ts";
import { createStead, type Stead } from "./main.ts";
import { providersFromSettings } from "./models/settings.ts";
import { providerSchema, type ProviderInput } from "./models/provider.ts";
import type { Connection } from "./store/connection.ts";
import { startEmbedded } from "./store/embedded.ts";
import { migrate } from "./store/migrate.ts";

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];
const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);
const WEB_DIR = join(import.meta.dirname, "../../web/dist");
const VERSION = "0.1.0";

const fileSchema = z.array(
  providerSchema
    .extend({ keyFrom: z.string().optional() })
    .refine(({ models, embeddings }) => models.length + embeddings.length > 0, "it has no models")
    .refine(({ wire, embeddings }) => wire === "openai-chat" || embeddings.length === 0, {
      error: "embeddings need the wire openai-chat",
    }),
);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function makeLog(config: Config): Log {
  const lowest = LEVELS.indexOf(config.logLevel);
  const write = jsonLog(
    (line) => process.stderr.write(line),
    () => systemClock.now(),
  );
  return (level, message, fields) => {
    if (LEVELS.indexOf(level) >= lowest) write(level, message, fields);
  };
}

interface Grounded {
  readonly connection: Connection | string;
  stop(): Promise<void>;
}

async function bringDatabase(config: Config, log: Log): Promise<Result<Grounded>> {
  if (config.databaseUrl !== undefined)
    return ok({ connection: config.databaseUrl, stop: async () => undefined });
  const dataDir = join(config.dataDir, "postgres");
  const embedded = await startEmbedded({ dataDir, log, onProgress: say });
  if (!embedded.ok) return embedded;
  const { connection, stop } = embedded.value;
  return ok({ connection, stop });
}

/** The environment names keys; a file, when there is one, names everything else. */
function providersOf(config: Config): Result<ProviderInput[]> {
  const providers = providersFromSettings({
    anthropicKey: config.anthropic.key,
    anthropicBaseUrl: config.anthropic.baseUrl,
    anthropicModels: config.anthropic.models,
    openaiKey: config.openai.key,
    openaiBaseUrl: config.openai.baseUrl,
    openaiModels: config.openai.models,
    openaiEmbeddings: config.openai.embeddings,
  });
  if (config.providersFile === undefined) return ok(providers);
  try {
    const given = fileSchema.parse(JSON.parse(readFileSync(config.providersFile, "utf8")));
    const named = given.map(({ keyFrom, ...provider }) => {
      const key = keyFrom === undefined ? undefined : config.secret(keyFrom);
      return key === undefined ? provider : { ...provider, key };
    });
    return ok([...named, ...providers]);
  } catch (error) {
    // A parser quotes what it could not read, which may be a key.
    const cause =
      error instanceof SyntaxError
        ? "it is not valid JSON"
        : error instanceof Error
          ? error.message
          : "unknown";
    return fail("config.invalid", `${config.providersFile} can't be read: ${cause}`);
  }
}

/** Starts everything; what has been started is stopped again when the rest can't be. */
async function run(config: Config): Promise<Result<() => Promise<void>>> {
  const log = makeLog(config);
  // The database's own account must be able to pass through; what is in there is each 0600 or 0700.
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o711 });
  } catch (error) {
    const cause = error instanceof Error ? error.message : "unknown";
    return fail("config.invalid", `STEAD_DATA: the folder can't be made: ${cause}.`);
  }
  const providers = providersOf(config);
  if (!providers.ok) return providers;
  const ground = await bringDatabase(config, log);
  if (!ground.ok) return ground;
  const served = await serve(config, {
    log,
    providers: providers.value,
    connection: ground.value.connection,
  }).catch(crashed);
  if (!served.ok) {
    await ground.value.stop();
    return served;
  }
  return ok(async () => {
    await served.value();
    await ground.value.stop();
  });
}

interface Serving {
  readonly log: Log;
  readonly providers: readonly ProviderInput[];
  readonly connection: Connection | string;
}

async function serve(
  config: Config,
  { log, providers, connection }: Serving,
): Promise<Result<() => Promise<void>>> {
  const migrated = await migrate(connection, { log });
  if (!migrated.ok) return migrated;
  const demo = config.demo ? await import("../demo/demo.ts") : undefined;
  const rules = {
    demo: config.demo,
    loopback: LOOPBACK.has(config.host),
    ownDatabase: config.databaseUrl !== undefined,
  };
  const own = config.policiesDir === undefined ? [] : [config.policiesDir];
  const built = await createStead({
    config,
    connection,
    log,
    providers,
    childEnvironment: config.childEnvironment,
    policyDirs: demo ? [demo.POLICIES_DIR, ...own] : own,
    edge: {
      ...rules,
      version: VERSION,
      ...(config.publicUrl === undefined ? {} : { origin: config.publicUrl }),
      ...(existsSync(WEB_DIR) ? { webDir: WEB_DIR } : {}),
    },
    prepare: async (parts) => (demo ? demo.prepareDemo(parts, { connection, say }) : ok()),
  });
  if (!built.ok) return built;
  const stead = built.value;
  await stead.start();
  const place = { host: config.host, port: config.port, clock: systemClock };
  const serving = config.role === "worker" ? undefined : await listen(stead.app, place);
  if (serving && !serving.ok) {
    await stead.stop();
    return serving;
  }
  const base = config.publicUrl ?? serving?.value.url ?? "";
  await announce(stead, { config, base, rules, personas: demo?.PERSONAS ?? [] });
  return ok(async () => {
    await serving?.value.close();
    await stead.stop();
  });
}

interface Announcement {
  readonly config: Config;
  readonly base: string;
  readonly rules: { demo: boolean; loopback: boolean; ownDatabase: boolean };
  readonly personas: readonly { personId: string; what: string }[];
}

async function announce(stead: Stead, { config, base, rules, personas }: Announcement) {
  if (config.role === "worker") return say("Stead's worker is ready.");
  say(`\nStead is ready: ${base}`);
  const setup = await makeSetupLink(stead.agents);
  if (setup.ok && setup.value !== undefined)
    say(`\nSet up the first administrator (once):\n  ${base}${setup.value}`);
  await announceInvitation(stead, config, base);
  const people = personas.map((persona) => persona.personId);
  const links = people.length > 0 ? await makeLoginLinks(stead.agents, rules, people) : undefined;
  if (links?.ok) {
    say("\nSign in as (each link works once):");
    for (const { personId, path } of links.value) {
      const what = personas.find((persona) => persona.personId === personId)?.what ?? "";
      say(`  ${base}${path}  ${what}`);
    }
  }
  say("\nCtrl-C stops everything.");
}

/** Whoever can start the server can let anybody in again; the ledger says that it was so. */
async function announceInvitation(stead: Stead, { invite }: Config, base: string): Promise<void> {
  if (invite === undefined) return;
  const link = await inviteByEmail(stead.agents, invite);
  if (link.ok) say(`\nSign in as ${invite} (once):\n  ${base}${link.value.path}`);
  else say(`\n--invite: ${link.failure.detail}`);
}

/** Runs until a signal; the exit code says whether it went well. */
export async function main(): Promise<void> {
  const config = readConfig();
  if (!config.ok) return giveUp(config);
  const running = await run(config.value);
  if (!running.ok) return giveUp(running);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return process.exit(1);
    stopping = true;
    say("\nStopping…");
    void running.value().then(() => process.exit(0));
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

/** A bug, or a file that is not what it should be: what it says stands last, after where it was. */
function crashed(error: unknown): Extract<Result<never>, { ok: false }> {
  const known = error instanceof Error;
  process.stderr.write(`${known ? error.stack : "no error"}\n\n`);
  return fail("internal.bug", `Stead could not start: ${known ? error.message : "unknown"}`);
}

function giveUp({ failure }: Extract<Result<never>, { ok: false }>): void {
  process.stderr.write(`${failure.detail}${failure.hint ? ` ${failure.hint}` : ""}\n`);
  process.exitCode = 1;
}
