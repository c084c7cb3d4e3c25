// Whatever opens a way out past egress is closed and recorded; egress and our Postgres pass.
import { createSocket } from "node:dgram";
import { lookup } from "node:dns";
import dnsPromises from "node:dns/promises";
import { createServer as createHttpServer, get } from "node:http";
import { connect, createServer, type Server } from "node:net";
import { connect as tlsConnect } from "node:tls";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { request as undiciRequest } from "undici";
import { systemClock } from "../lib/clock.ts";
import { createIds } from "../lib/ids.ts";
import { ok } from "../lib/result.ts";
import { AddressRule } from "./address.ts";
import { dial } from "./dial.ts";
import { EGRESS_LIMITS } from "./limits.ts";
import type { EgressEvent, Journal } from "./request.ts";
import { systemResolve } from "./resolve.ts";
import { armTripwire, type Tripped } from "./tripwire.ts";

let server: Server;
let port = 0;
let arrived = 0;
beforeAll(async () => {
  server = createHttpServer((_incoming, outgoing) => outgoing.end("hello"));
  server.on("connection", () => arrived++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  port = typeof address === "object" && address ? address.port : 0;
});
afterAll(() => {
  server.close();
});

let tripped: Tripped[] = [];
let disarm = (): void => {};
beforeEach(() => {
  tripped = [];
  arrived = 0;
  disarm = armTripwire({
    postgres: [{ host: "127.0.0.1", port: 1 }, { path: "/run/our-postgres" }],
    onTripped: (found) => tripped.push(found),
  });
});
afterEach(() => disarm());

const outcome = (emitter: { once(name: string, done: (value: unknown) => void): unknown }) =>
  new Promise<unknown>((resolve) => {
    emitter.once("error", resolve);
    emitter.once("connect", () => resolve("connected"));
  });
const resolvingTo =
  (address: string): typeof systemResolve =>
  (_host, done) =>
    done([{ address, family: 4 }]);
const closed = expect.objectContaining({ code: "EGRESS_TRIPWIRE" });

test("sockets of net, tls, http, undici and fetch are closed before a byte goes", async () => {
  const url = `http://127.0.0.1:${port}/`;
  expect(await outcome(connect(port, "127.0.0.1"))).toEqual(closed);
  expect(await outcome(connect({ port, host: "127.0.0.1" }))).toEqual(closed);
  expect(await outcome(tlsConnect({ port, host: "127.0.0.1" }))).toEqual(closed);
  expect(await outcome(get(url))).toEqual(closed);
  await expect(undiciRequest(url)).rejects.toEqual(closed);
  await expect(fetch(url)).rejects.toMatchObject({ cause: { code: "EGRESS_TRIPWIRE" } });
  expect(tripped).toHaveLength(6);
  expect(new Set(tripped.map(({ target }) => target))).toEqual(new Set([`127.0.0.1:${port}`]));
  expect(tripped[0]?.stack).toContain("tripwire.test.ts");
  expect(arrived).toBe(0);
});

test("pipes, datagrams and questions to name servers are no way round it", async () => {
  expect(await outcome(connect("/run/other.sock"))).toEqual(closed);
  const udp = createSocket("udp4");
  expect(() => udp.send("x", port, "127.0.0.1")).toThrow(closed);
  udp.close();
  const error = await new Promise((resolve) => lookup("secret.example.com", resolve));
  expect(error).toEqual(closed);
  await expect(dnsPromises.resolveTxt("secret.example.com")).rejects.toEqual(closed);
  expect(tripped.map(({ kind }) => kind)).toEqual(["pipe", "udp", "dns", "dns"]);
});

test("our own Postgres is reached, by port or by socket", async () => {
  const refused = expect.objectContaining({ code: "ECONNREFUSED" });
  expect(await outcome(connect(1, "127.0.0.1"))).toEqual(refused);
  const missing = expect.objectContaining({ code: "ENOENT" });
  expect(await outcome(connect("/run/our-postgres/.s.PGSQL.5432"))).toEqual(missing);
  expect(tripped).toEqual([]);
});

test("connections that come in are none of its business", async () => {
  const inbound = createServer((socket) => socket.end("hi"));
  await new Promise<void>((resolve) => inbound.listen(0, "127.0.0.1", resolve));
  inbound.close();
  expect(tripped).toEqual([]);
});

test("what dial opens passes, is recorded before, and settled when it closes", async () => {
  const events: EgressEvent[] = [];
  const journal: Journal = {
    now: async (more) => (events.push(...more), ok()),
    later: (more) => void events.push(...more),
  };
  const rule = new AddressRule([`127.0.0.1:${port}`, `crm.test:${port}`]);
  const options = {
    ...EGRESS_LIMITS,
    clock: systemClock,
    ids: createIds(systemClock),
    rule,
    resolve: systemResolve,
  };
  const at = { protocol: "smtp", port, purpose: "test", classes: ["phi"] };
  for (const host of ["127.0.0.1", "crm.test"]) {
    const dialled = await dial(
      { ...options, resolve: resolvingTo("127.0.0.1") },
      { ...at, host },
      journal,
    );
    if (!dialled.ok) throw new Error(dialled.failure.detail);
    expect(events.at(-1)).toMatchObject({
      type: "egress.sent",
      data: { destination: `${host}:${port}`, url: `smtp://${host}:${port}`, classes: ["phi"] },
    });
    dialled.value.socket.destroy();
    await new Promise((resolve) => dialled.value.socket.once("close", resolve));
  }
  await systemClock.sleep(10);
  expect(events.map(({ type }) => type).filter((type) => type === "egress.settled")).toHaveLength(
    2,
  );
  expect(tripped).toEqual([]);
  for (const host of ["10.0.0.1", "::1", "other.test"]) {
    const refused = await dial(
      { ...options, resolve: resolvingTo("10.1.1.1") },
      { ...at, host },
      journal,
    );
    expect(refused).toMatchObject({ ok: false, failure: { code: "egress.blocked" } });
  }
});
