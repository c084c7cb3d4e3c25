// Signing in to Slack for real: its own manifest against emulate's Slack, behind a gate that lets only tokens
// pass that were issued, have not ended and were not withdrawn. Slack's refusals come in answers of status 200.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { userOfPerson } from "../../src/access/source/links.ts";
import { storeSecrets } from "../../src/knowledge/connection/fields.ts";
import { finishOAuth } from "../../src/knowledge/connection/oauth.ts";
import { revokeOwn } from "../../src/knowledge/connection/revoke.ts";
import { pickAs } from "./gate.ts";
import { openSlack } from "./slack.ts";
import {
  actingHttp,
  ADA,
  begin,
  BOB,
  CLIENT,
  register,
  REDIRECT,
  rowsOf,
  settingOf,
  signIn,
  SOURCE,
  sourceOf,
  synced,
  type Setting,
} from "./stage.ts";

const HOUR_MS = 3_600_000;
const whoSchema = z.object({
  ok: z.boolean(),
  user: z.string().optional(),
  error: z.string().optional(),
});

let slack: Awaited<ReturnType<typeof openSlack>>;
let setting: Setting;
beforeEach(async () => {
  slack = await openSlack();
  setting = await settingOf(slack.gate, slack.connector, { apiUrl: `${slack.gate.origin}/api` });
  await register(setting);
});
afterEach(() => setting.close());

async function whoAmI(who: typeof ADA | typeof BOB = ADA): Promise<z.output<typeof whoSchema>> {
  const { http } = await actingHttp(setting, who);
  return whoSchema.parse(await (await http({ url: `${slack.gate.origin}/api/auth.test` })).json());
}

function bearer(): string {
  const { headers } = slack.gate.seen.findLast((one) => one.path === "/api/auth.test") ?? {};
  return headers?.["authorization"]?.slice("Bearer ".length) ?? "";
}

const told = (method: string) =>
  slack.gate.seen.filter((one) => one.path.startsWith(`/api/${method}`));
const linked = () =>
  userOfPerson(setting.stage.deps.ctx, { sourceId: SOURCE, personId: ADA.personId });

/** Installs the app as an administrator of Slack does, and enters its token. */
async function installed(): Promise<void> {
  const url = new URL(`${slack.gate.origin}/oauth/v2/authorize`);
  const scope = "channels:read,groups:read,users:read";
  const asked = { client_id: CLIENT.clientId, redirect_uri: REDIRECT, scope, state: "s" };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  const code = (await pickAs(url.href, "ada")).get("code") ?? "";
  const body = new URLSearchParams({
    code,
    client_id: CLIENT.clientId,
    client_secret: CLIENT.clientSecret,
    redirect_uri: REDIRECT,
  });
  const answer = await fetch(`${slack.gate.origin}/api/oauth.v2.access`, { method: "POST", body });
  const { access_token: token } = z.object({ access_token: z.string() }).parse(await answer.json());
  const fields = { token, signingSecret: "shh" };
  const done = await storeSecrets(setting.stage.deps, { sourceId: SOURCE, personId: null, fields });
  expect(done.ok).toBe(true);
}

