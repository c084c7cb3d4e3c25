// Signing in to Google for real: its own manifest against emulate's Google, behind a gate that lets only
// tokens pass that were issued, have not ended and were not withdrawn.
import { generateKeyPairSync } from "node:crypto";
import { SourceError } from "@stead/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { userOfPerson } from "../../src/access/source/links.ts";
import { mergeUsers } from "../../src/access/source/users.ts";
import { storeSecrets } from "../../src/knowledge/connection/fields.ts";
import { finishOAuth } from "../../src/knowledge/connection/oauth.ts";
import { revokeConnections, revokeOwn } from "../../src/knowledge/connection/revoke.ts";
import { withTx } from "../../src/store/tx.ts";
import { pickAs } from "./gate.ts";
import { openGoogle } from "./google.ts";
import {
  actingHttp,
  ADA,
  begin,
  BOB,
  register,
  rowsOf,
  settingOf,
  signIn,
  SOURCE,
  sourceOf,
  synced,
  type Setting,
} from "./stage.ts";

const keys = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const ADA_THERE = `p-${Buffer.from("ada@a.test").toString("hex")}`;
const HOUR_MS = 3_600_000;

let google: Awaited<ReturnType<typeof openGoogle>>;
let setting: Setting;
beforeEach(async () => {
  google = await openGoogle(keys.publicKey);
  const { origin } = google.gate;
  setting = await settingOf(google.gate, google.connector, {
    admin: "ada@a.test",
    driveUrl: origin,
    directoryUrl: origin,
    tokenUrl: `${origin}/token`,
  });
  await register(setting);
  await crawled();
});
afterEach(() => setting.close());

/** The directory has come in, under the ids that permissions name people by. */
async function crawled(): Promise<void> {
  const { ctx } = setting.stage.deps;
  const users = ["ada", "bob"].map((name) => {
    const id = `p-${Buffer.from(`${name}@a.test`).toString("hex")}`;
    return { id, name, active: true };
  });
  await withTx(ctx.db, (tx) => mergeUsers(ctx, tx, { sourceId: SOURCE, users }));
}

const linked = () =>
  userOfPerson(setting.stage.deps.ctx, { sourceId: SOURCE, personId: ADA.personId });

async function filesOf(who: typeof ADA | typeof BOB = ADA): Promise<string> {
  const { http } = await actingHttp(setting, who);
  return (await http({ url: `${google.gate.origin}/drive/v3/files` })).text();
}

const told = (path: string) => google.gate.seen.filter((one) => one.path.startsWith(path)).length;

describe("a person's own account", () => {
  test("is linked by the id that Drive's permissions have, and sees its own files alone", async () => {
    expect(await signIn(setting, "ada@a.test")).toMatchObject({ ok: true });
    expect(await linked()).toBe(ADA_THERE);
    const files = await filesOf();
    expect(files).toContain("ada-plan");
    expect(files).not.toContain("bob-plan");
    const asked = new URL(await begin(setting)).searchParams;
    expect(asked.get("access_type")).toBe("offline");
    expect(asked.get("code_challenge_method")).toBe("S256");
  });

  test("is renewed when its hour is over, and the former token is no good", async () => {
    await signIn(setting, "ada@a.test");
    for (const hours of [2, 4]) {
      google.gate.skewMs = hours * HOUR_MS;
      // oxlint-disable-next-line no-await-in-loop -- time goes on
      expect(await filesOf()).toContain("ada-plan");
    }
    expect(await rowsOf(setting)).toMatchObject([{ version: 3, state: "good" }]);
    expect(told("/token")).toBe(3);
  });

  test("is renewed when Google takes the token for ended before Stead does", async () => {
    await signIn(setting, "ada@a.test");
    const asked = google.gate.seen.length;
    const source = await actingHttp(setting);
    await source.http({ url: `${google.gate.origin}/drive/v3/files` });
    const used = google.gate.seen[asked]?.headers["authorization"]?.slice("Bearer ".length) ?? "";
    google.gate.kill(used);
    expect(await filesOf()).toContain("ada-plan");
    expect(await rowsOf(setting)).toMatchObject([{ version: 2, state: "good" }]);
  });

  test("withdrawn at Google ends here with the next request, and is not asked about again", async () => {
    await signIn(setting, "ada@a.test");
    google.gate.withdraw("own ada@a.test");
    await expect(filesOf()).rejects.toMatchObject({ code: "reconnect" });
    expect(await rowsOf(setting)).toMatchObject([{ state: "reconnect" }]);
    const asked = google.gate.seen.length;
    await expect(filesOf()).rejects.toThrow("source.reconnect");
    expect(google.gate.seen.length).toBe(asked);
    // Of a person's account alone: the source itself goes on.
    expect(await sourceOf(setting)).toMatchObject({ state: "live" });
  });

  test("taken back is withdrawn at Google: neither of its tokens is good there", async () => {
    await signIn(setting, "ada@a.test");
    await filesOf();
    const bearer = google.gate.seen.at(-1)?.headers["authorization"]?.slice("Bearer ".length) ?? "";
    expect(google.gate.standingOf(bearer)).toBe("good");
    const own = { sourceId: SOURCE, personId: ADA.personId };
    expect(await revokeOwn(setting.stage.deps, own)).toEqual([]);
    expect(google.gate.standingOf(bearer)).toBe("revoked");
    const answer = await fetch(`${google.gate.origin}/drive/v3/files`, {
      headers: { authorization: `Bearer ${bearer}` },
    });
    expect(answer.status).toBe(401);
    expect(await rowsOf(setting)).toEqual([]);
  });

  test("withdrawn there before is no failure of disconnecting, and Google away is named", async () => {
    await signIn(setting, "ada@a.test");
    await signIn(setting, "bob@a.test", BOB);
    google.gate.withdraw("own ada@a.test");
    expect(await revokeConnections(setting.stage.deps, SOURCE)).toEqual([]);
    await register(setting);
    await signIn(setting, "ada@a.test");
    google.gate.isAway = true;
    expect(await revokeConnections(setting.stage.deps, SOURCE)).toHaveLength(1);
    expect(await rowsOf(setting)).toEqual([]);
  });
});

