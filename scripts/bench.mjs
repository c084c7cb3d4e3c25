// `npm run bench [-- name …]`: one JSON line per figure, each with its ratio to a floor or peer measured
// in the same run. Installs the peers into `bench/peers` the first time.
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { demandNode } from "./node-version.mjs";

demandNode();
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const wanted = process.argv.slice(2);
const SUBJECT_MS = 1_800_000;
const { startEmbedded } = await import("../packages/server/src/store/embedded.ts");
const { makeDatabase } = await import("../bench/database.mjs");

const say = (line) => console.log(JSON.stringify(line));
const round = (value) => Number(value.toPrecision(4));

function figure(name, [value, unit], versus) {
  const ratio =
    versus && versus.value > 0 ? { ratio: round(value / versus.value), to: versus.name } : {};
  say({ name, value: round(value), unit, ...ratio });
}

function installPeers() {
  const peers = join(root, "bench/peers");
  if (existsSync(join(peers, "node_modules/openredaction"))) return;
  console.error("Installing the peers (once)…");
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", args, { cwd: peers, stdio: "inherit" });
}

/** A process of its own, so that its CPU is its own; resolves to its last line, parsed. */
function subject(file, settings) {
  return new Promise((resolve) => {
    const args = [
      "--expose-gc",
      "--conditions=stead-source",
      join(root, file),
      JSON.stringify(settings),
    ];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const late = setTimeout(() => child.kill("SIGKILL"), SUBJECT_MS);
    let last = "";
    createInterface({ input: child.stdout }).on("line", (line) => (last = line));
    child.on("close", () => {
      clearTimeout(late);
      try {
        resolve(JSON.parse(last));
      } catch {
        say({ name: file, failed: true });
        resolve(undefined);
      }
    });
  });
}

