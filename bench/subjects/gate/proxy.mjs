// An OpenAI-compatible proxy before a provider: what comes in goes through egress, and its answer back. In four
// forms: `floor` passes on what it is given with nothing of Stead; `plain` sends through egress without a gate;
// `masked` through the gate; `recorded` the same with each send in the ledger before it leaves.
import { createServer } from "node:http";
import { Pool } from "undici";
import { adminJournal } from "../../../packages/server/src/egress/journal.ts";
import { AddressRule } from "../../../packages/server/src/egress/address.ts";
import { detect } from "../../../packages/server/src/egress/detect/detect.ts";
import { DETECTOR } from "../../../packages/server/src/egress/detect/finding.ts";
import { Gate } from "../../../packages/server/src/egress/gate/gate.ts";
import { registered } from "../../../packages/server/src/egress/known/prompts.fixture.ts";
import { EGRESS_LIMITS } from "../../../packages/server/src/egress/limits.ts";
import { systemResolve } from "../../../packages/server/src/egress/resolve.ts";
import { Sender } from "../../../packages/server/src/egress/send.ts";
import { createLedger } from "../../../packages/server/src/ledger/ledger.ts";
import { loadKeys } from "../../../packages/server/src/ledger/keys.ts";
import { systemClock } from "../../../packages/server/src/lib/clock.ts";
import { createIds } from "../../../packages/server/src/lib/ids.ts";
import { silentLog } from "../../../packages/server/src/lib/log.ts";
import { openDatabase } from "../../../packages/server/src/store/db.ts";
import { migrate } from "../../../packages/server/src/store/migrate.ts";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { form, upstream, connection } = JSON.parse(process.argv[2]);
const PEOPLE = 10_000;
/** As many runs as there are connections, each with a log of its own. */
const RUNS = 32;
const RULES = { phi: "placeholder", pii: "placeholder", financial: "placeholder" };
const destination = `127.0.0.1:${upstream}`;
const url = `http://${destination}/v1/chat/completions`;
const base = { clock: systemClock, ids: createIds(systemClock), log: silentLog };

function gate() {
  const { known } = registered(PEOPLE, 1);
  const clearance = { id: "127.0.0.1", name: "", region: "", retention: "", agreement: "" };
  const said = { clearances: [{ ...clearance, rules: RULES }], tolerances: [] };
  const finders = { detect: (text) => detect(text), detector: () => DETECTOR };
  detect("");
  return new Gate({ finders: { ...finders, known: () => known }, clearances: () => said });
}

async function ledger() {
  const migrated = await migrate(connection, { log: silentLog });
  if (!migrated.ok) throw new Error(migrated.failure.detail);
  const { db, pool } = openDatabase(connection, { log: silentLog });
  const folder = mkdtempSync(join(tmpdir(), "stead-bench-"));
  const keys = loadKeys(join(folder, "keys"), "ledger.example/bench");
  return createLedger({ db, pool, orgId: "org", keys, ...base });
}

function floor() {
  const pool = new Pool(`http://${destination}`, { connections: RUNS });
  const headers = { "content-type": "application/json" };
  return async (body) => {
    const answer = await pool.request({
      path: "/v1/chat/completions",
      method: "POST",
      headers,
      body,
    });
    return answer.body.text();
  };
}

async function stead() {
  const gated = form === "plain" ? {} : { gate: gate() };
  const sender = new Sender({
    ...EGRESS_LIMITS,
    ...base,
    rule: new AddressRule([destination]),
    resolve: systemResolve,
    ...gated,
  });
  const unkept = { now: async () => ({ ok: true, value: undefined }), later: () => undefined };
  const kept = form === "recorded" ? await ledger() : undefined;
  let turn = 0;
  return async (body) => {
    const stream = `run_${turn++ % RUNS}`;
    const journal = kept ? adminJournal(kept, { stream, subjects: ["usr_1"] }) : { ...unkept };
    const sent = await sender.send(
      {
        url,
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        label: { audience: [], classes: [], trust: "person" },
        purpose: "bench",
        to: { kind: "model" },
        timeoutMs: 30_000,
        idleTimeoutMs: 30_000,
        bytesMax: 1_000_000,
        idempotent: true,
      },
      journal,
    );
    if (!sent.ok) throw new Error(sent.failure.detail);
    const text = await sent.value.text();
    if (!text.ok) throw new Error(text.failure.detail);
    const scope = gated.gate?.scopeOf(journal);
    return scope ? scope.restore(text.value).text : text.value;
  };
}

const pass = form === "floor" ? floor() : await stead();
async function passOn(chunks, response) {
  const body = Buffer.from(await pass(Buffer.concat(chunks).toString()));
  const headers = { "content-type": "application/json", "content-length": body.length };
  response.writeHead(200, headers).end(body);
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    passOn(chunks, response).catch((error) => response.writeHead(502).end(String(error)));
  });
});
server.keepAliveTimeout = 60_000;
process.on("message", (asked) => {
  if (asked === "cpu") process.send({ cpu: process.cpuUsage() });
});
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
