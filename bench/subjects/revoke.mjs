// From "revoke my account" to the last call that was made with it: a source is called without a pause by
// several at once while its person withdraws the account, which the provider takes a while to hear.
import { createServer } from "node:http";
import { registerApp } from "../../packages/server/src/knowledge/connection/oauth.ts";
import { replaceConnection } from "../../packages/server/src/knowledge/connection/queries.ts";
import { sealSecret } from "../../packages/server/src/knowledge/connection/secret.ts";
import { unlinkOwn } from "../../packages/server/src/knowledge/source/account.ts";
import { insertSource } from "../../packages/server/src/knowledge/source/queries.ts";
import { openStead } from "./stead.mjs";

const settings = JSON.parse(process.argv[2] ?? "{}");
const ROUNDS = 20;
const AT_ONCE = 4;
const CALLS_FIRST = 50;
const PROVIDER_MS = 500;
const CONNECTOR = `${import.meta.dirname}/../../packages/server/test/fixtures/desk-connector.ts`;

const seen = { calls: 0, lastMs: 0 };
const peer = createServer((request, response) => {
  request.resume();
  response.setHeader("content-type", "application/json");
  if (request.url === "/revoke") {
    setTimeout(() => response.end("{}"), PROVIDER_MS);
    return;
  }
  seen.calls++;
  seen.lastMs = performance.now();
  response.end("{}");
});
await new Promise((resolve) => peer.listen(0, "127.0.0.1", resolve));
const host = `127.0.0.1:${peer.address().port}`;
const { stead, principal } = await openStead({ ...settings, connectors: CONNECTOR, allow: host });
const { ctx, sources } = stead;
const sourceId = "src_bench";
const { personId } = principal;
await insertSource(ctx, {
  id: sourceId,
  connector: "desk",
  name: "Desk",
  settings: { url: `http://${host}` },
  state: "live",
  stateReason: "",
  objectiveMs: 60_000,
  failClosed: true,
  trustedDomains: [],
  createdBy: personId,
  createdAt: new Date(),
});
const app = { sourceId, purpose: "acting", clientId: "bench", clientSecret: "bench-secret" };
await registerApp(sources.host, app);

async function link(round) {
  const row = { id: `con_${round}`, personId, version: 1 };
  const secret = { kind: "tokens", accessToken: `token-${round}`, refreshToken: `again-${round}` };
  const place = { orgId: ctx.orgId, sourceId, connector: "desk" };
  const sealed = sealSecret(sources.host.vault, place, { ...row, secret });
  const more = { userId: "bench", expiresAt: null, createdAt: new Date() };
  await replaceConnection(
    { db: ctx.db, orgId: ctx.orgId, sourceId },
    { ...row, ...sealed, ...more },
  );
}

async function callOn() {
  const { signal } = new AbortController();
  for (;;) {
    const hosted = await sources.hosts.acting({ sourceId, personId }, signal);
    if (!hosted.ok) return;
    await hosted.value.source.http({ url: `http://${host}/notes`, method: "POST", body: {} });
  }
}

const found = [];
for (let round = 0; round < ROUNDS; round++) {
  await link(round);
  const enough = seen.calls + CALLS_FIRST;
  const callers = Array.from({ length: AT_ONCE }, callOn);
  while (seen.calls < enough) await new Promise((resolve) => setImmediate(resolve));
  const revokedMs = performance.now();
  const done = await unlinkOwn(sources, { principal, sourceId });
  if (!done.ok || done.value.left.length > 0) throw new Error(JSON.stringify(done));
  await Promise.all(callers);
  found.push(Math.max(0, seen.lastMs - revokedMs));
}
found.sort((a, b) => a - b);
const revoke = { medianMs: found[ROUNDS / 2], maxMs: found.at(-1) };
process.stdout.write(`${JSON.stringify(revoke)}\n`);
process.exit(0);