describe("refused, and nothing is kept:", () => {
  afterEach(async () => {
    expect(await rowsOf(setting)).toEqual([]);
    expect(await linked()).toBeUndefined();
  });

  test("a code of another sign-in, which Google itself tells by its PKCE", async () => {
    const params = await pickAs(await begin(setting), "ada@a.test");
    const other = await pickAs(await begin(setting, BOB), "bob@a.test");
    params.set("code", other.get("code") ?? "");
    const done = await finishOAuth(setting.stage.deps, { ...ADA, params });
    expect(done).toMatchObject({ ok: false, failure: { code: "source.reconnect" } });
  });

  test("a code a second time", async () => {
    const params = await pickAs(await begin(setting), "ada@a.test");
    const code = params.get("code") ?? "";
    const state = params.get("state") ?? "";
    const spent = new URLSearchParams({ code, state: "of another" });
    await finishOAuth(setting.stage.deps, { ...ADA, params: spent });
    await finishOAuth(setting.stage.deps, { ...BOB, params: new URLSearchParams({ code, state }) });
    const done = await finishOAuth(setting.stage.deps, { ...ADA, params });
    expect(done).toMatchObject({ ok: false, failure: { code: "auth.invalid" } });
  });

  test("a wrong client secret", async () => {
    await register(setting, "another");
    expect(await signIn(setting, "ada@a.test")).toMatchObject({ ok: false });
  });

  test("an address that was not registered", async () => {
    const url = new URL(await begin(setting));
    url.searchParams.set("redirect_uri", "https://evil.example/");
    await expect(pickAs(url.href, "ada@a.test")).rejects.toThrow("400");
  });

  test("an account of which Drive does not say whose it is", async () => {
    const params = await pickAs(await begin(setting), "ada@a.test");
    google.before = () => {
      throw new SourceError("forbidden", "No Drive for this account.");
    };
    const done = await finishOAuth(setting.stage.deps, { ...ADA, params });
    expect(done).toMatchObject({ ok: false, failure: { code: "source.failed" } });
  });
});

test("the gate turns away what emulate lets in: unknown, ended and withdrawn tokens", async () => {
  await signIn(setting, "ada@a.test");
  await filesOf();
  const bearer = google.gate.seen.at(-1)?.headers["authorization"] ?? "";
  const status = async (authorization: string) =>
    (await fetch(`${google.gate.origin}/drive/v3/files`, { headers: { authorization } })).status;
  expect(await status(bearer)).toBe(200);
  expect(await status("Bearer nobody-issued-it")).toBe(401);
  google.gate.skewMs = 2 * HOUR_MS;
  expect(await status(bearer)).toBe(401);
  google.gate.skewMs = 0;
  google.gate.withdraw("own ada@a.test");
  expect(await status(bearer)).toBe(401);
});

// emulate has no signed assertions, permissions, changes or directory: a stateful Drive is behind the gate.
describe("the crawl by a service account (not emulate's: a stateful Drive)", () => {
  const fields = { client_email: "stead@project.test", private_key: keys.privateKey };
  beforeEach(async () => {
    const done = await storeSecrets(setting.stage.deps, {
      sourceId: SOURCE,
      personId: null,
      fields,
    });
    expect(done.ok).toBe(true);
  });

  test("reads as each person, with tokens that are renewed when they end", async () => {
    await synced(setting, "people");
    const before = told("/token");
    google.gate.skewMs = 2 * HOUR_MS;
    await synced(setting, "items");
    expect(told("/token")).toBeGreaterThan(before);
    expect(await sourceOf(setting)).toMatchObject({ state: "live" });
    const { rows } = await setting.base.pool.query("select id from item where id = 'plan'");
    expect(rows).toHaveLength(1);
  });

  test("whose key is deleted in the midst of it leaves the source to be signed in to again", async () => {
    await synced(setting, "people");
    let left = 3;
    google.before = () => {
      if (--left > 0) return;
      google.key = null;
      for (const user of google.drive.users) google.gate.withdraw(user);
    };
    await synced(setting, "items");
    expect(await sourceOf(setting)).toMatchObject({ state: "reconnect" });
    const { rows } = await setting.base.pool.query(
      "select state from sync_job where kind = 'items'",
    );
    expect(rows).toEqual([{ state: "reconnect" }]);
  });
});