describe("a person's own account", () => {
  test("is linked, and acts with the person's token, never with the app's own", async () => {
    await installed();
    await synced(setting, "people");
    expect(await signIn(setting, "ada")).toMatchObject({ ok: true });
    expect(await whoAmI()).toMatchObject({ ok: true, user: "ada" });
    expect(bearer()).toMatch(/^xoxp-/);
    const { rows } = await setting.base.pool.query("select id from source_user where name = 'ada'");
    expect([{ id: await linked() }]).toEqual(rows);
  });

  test("without a token of the person's own is none, though the answer has the app's", async () => {
    const url = new URL(await begin(setting));
    url.searchParams.delete("user_scope");
    const params = await pickAs(url.href, "ada");
    const done = await finishOAuth(setting.stage.deps, { ...ADA, params });
    expect(done).toMatchObject({ ok: false, failure: { code: "source.failed" } });
    expect(await rowsOf(setting)).toEqual([]);
  });

  test.each([
    ["a wrong client secret", "another", undefined],
    ["a code that is spent", undefined, "of-another-time"],
  ])("%s: ok is false, and that is no success", async (_, clientSecret, code) => {
    await register(setting, clientSecret);
    const params = await pickAs(await begin(setting), "ada");
    if (code !== undefined) params.set("code", code);
    const done = await finishOAuth(setting.stage.deps, { ...ADA, params });
    expect(done).toMatchObject({ ok: false, failure: { code: "source.failed" } });
    expect(await rowsOf(setting)).toEqual([]);
    expect(await linked()).toBeUndefined();
  });

  test("taken back is withdrawn at Slack, and the app's own token goes on", async () => {
    await installed();
    await signIn(setting, "ada");
    await whoAmI();
    const token = bearer();
    const own = { sourceId: SOURCE, personId: ADA.personId };
    expect(await revokeOwn(setting.stage.deps, own)).toEqual([]);
    expect(slack.gate.standingOf(token)).toBe("revoked");
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${slack.gate.origin}/api/auth.test`, { method: "POST", headers });
    expect(await answer.json()).toEqual({ ok: false, error: "token_revoked" });
    await synced(setting, "people");
    expect(await sourceOf(setting)).toMatchObject({ state: "live" });
  });

  test("that Slack does not know any more is named when it is taken back", async () => {
    await signIn(setting, "ada");
    await whoAmI();
    const token = bearer();
    slack.gate.forget(token);
    const own = { sourceId: SOURCE, personId: ADA.personId };
    const [left] = await revokeOwn(setting.stage.deps, own);
    expect(left).toContain("invalid_auth");
    expect(await rowsOf(setting)).toEqual([]);
  });
});

describe("with token rotation (not emulate's: answered as Slack's guide has it)", () => {
  beforeEach(async () => {
    slack.rotates = true;
    await signIn(setting, "ada");
  });

  test("half a day later the token is renewed, twice, each with the one before spent", async () => {
    for (const hours of [13, 26]) {
      slack.gate.skewMs = hours * HOUR_MS;
      // The token is not emulate's own, which takes it for somebody else's: only that it passes counts.
      expect((await whoAmI()).error).toBeUndefined();
      expect(slack.gate.standingOf(bearer())).toBe("good");
    }
    expect(await rowsOf(setting)).toMatchObject([{ version: 3, state: "good" }]);
    expect(told("oauth.v2.access")).toHaveLength(3);
  });

  test("withdrawn at Slack it ends with the next renewal", async () => {
    await whoAmI();
    const grant = slack.gate.grantOf(bearer());
    slack.gate.withdraw(grant?.user ?? "");
    slack.gate.skewMs = 13 * HOUR_MS;
    await expect(whoAmI()).rejects.toMatchObject({ code: "reconnect" });
    expect(await rowsOf(setting)).toMatchObject([{ state: "reconnect" }]);
  });

  test("both of its tokens are withdrawn, the spent one too", async () => {
    await whoAmI();
    const token = bearer();
    const own = { sourceId: SOURCE, personId: ADA.personId };
    slack.gate.skewMs = 13 * HOUR_MS;
    expect(await revokeOwn(setting.stage.deps, own)).toEqual([]);
    const [refresh, access] = told("auth.revoke").map(({ body }) =>
      new URLSearchParams(body).get("token"),
    );
    expect(access).toBe(token);
    expect(slack.gate.mayRenew(refresh ?? "")).toBe(false);
  });
});

describe("the crawl by the app", () => {
  beforeEach(installed);

  test("reads what emulate has, its conversations as groups of their members", async () => {
    await synced(setting, "people");
    await synced(setting, "items");
    expect(await sourceOf(setting)).toMatchObject({ state: "live" });
    const { rows } = await setting.base.pool.query<{ title: string }>(
      "select title from item where kind = 'container' order by title",
    );
    expect(rows.map(({ title }) => title)).toContain("plans");
  });

  test.each([
    ["withdrawn", "token_revoked"],
    ["ended", "token_expired"],
    ["unknown", "invalid_auth"],
  ])("%s in the midst of it leaves the source to be signed in to again", async (_, error) => {
    await synced(setting, "people");
    let left = 4;
    slack.refusing = () => (--left < 0 ? error : undefined);
    await synced(setting, "items");
    expect(await sourceOf(setting)).toMatchObject({
      state: "reconnect",
      stateReason: expect.stringContaining(error),
    });
    const asked = slack.gate.seen.length;
    await synced(setting, "items");
    expect(slack.gate.seen.length).toBe(asked);
  });

  test.each([
    ["that may not join a conversation is no reason to stop", "restricted_action", null],
    ["that Slack could not let join goes on later", "internal_error", "source.unavailable"],
  ])("%s", async (_, error, code) => {
    await synced(setting, "people");
    slack.refusing = (method) => (method === "conversations.join" ? error : undefined);
    await synced(setting, "items");
    expect(await sourceOf(setting)).toMatchObject({ state: "live" });
    expect(told("conversations.join").length).toBeGreaterThan(0);
    const { rows } = await setting.base.pool.query<{ error_code: string | null }>(
      "select error_code from sync_job where kind = 'items'",
    );
    expect(rows[0]?.error_code).toBe(code);
  });
});
