// Two processes on one database: what administrators change on one is known to the other without a restart,
// and a server over HTTP checks who acts, for calls of both, by keys that it fetches from either.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { listen, type Listening } from "../src/http/serve.ts";
import { deleteSource, insertSource, updateSource } from "../src/knowledge/source/queries.ts";
import type { SourceRow } from "../src/knowledge/source/source.ts";
import { systemClock } from "../src/lib/clock.ts";
import { assert } from "../src/lib/result.ts";
import type { Stead } from "../src/main.ts";
import { permitApproved } from "../src/policy/permit.ts";
import { withTx } from "../src/store/tx.ts";
import { executeCall } from "../src/tools/execute.ts";
import { decisionFor, inputFor } from "../src/tools/tools.fixture.ts";
import { openOffice, type Office } from "./office/office.ts";

const CRM: SourceRow = {
  id: "src_000000",
  connector: "salesforce",
  name: "CRM",
  settings: { instanceUrl: "https://crm.example.org" },
  state: "live",
  stateReason: "",
  objectiveMs: 60_000,
  failClosed: true,
  trustedDomains: [],
  createdBy: PEOPLE.administrator.id,
  createdAt: new Date(0),
};
const PEER = join(import.meta.dirname, "fixtures/mcp-http-process.ts");

let office: Office;
let other: Stead;
let admin: Entered;
let console: Listening;
let peer: ChildProcess;
let port: number;
const place = mkdtempSync(join(tmpdir(), "stead-peer-"));

/** One that is free now, for a server whose address has to be allowed before it runs. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

beforeAll(async () => {
  port = await freePort();
  office = await openOffice({ allowPrivate: [`127.0.0.1:${port}`] });
  const first = await listen(office.stead.app, { host: "127.0.0.1", port: 0, clock: systemClock });
  assert(first.ok, "the first process listens");
  console = first.value;
  admin = await office.enter("administrator");
  other = await office.another();
  // It fetches by itself, so it is a process of its own: from here, nothing but Stead opens sockets.
  const keysUrl = `${console.url}/.well-known/stead-acting-keys.json`;
  const args = ["--conditions=stead-source", PEER, place, String(port), "modern", keysUrl];
  peer = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  assert(peer.stdout, "it says when it is ready");
  await once(peer.stdout, "data");
}, 120_000);
afterAll(async () => {
  await console?.close();
  await office?.close();
  peer?.kill();
  rmSync(place, { recursive: true, force: true });
});

async function until(what: () => boolean): Promise<void> {
  for (let look = 0; look < 1_000 && !what(); look++) await systemClock.sleep(20);
  expect(what()).toBe(true);
}

/** A call as a run makes it, once an administrator has agreed to it. */
async function whoami(stead: Stead): Promise<unknown> {
  const tool = stead.registry.get("peer.whoami");
  assert(tool, "the tool is known");
  const input = inputFor(tool);
  const { digest } = input;
  const decision = await decisionFor(input, stead.registry.list());
  const yes = [{ by: PEOPLE.administrator.id, meets: ["role:administrator"] }];
  const approval = { id: "apr_1", digest, yes };
  const permit = permitApproved(decision, approval, { nowMs: systemClock.now(), digest });
  assert(permit.ok, permit.ok ? "" : permit.failure.detail);
  const output = await executeCall(stead.registry, permit.value, input);
  assert(output.ok, output.ok ? "" : `${output.failure.code}: ${output.failure.detail}`);
  const answer: unknown = JSON.parse(output.value.text);
  return answer;
}

test("a server that is connected on one is known to both, and believes both", async () => {
  const body = { name: "peer", transport: { kind: "http", url: `http://127.0.0.1:${port}/mcp` } };
  const made = await send(office, "/api/mcp-servers", { as: admin, method: "POST", body });
  expect(made.status, JSON.stringify(made.body)).toBe(200);
  const { id } = z.object({ id: z.string() }).parse(made.body);
  writeFileSync(join(place, "server-id"), id);
  await until(() => other.registry.get("peer.whoami") !== undefined);
  expect(await whoami(office.stead)).toMatchObject({ payload: { sub: "per_ada" } });
  expect(await whoami(other)).toMatchObject({ payload: { sub: "per_ada" } });
  const keys = await office.request("/.well-known/stead-acting-keys.json");
  const text = await keys.text();
  const kids = z.object({ keys: z.array(z.object({ kid: z.string() })) }).parse(JSON.parse(text));
  expect(kids.keys).toHaveLength(2);
  expect(text).not.toContain('"d"');
  const path = `/api/mcp-servers/${id}`;
  expect((await send(office, path, { as: admin, method: "DELETE" })).status).toBe(200);
  await until(() => other.registry.get("peer.whoami") === undefined);
});

test("groups that change on one make policies read anew on both; what is named stays", async () => {
  const before = other.policies.current;
  const made = await send(office, "/api/groups", {
    as: admin,
    method: "POST",
    body: { name: "Night shift" },
  });
  const { id } = z.object({ id: z.string() }).parse(made.body);
  await until(() => other.policies.current !== before);
  const path = "/api/groups/grp_finance";
  for (const [method, body] of [
    ["PUT", { name: "Money" }],
    ["DELETE", undefined],
  ] as const) {
    const refused = await send(office, path, { as: admin, method, body });
    expect(refused.body).toMatchObject({ error: { code: "identity.group_named" } });
  }
  expect((await send(office, `/api/groups/${id}`, { as: admin, method: "DELETE" })).status).toBe(
    200,
  );
  const policies = await send(office, "/api/policies", { as: admin });
  expect(policies.body).toMatchObject({ problem: null });
});

function sourceTools({ registry }: Stead): string[] {
  return registry.list().flatMap(({ name, provider }) => (provider.startsWith("src_") ? name : []));
}

test("tools of sources come and go on both, whichever changed them", async () => {
  const { ctx } = office;
  const both = (names: readonly string[]) =>
    until(() =>
      [office.stead, other].every((stead) => sourceTools(stead).join(" ") === names.join(" ")),
    );
  const made = (id: string, name: string, state: SourceRow["state"]) =>
    withTx(ctx.db, (db) => insertSource({ db, orgId: ctx.orgId }, { ...CRM, id, name, state }));
  const own = ["salesforce.case.create", "salesforce.update"];
  const theirs = ["salesforce.case.create.theirs", "salesforce.update.theirs"];
  await made("src_000001", "Ours", "live");
  await both(own);
  await made("src_000002", "Theirs", "new");
  await updateSource(ctx, "src_000002", { state: "live" });
  await both([own[0], theirs[0], own[1], theirs[1]].map(String));
  expect(other.registry.get("salesforce.update.theirs")?.tool.title).toContain("(Theirs)");
  await updateSource(ctx, "src_000002", { name: "Yours" });
  await until(() => other.registry.get("salesforce.update.theirs")?.destination === "Yours");
  await updateSource(ctx, "src_000001", { state: "paused" });
  await both(theirs);
  await deleteSource(ctx, "src_000001");
  await deleteSource(ctx, "src_000002");
  await both([]);
});
