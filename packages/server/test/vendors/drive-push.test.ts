// Drive calls when something changes: its channels over real HTTP, from their opening to their end; each call
// is answered before anything is asked, and what it was about is read from Drive, never from the call.
import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { storeSecrets } from "../../src/knowledge/connection/fields.ts";
import { restPush, stopPush } from "../../src/knowledge/source/empty.ts";
import { receivePush } from "../../src/knowledge/sync/push/receive.ts";
import { openGoogle } from "./google.ts";
import { settingOf, SOURCE, sourceOf, synced, type Setting } from "./stage.ts";

const keys = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
let google: Awaited<ReturnType<typeof openGoogle>>;
let setting: Setting;
const callbackUrl = (id: string) => `https://stead.example.org/api/sources/${id}/push`;

beforeEach(async () => {
  google = await openGoogle(keys.publicKey);
  const { origin } = google.gate;
  const made = await settingOf(google.gate, google.connector, {
    admin: "ada@a.test",
    driveUrl: origin,
    directoryUrl: origin,
    tokenUrl: `${origin}/token`,
  });
  setting = { ...made, sync: { ...made.sync, callbackUrl } };
  const fields = { client_email: "stead@project.test", private_key: keys.privateKey };
  await storeSecrets(setting.stage.deps, { sourceId: SOURCE, personId: null, fields });
  for (const kind of ["people", "changes", "items"] as const)
    // oxlint-disable-next-line no-await-in-loop -- rights come before contents
    await synced(setting, kind);
});
afterEach(() => setting.close());

const sources = () => {
  const { stage, host, sync } = setting;
  return { ctx: stage.deps.ctx, hosts: host, sync };
};

function told() {
  const [delivery] = google.drive.channels.tell({ user: "ada@a.test" });
  if (!delivery) throw new Error("no channel");
  return delivery;
}

async function count(query: string): Promise<number> {
  const { rows } = await setting.base.pool.query<{ count: string }>(`select count(*) ${query}`);
  return Number(rows[0]?.count);
}
const kept = () => count("from push_event where id like 'push %'");
const items = () => count("from item where id = 'plan' and state <> 'none'");

test("what changed is asked for when Drive calls, and each call counts once", async () => {
  expect(google.drive.channels.live.size).toBe(google.drive.users.length);
  const before = await items();
  google.drive.nodes.delete("plan");
  google.drive.log.push("plan");
  const delivery = told();
  const asked = google.gate.seen.length;
  expect(await receivePush(setting.sync, SOURCE, delivery)).toEqual({ ok: true, value: {} });
  expect(google.gate.seen.length).toBe(asked);
  await synced(setting, "changes");
  expect([before, await items()]).toEqual([1, 0]);
  const done = google.gate.seen.length;
  expect((await receivePush(setting.sync, SOURCE, delivery)).ok).toBe(true);
  await synced(setting, "changes");
  expect(google.gate.seen.length).toBe(done);
  expect(await kept()).toBe(1);
});

test("a call that is forged, or of a channel that is no more, is refused and nothing is asked", async () => {
  const { headers, body } = told();
  const asked = google.gate.seen.length;
  for (const change of [
    { "x-goog-channel-token": "guessed" },
    { "x-goog-channel-id": "another" },
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const refused = await receivePush(setting.sync, SOURCE, {
      headers: { ...headers, ...change },
      body,
    });
    expect(refused).toMatchObject({ ok: false, failure: { code: "auth.invalid" } });
  }
  await restPush(sources(), SOURCE);
  expect(await receivePush(setting.sync, SOURCE, { headers, body })).toMatchObject({ ok: false });
  expect(await kept()).toBe(0);
  const rest = google.gate.seen.slice(asked).map(({ path }) => path.replace(/.*\//, ""));
  expect(new Set(rest)).toEqual(new Set(["token", "stop"]));
});

test("the channels are closed while it rests and opened anew afterwards", async () => {
  await restPush(sources(), SOURCE);
  expect(google.drive.channels.live.size).toBe(0);
  await synced(setting, "changes");
  expect(google.drive.channels.live.size).toBe(google.drive.users.length);
  expect((await receivePush(setting.sync, SOURCE, told())).ok).toBe(true);
});

test("they are renewed before they end, and the former ones closed", async () => {
  const former = new Set(google.drive.channels.live.keys());
  google.gate.skewMs = 7 * 24 * 3_600_000 - 5 * 60_000;
  await synced(setting, "changes");
  const now = [...google.drive.channels.live.keys()];
  expect(now).toHaveLength(google.drive.users.length);
  expect(now.filter((id) => former.has(id))).toEqual([]);
});

test("with the source they go for good; what could not be closed is named", async () => {
  google.drive.channels.live.clear();
  expect(await stopPush(sources(), SOURCE)).toMatchObject({ ok: true });
  google.before = () => {
    throw new Error("away");
  };
  expect(await stopPush(sources(), SOURCE)).toMatchObject({ ok: false });
});

test("a Drive that takes no channel is polled all the same", async () => {
  await restPush(sources(), SOURCE);
  for (const user of google.drive.users) google.drive.channels.refused.add(user);
  google.drive.nodes.delete("plan");
  google.drive.log.push("plan");
  await setting.base.pool.query("update sync_job set ended_at = now() - interval '1 minute'");
  await synced(setting, "changes");
  expect(await items()).toBe(0);
  expect(google.drive.channels.live.size).toBe(0);
  expect(await sourceOf(setting)).toMatchObject({ state: "live" });
});
