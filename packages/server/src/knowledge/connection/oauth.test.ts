// Signing in at a real OpenID provider: what comes back is taken once, from whom it was begun by alone.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { userOfPerson } from "../../access/source/links.ts";
import { mergeUsers } from "../../access/source/users.ts";
import { closeAll } from "../../egress/egress.fixture.ts";
import { systemClock } from "../../lib/clock.ts";
import { withTx } from "../../store/tx.ts";
import { SourceHost } from "../source/host.ts";
import { updateSource } from "../source/queries.ts";
import { CANARY, oauthAt, json, peerOf, REDIRECT, seed, stageOf } from "./connection.fixture.ts";
import type { Stage } from "./connection.fixture.ts";
import { finishOAuth, registerApp, startOAuth } from "./oauth.ts";
import { startProvider, type OidcPeer } from "./oidc.fixture.mjs";
import { selectConnections } from "./queries.ts";

let base: FreshDatabase;
let oidc: OidcPeer;
let stage: Stage;
let skewMs = 0;
const secret = `${CANARY}-client-secret-of-the-installation`;
const clock = { ...systemClock, now: () => systemClock.now() + skewMs };
const of = { sourceId: "src_1", purpose: "acting" as const };
const ada = { personId: "per_ada", sessionId: "ses_1" };
const bob = { personId: "per_bob", sessionId: "ses_2" };

beforeAll(async () => {
  oidc = await startProvider({ redirectUri: REDIRECT, secret });
});
afterAll(async () => oidc.close());
beforeEach(async () => {
  skewMs = 0;
  base = await freshDatabase();
  await seed(base.db);
});
afterEach(async () => {
  await closeAll();
  await base.close();
});

async function openStage(clientAuth: "basic" | "post" = "basic", clientSecret = secret) {
  const { origin, host } = oidc;
  const scheme = oauthAt(origin, { clientAuth, params: { prompt: "consent" } });
  stage = stageOf(base.db, { scheme, baseUrl: origin, allow: [host], clock });
  await registerApp(stage.deps, { ...of, clientId: clientAuth, clientSecret });
  await crawled("account-1");
}

/** The source's list of people has come in: an account that it does not have reads nothing. */
async function crawled(id: string): Promise<void> {
  const { ctx } = stage.deps;
  const users = [{ id, name: id, active: true }];
  await withTx(ctx.db, (tx) => mergeUsers(ctx, tx, { sourceId: "src_1", users }));
}

async function begin(who = ada): Promise<string> {
  const begun = await startOAuth(stage.deps, { ...of, ...who });
  if (!begun.ok) throw new Error(begun.failure.detail);
  return begun.value.url;
}

async function expectNothing(): Promise<void> {
  expect(await selectConnections({ ...stage.deps.ctx, sourceId: "src_1" })).toEqual([]);
  expect(await userOfPerson(stage.deps.ctx, { sourceId: "src_1", personId: "per_ada" })).toBe(
    undefined,
  );
}

test.each(["basic", "post"] as const)("code and PKCE, the client by %s", async (clientAuth) => {
  await openStage(clientAuth);
  const url = await begin();
  expect(new URL(url).searchParams.get("code_challenge_method")).toBe("S256");
  const params = await oidc.signIn(url, "account-1");
  const done = await finishOAuth(stage.deps, { ...ada, params });
  expect(done, JSON.stringify(done)).toMatchObject({ ok: true, value: of });
  const linked = await userOfPerson(stage.deps.ctx, { sourceId: "src_1", personId: "per_ada" });
  expect(linked).toBe("account-1");
  const again = await finishOAuth(stage.deps, { ...ada, params });
  expect(again).toMatchObject({ ok: false, failure: { code: "auth.invalid" } });
  const host = new SourceHost(stage.deps);
  const { signal } = new AbortController();
  const own = await host.acting({ sourceId: "src_1", personId: "per_ada" }, signal);
  expect(own).toMatchObject({ ok: true, value: { source: { user: "account-1" } } });
  // An hour later the token has ended, and is renewed at the same provider, twice by rotation.
  for (const hours of [2, 4]) {
    skewMs = hours * 3_600_000;
    const later = await host.acting({ sourceId: "src_1", personId: "per_ada" }, signal);
    if (!later.ok) throw new Error(later.failure.detail);
    const reply = await later.value.source.http({ url: "/.well-known/openid-configuration" });
    expect(reply.status).toBe(200);
  }
  const [row] = await selectConnections({ ...stage.deps.ctx, sourceId: "src_1" });
  expect(row).toMatchObject({ version: 3, personId: "per_ada", state: "good" });
  expect(JSON.stringify(stage.journal.events) + stage.log.join("")).not.toContain(CANARY);
});

test("an account that another person has linked is refused", async () => {
  await openStage();
  for (const [who, code] of [
    [ada, undefined],
    [bob, "request.conflict"],
  ] as const) {
    const params = await oidc.signIn(await begin(who), "account-1");
    const done = await finishOAuth(stage.deps, { ...who, params });
    expect(done.ok ? undefined : done.failure.code).toBe(code);
  }
  const rows = await selectConnections({ ...stage.deps.ctx, sourceId: "src_1" });
  expect(rows.map(({ personId }) => personId)).toEqual(["per_ada"]);
});