async function startModel() {
  const child = spawn(process.execPath, [join(root, "bench/model-server.mjs")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise((resolve) =>
    createInterface({ input: child.stdout }).once("line", resolve),
  );
  return { baseUrl: `http://127.0.0.1:${port}/v1`, stop: () => child.kill() };
}

const PEERS = [
  ["ai streamText", "ai"],
  ["@openai/agents", "openai-agents"],
  ["Mastra", "mastra"],
  ["LangGraph", "langgraph"],
];

async function steps({ baseUrl, database }) {
  const load = { baseUrl, runs: 300, concurrency: 50 };
  const floor = await subject("bench/peers/src/floor.mjs", load);
  const own = await subject("bench/subjects/stead.mjs", { ...load, connection: await database() });
  if (!floor || !own) return;
  figure("floor.cpu-per-step", [floor.cpuMsPerStep, "ms"]);
  const versus = { name: "floor (fetch, nothing kept)", value: floor.cpuMsPerStep };
  figure("stead.cpu-per-durable-step", [own.cpuMsPerStep, "ms"], versus);
  figure("stead.durable-steps", [own.stepsPerSecond, "1/s"], {
    name: versus.name,
    value: floor.stepsPerSecond,
  });
  installPeers();
  for (const [name, file] of PEERS) {
    const peer = await subject(`bench/peers/src/${file}.mjs`, { ...load, runs: 150 });
    if (!peer) continue;
    figure(`${file}.cpu-per-step`, [peer.cpuMsPerStep, "ms"], versus);
    figure("stead.cpu-against-peer", [own.cpuMsPerStep, "ms"], { name, value: peer.cpuMsPerStep });
  }
  const checkpoint = await database("url");
  const graph = await subject("bench/peers/src/langgraph.mjs", { ...load, runs: 100, checkpoint });
  if (!graph) return;
  figure("langgraph-postgres.durable-steps", [graph.stepsPerSecond, "1/s"]);
  figure("stead.steps-against-peer", [own.stepsPerSecond, "1/s"], {
    name: "LangGraph with its Postgres checkpointer",
    value: graph.stepsPerSecond,
  });
}

async function crowd({ baseUrl, database }) {
  const load = { baseUrl, runs: 500, concurrency: 500 };
  const own = await subject("bench/subjects/stead.mjs", { ...load, connection: await database() });
  const floor = await subject("bench/peers/src/floor.mjs", load);
  if (!own || !floor) return;
  figure("stead.failures-at-500", [own.failed, "runs"]);
  figure("stead.memory-per-run-at-500", [own.kbPerRun, "KB"], {
    name: "floor",
    value: floor.kbPerRun,
  });
}

async function suspended({ baseUrl, database }) {
  const own = await subject("bench/subjects/suspended.mjs", {
    baseUrl,
    runs: 10_000,
    connection: await database(),
  });
  if (own) figure("stead.heap-per-suspended-run", [own.bytesPerRun, "bytes"]);
}

async function starts({ baseUrl, database }) {
  const own = await subject("bench/subjects/starts.mjs", { baseUrl, connection: await database() });
  if (!own) return;
  figure("stead.run-start-p50", [own.p50Ms, "ms"]);
  figure("stead.run-start-p99", [own.p99Ms, "ms"]);
}

async function takeOver({ baseUrl, database }) {
  const data = mkdtempSync(join(tmpdir(), "stead-bench-"));
  const settings = { baseUrl, data, connection: await database() };
  const own = await subject("bench/subjects/take-over.mjs", settings);
  if (own) figure("stead.take-over", [own.takeOverMs, "ms"]);
}

async function revoke({ baseUrl, database }) {
  const settings = { baseUrl, connection: await database() };
  const own = await subject("bench/subjects/revoke.mjs", settings);
  if (!own) return;
  figure("acting.revoke-to-last-call-p50", [own.medianMs, "ms"]);
  figure("acting.revoke-to-last-call-most", [own.maxMs, "ms"]);
}

async function parts() {
  const own = await subject("bench/subjects/parts.mjs", {});
  for (const each of own ?? []) figure(each.name, [each.value, each.unit]);
}

async function access({ database }) {
  const own = await subject("bench/subjects/access.mjs", { connection: await database() });
  if (!own) return;
  figure("access.classes", [own.classes, "classes"]);
  figure("access.pairs", [own.pairs, "readable (person, class) pairs"]);
  figure("access.readable-classes-most", [own.perPersonMax, "of one person"]);
  figure("access.new-class-p50", [own.newClassMs, "ms"]);
  figure("access.1000-new-classes-p50", [own.newBatchMs, "ms"]);
  figure("access.one-leaves-group-of-500-p50", [own.leaveMs, "ms"]);
  figure("access.half-of-500-replaced-p50", [own.wholeMs, "ms"]);
  figure("access.small-group-replaced-p50", [own.leafMs, "ms"]);
  figure("access.one-person-linked-p50", [own.linkMs, "ms"]);
  figure("access.source-closed", [own.closeMs, "ms"]);
  figure("access.source-opened", [own.openMs, "ms"]);
  const floor = { name: "PostgreSQL inserting as many such rows", value: own.floorMs };
  figure("access.100k-classes-from-cold", [own.coldMs, "ms"], floor);
  figure("access.100k-classes-from-cold-worst", [own.coldWorstMs, "ms"], floor);
  figure("access.100k-classes-interned", [own.internMs, "ms"], floor);
  figure("access.one-check-p50", [own.checkMs, "ms"]);
  figure("access.readers-of-three-p50", [own.readersMs, "ms"]);
}

/** Without a database: what the index itself does. Its vectors and its text are made up. */
async function search() {
  const own = await subject("bench/subjects/search.mjs", {});
  for (const { name, value, unit, to, floor } of own ?? [])
    figure(name, [value, unit], to ? { name: to, value: floor } : undefined);
}

/** The source is made up and answers at once. */
async function sync({ database }) {
  const own = await subject("bench/subjects/sync.mjs", { connection: await database() });
  if (!own) return;
  figure("sync.items-listed-with-rights", [own.itemsPerSecond, "1/s"]);
  figure("sync.items-listed-again", [own.relistPerSecond, "1/s"]);
  const floor = { name: "one document a transaction", value: own.floorPerSecond };
  figure("sync.documents-read", [own.documentsPerSecond, "1/s"], floor);
  figure("sync.200-people-50-groups", [own.peopleMs, "ms"]);
  figure("sync.events-under-load", [own.events, "events"]);
  figure("sync.receipt-to-force-p50", [own.forceP50Ms, "ms"]);
  figure("sync.receipt-to-force-p99", [own.forceP99Ms, "ms"]);
  figure("sync.memory", [own.rssMb, "MB"]);
}

async function scanner() {
  const own = await subject("bench/subjects/scanner.mjs", {});
  for (const each of own ?? []) figure(each.name, [each.value, each.unit]);
}

/** The gate and the values it knows; a proxy with it, beside one that does nothing but pass on. */
async function gate({ database }) {
  const own = await subject("bench/subjects/gate.mjs", { connection: await database() });
  const floors = new Map(own?.map(({ name, value }) => [name, value]));
  for (const { name, value, unit } of own ?? []) {
    const floor = name.replace(/(plain|masked|recorded)/, "floor");
    figure(
      name,
      [value, unit],
      floor === name ? undefined : { name: floor, value: floors.get(floor) },
    );
  }
}

/** Beside the npm libraries for the same, over the same sentences. */
async function detect() {
  const own = await subject("bench/subjects/detect.mjs", {});
  for (const each of own ?? []) figure(each.name, [each.value, each.unit]);
  installPeers();
  const peers = await subject("bench/peers/src/detect.mjs", {});
  for (const { name, value, unit } of peers ?? []) {
    const mine = own?.find((one) => one.name === name.replace(/^detect\.[^.]+\./, "detect.stead."));
    figure(name, [value, unit], mine ? { name: mine.name, value: mine.value } : undefined);
  }
}

const BENCHES = {
  access,
  detect,
  gate,
  parts,
  scanner,
  search,
  starts,
  steps,
  crowd,
  "take-over": takeOver,
  revoke,
  suspended,
  sync,
};
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(
    `There is no bench ${unknown.join(", ")}. There are: ${Object.keys(BENCHES).join(", ")}.`,
  );
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "stead-bench-"));
chmodSync(folder, 0o711);
const embedded = await startEmbedded({ dataDir: folder, log: () => undefined });
if (!embedded.ok) throw new Error(embedded.failure.detail);
const model = await startModel();
try {
  const { superConnection, connection } = embedded.value;
  const database = (form) => makeDatabase(superConnection, connection, form);
  for (const [name, bench] of Object.entries(BENCHES))
    if (wanted.length === 0 || wanted.includes(name))
      await bench({ baseUrl: model.baseUrl, database });
} finally {
  model.stop();
  await embedded.value.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
