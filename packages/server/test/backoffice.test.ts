// The demo's back office over its own protocol: the signed assertion alone says who acts, whatever the
// arguments say, and one key books once.
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { Principal } from "@stead/protocol";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCompany } from "../demo/company.ts";
import { urlOf } from "../demo/demo.ts";
import { expensesOf, inTransaction, makeSchemas, seedCrm, seedPeople } from "../demo/queries.ts";
import { refundsOf } from "../demo/queries.ts";
import { makeRecords } from "../demo/records.ts";
import { systemClock } from "../src/lib/clock.ts";
import { ACTING_KEY_VARIABLE, createActingKey, type ActingKey } from "../src/tools/mcp/acting.ts";
import { ADA } from "../src/tools/tools.fixture.ts";
import { freshDatabase, type FreshDatabase } from "./database.ts";

const SERVER = fileURLToPath(new URL("../demo/backoffice/server.ts", import.meta.url));
/** Ada works in Patient Services, for the north; Nursing refunds nothing. */
const ada = person("usr_ada_park", ["grp_patient_services"]);
const nurse = person("usr_nurse", ["grp_nursing"]);
const ORDER = "ORD-1042";

let base: FreshDatabase;
let key: ActingKey;
let client: Client;
beforeAll(async () => {
  base = await freshDatabase();
  const company = makeCompany();
  await makeSchemas(base.pool);
  await seedPeople(base.pool, ADA.orgId, company);
  await seedCrm(base.pool, makeRecords(company));
  key = await createActingKey(systemClock);
  client = new Client({ name: "test", version: "1.0.0" });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: ["--conditions=stead-source", SERVER],
      env: {
        BACKOFFICE_DATABASE: urlOf(base.connection),
        [ACTING_KEY_VARIABLE]: JSON.stringify(key.publicJwk),
      },
    }),
  );
});
afterAll(async () => {
  await client.close();
  await base.close();
});

function person(personId: string, groups: string[]): Principal {
  return { ...ADA, personId, groups };
}

let calls = 0;

interface Said {
  readonly as?: Principal;
  readonly tool: string;
  readonly given: Record<string, unknown>;
  readonly key?: string;
  readonly assertedTool?: string;
}

/** What the server says when `given` is all that a model wrote. */
async function say({ as, tool, given, ...how }: Said): Promise<string> {
  const callId = `call_${++calls}`;
  const call = {
    actsAs: "caller" as const,
    agent: { id: "agt_1", name: "Refunds", versionId: "ver_1" },
    callId,
    digest: "digest",
    key: how.key ?? callId,
    runId: "run_1",
  };
  const to = { serverId: "demo-backoffice", tool: how.assertedTool ?? tool };
  const meta = as && { "stead/acting": await key.assert({ ...call, principal: as }, to) };
  const done = await client.callTool({
    name: tool,
    arguments: given,
    ...(meta && { _meta: meta }),
  });
  return JSON.stringify(done.content);
}

const booked = () => inTransaction(base.pool, (tx) => expensesOf(tx, ada.personId));

/** Every name under which a model might try to say who acts. */
const names = fc.constantFrom(
  ..."_meta meta acting stead/acting sub personId person_id userId byPerson on_behalf_of key __proto__ constructor groups roles".split(
    " ",
  ),
);
const identities = fc.oneof(
  fc.constantFrom("usr_eva_lindqvist", "usr_ben_osei", "grp_finance", ""),
  fc.record({ sub: fc.constant("usr_eva_lindqvist"), groups: fc.constant(["grp_finance"]) }),
  fc.record({ "stead/acting": fc.constant("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c3JfZXZhIn0.") }),
  fc.json(),
);

test("no argument that the model writes changes who acts", async () => {
  let expected = 0;
  await fc.assert(
    fc.asyncProperty(fc.dictionary(names, identities), async (claimed) => {
      const given = { amountCents: 100, category: "meals", description: "Lunch", ...claimed };
      await say({ as: ada, tool: "expense.submit", given });
      expected++;
      expect((await booked()).length).toBe(Math.min(expected, 100));
      // And without an assertion, the same words do nothing.
      expect(await say({ tool: "expense.submit", given })).toContain("Nobody is named as acting");
      const refund = { orderId: ORDER, amountCents: 1, reason: "because", ...claimed };
      expect(await say({ as: nurse, tool: "refund.create", given: refund })).toContain("Only");
    }),
    { numRuns: 60 },
  );
  const others = await inTransaction(base.pool, async (tx) => [
    ...(await expensesOf(tx, "usr_eva_lindqvist")),
    ...(await expensesOf(tx, "usr_ben_osei")),
  ]);
  expect(others).toEqual([]);
});

test("an assertion for another tool, or with a changed name, names nobody", async () => {
  const given = { orderId: ORDER, amountCents: 1, reason: "because" };
  const other = await say({ as: ada, tool: "refund.create", given, assertedTool: "expense.list" });
  expect(other).toContain("Nobody is named as acting");
  const token = await key.assert(
    {
      actsAs: "caller",
      agent: { id: "agt_1", name: "Refunds", versionId: "ver_1" },
      callId: "call_x",
      digest: "digest",
      key: "call_x",
      runId: "run_1",
      principal: nurse,
    },
    { serverId: "demo-backoffice", tool: "refund.create" },
  );
  const [head = "", body = "", signature = ""] = token.split(".");
  const claims: object = JSON.parse(Buffer.from(body, "base64url").toString());
  const changed = { ...claims, sub: ada.personId, groups: ada.groups };
  const forged = [head, Buffer.from(JSON.stringify(changed)).toString("base64url"), signature].join(
    ".",
  );
  for (const stead of [forged, `${token}x`, `${head}.${body}.`]) {
    const done = await client.callTool({
      name: "refund.create",
      arguments: given,
      _meta: { "stead/acting": stead },
    });
    expect(JSON.stringify(done.content)).toContain("Nobody is named as acting");
  }
});

test("the same key refunds once, and never more than is left of the order", async () => {
  const refund = (amountCents: number, once: string) =>
    say({
      as: ada,
      tool: "refund.create",
      given: { orderId: ORDER, amountCents, reason: "broken" },
      key: once,
    });
  const answers = await Promise.all([1, 2, 3, 4].map(() => refund(20_000, "one")));
  expect(answers.filter((text) => text.includes("repeated")).length).toBe(3);
  const rest = await Promise.all(["a", "b", "c"].map((once) => refund(20_000, once)));
  expect(rest.filter((text) => text.includes("At most")).length).toBe(2);
  const rows = await inTransaction(base.pool, (tx) => refundsOf(tx, ORDER));
  expect(rows.map((row) => [row.amount_cents, row.by_person])).toEqual([
    [20_000, ada.personId],
    [20_000, ada.personId],
  ]);
});
