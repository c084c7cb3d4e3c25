// Stead whole, in one process: durable runs with policy, ledger, trace and receipts on, against a real
// PostgreSQL. The tool is in-process, as for the peers.
import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentSpecSchema, contractSchema } from "@stead/protocol";
import { createAgent } from "../../packages/server/src/agents/draft.ts";
import { publishAgent } from "../../packages/server/src/agents/publish.ts";
import { shareAgent } from "../../packages/server/src/agents/share.ts";
import { readConfig } from "../../packages/server/src/config.ts";
import { insertGroup, insertMember } from "../../packages/server/src/identity/group/queries.ts";
import { insertPerson } from "../../packages/server/src/identity/queries.ts";
import { principalOf } from "../../packages/server/src/identity/principal.ts";
import { createStead } from "../../packages/server/src/main.ts";
import { startRun } from "../../packages/server/src/runs/start.ts";
import { migrate } from "../../packages/server/src/store/migrate.ts";
import { toolOf } from "../../packages/server/src/tools/contract.ts";
import { INPUT, INSTRUCTIONS, main, RESULT, TOOLS } from "../load.mjs";

const log = (level, message, fields) => {
  if (level === "error") process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
};

/** Runs are spread over as many people, each with rights of their own to look up. */
const PEOPLE = 50;
let played = 0;

const inputSchema = {
  type: "object",
  properties: { key: { type: "string" }, limit: { type: "number" } },
  required: ["key"],
};
const contract = contractSchema.parse({ effect: "read", keyed: true });
const answer = async () => ({ ok: true, value: { text: RESULT } });

/** `data`, `made`: a second server on what a first one has made. */
export async function openStead({ baseUrl, connection, slots = 500, ...more }) {
  const data = more.data ?? mkdtempSync(join(tmpdir(), "stead-bench-"));
  chmodSync(data, 0o711);
  const host = new URL(baseUrl).host;
  const env = {
    STEAD_DATA: data,
    STEAD_RUN_SLOTS: String(slots),
    STEAD_RUNS_PER_PERSON: "10000",
    STEAD_ALLOW_PRIVATE: more.allow ? `${host},${more.allow}` : host,
    STEAD_CONNECTORS: more.connectors ?? "",
    STEAD_NO_DEMO: "1",
  };
  const config = readConfig(env, []).value;
  const migrated = await migrate(connection, { log });
  if (!migrated.ok) throw new Error(migrated.failure.detail);
  const times = { attemptsMax: 1, firstByteTimeoutMs: 120_000, idleTimeoutMs: 120_000 };
  const models = [{ id: "m", contextTokens: 128_000 }];
  const built = await createStead({
    config,
    connection,
    log,
    providers: [{ id: "bench", wire: "openai-chat", baseUrl, key: "x", times, models }],
    childEnvironment: {},
    policyDirs: [],
    edge: { version: "bench", demo: false, loopback: true, ownDatabase: false },
    prepare: async ({ registry }) => {
      for (const name of TOOLS) {
        const description = `${name} an item`;
        const tool = toolOf({
          name,
          title: name,
          description,
          inputSchema,
          contract,
          provider: "bench",
        });
        registry.add({ tool, destination: "bench", gated: true, run: more.answer ?? answer });
      }
      return { ok: true, value: undefined };
    },
  });
  if (!built.ok) throw new Error(JSON.stringify(built.failure));
  const stead = built.value;
  await stead.start();
  if (more.made) return { stead };
  const { people, version } = await makeAgent(stead);
  return { stead, people, principal: people[0], version };
}

async function makeAgent({ agents }) {
  await insertGroup(agents, { id: "grp_bench", name: "Bench" });
  const roles = ["employee", "builder"];
  const people = [];
  for (let i = 0; i < PEOPLE; i++) {
    const person = { id: `usr_${i}`, name: `Bench ${i}`, email: `bench${i}@example.test`, roles };
    await insertPerson(agents, { department: "Bench", title: "Bench", ...person });
    await insertMember(agents, { groupId: "grp_bench", member: { kind: "person", id: person.id } });
    people.push((await principalOf(agents, person.id, { kind: "run", runId: "" })).value);
  }
  const [principal] = people;
  const spec = agentSpecSchema.parse({
    name: "bench",
    instructions: INSTRUCTIONS,
    models: ["bench/m"],
    tools: TOOLS.map((name) => ({ name })),
  });
  const agent = await createAgent(agents, { principal, spec, idempotencyKey: `a${Date.now()}` });
  const agentId = agent.value.id;
  const given = { principal, agentId, note: "", idempotencyKey: `p${Date.now()}` };
  const version = (await publishAgent(agents, given)).value;
  await shareAgent(agents, { principal, agentId, usableBy: ["grp_bench"] });
  return { people, version };
}

/** Starts a run; its id. */
export async function startOne({ stead, people, version }, key) {
  const principal = people[played++ % people.length];
  const row = await startRun(stead.runs, {
    principal,
    version,
    input: INPUT,
    trial: false,
    surface: "bench",
    idempotencyKey: key,
  });
  if (!row.ok) throw new Error(row.failure.detail);
  return row.value.id;
}

/** Starts a run and waits, without asking the database, until its last event is committed. */
export async function playRun(opened, key) {
  const { stead } = opened;
  const runId = await startOne(opened, key);
  await new Promise((resolve, reject) => {
    const off = stead.runs.live.subscribe(runId, ({ kind, event }) => {
      if (kind !== "event") return;
      // A figure for calls that policy denied would be one for nothing.
      if (event.type === "call.finished" && event.data.status !== "ok")
        reject(new Error(JSON.stringify(event.data)));
      if (event.type === "call.decided" && event.data.decision.kind !== "permit")
        reject(new Error(JSON.stringify(event.data.decision)));
      if (event.type !== "run.finished") return;
      off();
      if (event.data.status === "answered") resolve();
      else reject(new Error(JSON.stringify(event.data.failure)));
    });
  });
}

if (process.argv[1] === import.meta.filename)
  await main(async (settings) => {
    const opened = await openStead(settings);
    return {
      one: (i) => playRun(opened, `run ${i} ${process.pid}`),
      close: () => opened.stead.stop(),
    };
  });
