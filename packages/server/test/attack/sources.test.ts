// An administrator in a hurry: what a source was told and who is who there must not outlive the place that it
// was about, and a mistake takes nothing away.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { linkBySignIn, userOfPerson } from "../../src/access/source/links.ts";
import { mergeUsers } from "../../src/access/source/users.ts";
import { PEOPLE, send, type Entered } from "../../src/http/edge.fixture.ts";
import { assert } from "../../src/lib/result.ts";
import { withTx } from "../../src/store/tx.ts";
import { openYard, type Yard } from "../loop/yard.ts";

let yard: Yard;
let amy: Entered;
const own = { personId: PEOPLE.employee.id, userId: "42" };

beforeAll(async () => {
  yard = await openYard({ script: () => ({ text: "done" }) });
  amy = await yard.enter("administrator");
});
afterAll(() => yard.close());

async function make(name: string, more: object = {}): Promise<string> {
  const body = { connector: "files", name, settings: { root: "/srv/one" }, ...more };
  const made = await send(yard, "/api/sources", { as: amy, method: "POST", body });
  expect(made.status, JSON.stringify(made.body)).toBe(200);
  return z.object({ id: z.string() }).parse(made.body).id;
}

function change(sourceId: string, body: object) {
  return send(yard, `/api/sources/${sourceId}`, { as: amy, method: "PUT", body });
}

/** Before anything was read: people may link their accounts as soon as there is a registration. */
async function link(sourceId: string): Promise<void> {
  const { ctx } = yard;
  await withTx(ctx.db, async (tx) => {
    await mergeUsers(ctx, tx, { sourceId, users: [{ id: "42", name: "Ada", active: true }] });
    assert((await linkBySignIn(ctx, tx, { ...own, sourceId })).ok, "linked");
  });
}

const linked = (sourceId: string) => userOfPerson(yard.ctx, { sourceId, personId: own.personId });

test("whoever was 42 in one place is not 42 in another, also where nothing was read yet", async () => {
  const id = await make("One");
  await link(id);
  expect(await linked(id)).toBe("42");
  expect((await change(id, { settings: { root: "/srv/two" } })).status).toBe(200);
  // The other place has a user of the same id.
  const { ctx } = yard;
  const users = [{ id: "42", name: "Root", active: true }];
  await withTx(ctx.db, (tx) => mergeUsers(ctx, tx, { sourceId: id, users }));
  expect(await linked(id)).toBe(undefined);
});

test("a change that can't be takes nothing away", async () => {
  const id = await make("Two");
  await make("Three");
  await link(id);
  const settings = { root: "/srv/two" };
  expect((await change(id, { settings, name: "Three" })).status).toBe(409);
  expect((await change(id, { settings, trustedDomains: ["gmail.com"] })).status).toBe(422);
  expect(await linked(id)).toBe("42");
  expect((await send(yard, `/api/sources/${id}`, { as: amy })).body).toMatchObject({
    name: "Two",
    settings: { root: "/srv/one" },
    trustedDomains: [],
  });
});

test("a domain where anybody has an address vouches for nobody", async () => {
  const settings = { root: "/srv/one" };
  const body = { connector: "files", name: "Four", settings, trustedDomains: ["ok.io", "GMX.de"] };
  const made = await send(yard, "/api/sources", { as: amy, method: "POST", body });
  expect(made).toMatchObject({ status: 422, body: { error: { code: "request.invalid" } } });
  expect(JSON.stringify(made.body)).toContain("GMX.de");
});
