// People as an administrator keeps them, over the whole API: added once, let in by a link that is shown once,
// shut out at once, also in the middle of a run.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { HOST, PEOPLE, send, type Entered } from "../src/http/edge.fixture.ts";
import { readStream } from "../src/ledger/read.ts";
import { systemClock } from "../src/lib/clock.ts";
import { assert } from "../src/lib/result.ts";
import { waitingRun } from "./office/cases.ts";
import { openOffice, type Office } from "./office/office.ts";

let office: Office;
let admin: Entered;

beforeAll(async () => {
  office = await openOffice();
  admin = await office.enter("administrator");
});
afterAll(() => office.close());

const idSchema = z.object({ id: z.string() });
const NIA = { name: "Nia Lund", email: "nia@example.org", title: "Nurse" };

const post = (path: string, body?: object, key?: string) =>
  send(office, path, {
    as: admin,
    method: "POST",
    ...(body ? { body } : {}),
    ...(key === undefined ? {} : { key }),
  });

/** Follows a link as a browser does, after a click. */
async function join(path: string): Promise<{ status: number; cookie: string }> {
  const headers = { origin: `http://${HOST}`, "sec-fetch-site": "same-origin" };
  const answer = await office.request(path, { method: "POST", headers });
  const cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  return { status: answer.status, cookie };
}

async function statusOf(path: string, cookie: string): Promise<number> {
  return (await office.request(path, { headers: { cookie } })).status;
}

test("a person is added once, invited by a link shown once, and comes in with their role", async () => {
  const key = office.ctx.ids.token(24);
  const added = await post("/api/people", NIA, key);
  expect(added.status).toBe(200);
  const { id } = idSchema.parse(added.body);
  expect((await post("/api/people", NIA, key)).body).toEqual(added.body);
  const bad = await post("/api/people", { ...NIA, email: "nia" });
  expect(bad.body).toMatchObject({ error: { code: "request.invalid" } });

  const inviteKey = office.ctx.ids.token(24);
  const invitation = await post(`/api/people/${id}/invitations`, undefined, inviteKey);
  const { path } = z.object({ path: z.string() }).parse(invitation.body);
  const again = await post(`/api/people/${id}/invitations`, undefined, inviteKey);
  expect(again.status).toBe(409);
  expect(JSON.stringify(again.body)).not.toContain("/join/");
  const roles = `/api/people/${id}/roles/builder`;
  expect((await send(office, roles, { as: admin, method: "PUT" })).status).toBe(200);
  const unknown = `/api/people/${id}/roles/king`;
  expect((await send(office, unknown, { as: admin, method: "PUT" })).status).toBe(422);

  expect((await office.request(path)).status, "looking uses nothing up").toBe(200);
  const elsewhere = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  const forged = await office.request(path, { method: "POST", headers: elsewhere });
  expect(forged.status).toBe(403);
  const entered = await join(path);
  expect(entered.status).toBe(303);
  expect((await join(path)).status).toBe(401);
  const session = await office.request("/api/session", { headers: { cookie: entered.cookie } });
  expect(await session.json()).toMatchObject({
    principal: { personId: id, roles: ["employee", "builder"] },
  });
  expect((await post(`/api/people/${id}/deactivate`)).status).toBe(200);
  expect(await statusOf("/api/session", entered.cookie)).toBe(401);
});

test("a run of somebody who is shut out does nothing more, whoever agrees to it", async () => {
  const run = await waitingRun(office, await office.enter("employee"));
  const approver = await office.enter("approver");
  expect((await post(`/api/people/${PEOPLE.employee.id}/deactivate`)).status).toBe(200);
  const answered = await send(office, `/api/approvals/${run.approvalId}/answer`, {
    as: approver,
    method: "POST",
    body: { answer: "approved", digest: run.digest, note: "" },
  });
  expect(answered.status, "the approver is told of the run, not of a sign-in").toBe(409);
  const types = async (): Promise<string[]> => {
    const events = await readStream(office.stead.ledger, run.runId);
    assert(events.ok, "the run's stream is read");
    return events.value.map(({ type }) => type);
  };
  for (let look = 0; look < 1_000 && !(await types()).includes("run.finished"); look++)
    await systemClock.sleep(20);
  expect(await types()).toContain("run.finished");
  expect(await types()).not.toContain("call.started");
});

test("the last administrator can't be shut out over the API either", async () => {
  const refused = await post(`/api/people/${PEOPLE.administrator.id}/deactivate`);
  expect(refused).toMatchObject({
    status: 409,
    body: { error: { code: "identity.last_administrator" } },
  });
});
