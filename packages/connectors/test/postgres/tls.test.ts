// To the database encrypted, and only to the one that proves its name: the password goes nowhere else.
import { createServer, connect, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CERTIFICATE, KEY } from "../../../server/test/fixtures/tls.ts";
import { postgres } from "../../src/index.ts";
import { makeWorld, type World } from "./world.ts";

const SSL_REQUEST = 80_877_103;
let world: World;
let gate: Server;
let port: number;
/** All that came in before any encryption, and whether a session got through it. */
let seen: Buffer[];
let passed: number;
let offer: "S" | "N";

beforeEach(async () => {
  [seen, passed, offer] = [[], 0, "S"];
  world = await makeWorld();
  await world.run("create table public.note (id int primary key, title text, body text)");
  gate = createServer((raw) => raw.once("data", (first: Buffer) => meet(raw, first)));
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  const address = gate.address();
  port = typeof address === "object" && address ? address.port : 0;
});
afterEach(async () => {
  await new Promise((resolve) => gate.close(resolve));
  await world.close();
});

/** As PostgreSQL does it, in front of one that listens without. */
function meet(raw: Socket, first: Buffer): void {
  seen.push(first);
  raw.on("error", () => {});
  raw.write(offer);
  if (offer === "N") return void raw.on("data", (more: Buffer) => seen.push(more));
  const secure = new TLSSocket(raw, { isServer: true, key: KEY, cert: CERTIFICATE });
  secure.on("error", () => {});
  secure.once("data", (part: Buffer) => {
    passed++;
    secure.unshift(part);
    secure.pipe(world.dial()).pipe(secure);
  });
}

async function tested(settings: object) {
  const relations = [{ name: "notes", table: "note", key: "id", title: "title", text: ["body"] }];
  const source = world.source("", { relations, tls: "verify", timeoutMs: 20_000, ...settings });
  return postgres.test({ ...source, dial: async () => connect(port, "127.0.0.1") });
}

test("a server whose name its certificate proves is spoken to", async () => {
  const { account } = await tested({ host: "local.test", ca: CERTIFICATE });
  expect(account).toContain("@local.test/");
  expect(passed).toBe(1);
});

test.each([
  ["that nobody vouches for", { host: "local.test" }, "S"],
  ["of another name", { host: "other.test", ca: CERTIFICATE }, "S"],
  ["that does without encryption", { host: "local.test", ca: CERTIFICATE }, "N"],
] as const)("a server %s hears no name and no password", async (_what, settings, answer) => {
  offer = answer;
  await expect(tested(settings)).rejects.toMatchObject({ code: "unavailable" });
  expect(seen.map((part) => [part.length, part.readInt32BE(4)])).toEqual([[8, SSL_REQUEST]]);
  expect(passed).toBe(0);
});