describe("refused, and nothing stored:", () => {
  type Back = { personId: string; sessionId: string; params: URLSearchParams };
  const changed = (back: Back, change: (params: URLSearchParams) => void): Back => {
    change(back.params);
    return back;
  };
  test.each<[string, (back: Back) => Back]>([
    ["another person", (back) => ({ ...back, personId: "per_bob" })],
    ["another session", (back) => ({ ...back, sessionId: "ses_2" })],
    ["too late", (back) => ((skewMs = 11 * 60_000), back)],
    ["an unknown state", (back) => changed(back, (p) => p.set("state", "of-nobody"))],
    ["no state", (back) => changed(back, (p) => p.delete("state"))],
    ["no code", (back) => changed(back, (p) => p.delete("code"))],
    ["another code", (back) => changed(back, (p) => p.set("code", "x"))],
    ["two codes", (back) => changed(back, (p) => p.append("code", "x"))],
    ["another issuer", (back) => changed(back, (p) => p.set("iss", "https://evil.example"))],
  ])("%s", async (_, change) => {
    await openStage();
    const params = await oidc.signIn(await begin(), "account-1");
    const done = await finishOAuth(stage.deps, change({ ...ada, params }));
    expect(done.ok).toBe(false);
    await expectNothing();
  });

  test("an error of the provider, in its words when they are a code", async () => {
    await openStage();
    for (const [error, says] of [
      ["access_denied", "access_denied"],
      ["<b>Call +1 555</b>", "did not say why"],
    ] as const) {
      const state = new URL(await begin()).searchParams.get("state") ?? "";
      const params = new URLSearchParams({ error, state, iss: oidc.origin });
      const done = await finishOAuth(stage.deps, { ...ada, params });
      expect(done.ok ? "" : done.failure.detail).toContain(says);
    }
    await expectNothing();
  });

  test("a wrong client secret", async () => {
    await openStage("basic", "wrong");
    const params = await oidc.signIn(await begin(), "account-1");
    const done = await finishOAuth(stage.deps, { ...ada, params });
    expect(done).toMatchObject({ ok: false, failure: { code: "source.failed" } });
    await expectNothing();
  });

  test("another address to come back to", async () => {
    await openStage();
    const url = new URL(await begin());
    url.searchParams.set("redirect_uri", "https://evil.example/");
    await expect(oidc.signIn(url.href, "account-1")).rejects.toThrow("redirect_uri");
  });
});

test.each(["javascript:alert(1)//", "file:///etc/passwd?", "not an address", "data:text/html,x"])(
  "settings that lead to %s send nobody there",
  async (place) => {
    const scheme = oauthAt("{place}");
    await seed(base.db, { place }, "src_bad");
    stage = stageOf(base.db, { scheme, baseUrl: "https://api.example", allow: [] });
    const asking = { ...of, ...ada, sourceId: "src_bad" };
    const app = { ...of, sourceId: "src_bad", clientId: "c", clientSecret: "s" };
    const code = "request.invalid";
    expect(await registerApp(stage.deps, app)).toMatchObject({ ok: false, failure: { code } });
    expect(await startOAuth(stage.deps, asking)).toMatchObject({ ok: false, failure: { code } });
  },
);

async function signedIn(answered: unknown) {
  const peer = await peerOf((_, answer) => json(answer, 200, answered));
  const more = { tokenIn: "authed_user", accountIn: "authed_user.id", scopes: [] };
  const scheme = oauthAt(peer.origin, more);
  stage = stageOf(base.db, { scheme, baseUrl: peer.origin, allow: [peer.host] });
  await registerApp(stage.deps, { ...of, clientId: "c", clientSecret: "s" });
  await crawled("U1");
  const state = new URL(await begin()).searchParams.get("state") ?? "";
  const params = new URLSearchParams({ code: "c", state });
  return finishOAuth(stage.deps, { ...ada, params });
}

test("a sign-in that the source's settings overtook is one to the place before, and is not kept", async () => {
  let moved: Promise<unknown> | undefined;
  const peer = await peerOf((_, answer) => {
    const settings = { site: "another" };
    moved = updateSource(stage.deps.ctx, "src_1", { settings });
    const granted = { access_token: "t", token_type: "bearer", user: "U1" };
    void moved.then(() => json(answer, 200, granted));
  });
  const scheme = oauthAt(peer.origin, { accountIn: "user", scopes: [] });
  stage = stageOf(base.db, { scheme, baseUrl: peer.origin, allow: [peer.host] });
  await registerApp(stage.deps, { ...of, clientId: "c", clientSecret: "s" });
  await crawled("U1");
  const state = new URL(await begin()).searchParams.get("state") ?? "";
  const params = new URLSearchParams({ code: "c", state });
  const done = await finishOAuth(stage.deps, { ...ada, params });
  expect(await moved).toBe(true);
  expect(done).toMatchObject({ ok: false, failure: { code: "request.conflict" } });
  await expectNothing();
});

describe("a token within a part of the answer", () => {
  test("is the person's own", async () => {
    const authed_user = { id: "U1", access_token: "xoxp-1", token_type: "user" };
    const done = await signedIn({ ok: true, authed_user, token_type: "app", access_token: "b" });
    expect(done, JSON.stringify(done)).toMatchObject({ ok: true });
    const found = await userOfPerson(stage.deps.ctx, { sourceId: "src_1", personId: "per_ada" });
    expect(found).toBe("U1");
  });

  test.each([
    ["a refusal within a success", { ok: false, error: "invalid_code" }],
    ["a refusal without a reason", { ok: false, authed_user: { id: "U1", access_token: "x" } }],
    [
      "the app's own token alone",
      { access_token: "b", token_type: "app", authed_user: { id: "U1" } },
    ],
    ["an account of another type", { authed_user: { id: 7, access_token: "x" } }],
    ["no account", { authed_user: { access_token: "x" } }],
    ["a list", []],
    ["nothing", null],
  ])("%s is refused", async (_, answered) => {
    expect(await signedIn(answered)).toMatchObject({ ok: false });
    await expectNothing();
  });
});
