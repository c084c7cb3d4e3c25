// What comes out of a child's sandbox: to the hosts that were named, while labels allow it, and on record.
import { request } from "node:http";
import { createServer, type Socket } from "node:net";
import { existsSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog } from "../../lib/log.ts";
import { decideAction } from "../../policy/decide.ts";
import { permitAction, type Permit } from "../../policy/permit.ts";
import { ADA, policiesOf } from "../../policy/policy.fixture.ts";
import { createEgress } from "../egress.ts";
import { closeAll, closers, listen, record, resolvingTo } from "../egress.fixture.ts";
import { clearance, gateOf } from "../gate/gate.fixture.ts";
import type { Clearance } from "../gate/rule.ts";
import { WayOut, type WayOutOptions } from "./way-out.ts";

afterEach(closeAll);

async function permitNow(): Promise<Permit> {
  const question = {
    principal: ADA,
    action: "run.start",
    resource: { type: "Platform", id: "stead" },
  };
  const nowMs = systemClock.now();
  const permit = permitAction(decideAction(await policiesOf(), question), { nowMs });
  if (!permit.ok) throw new Error(permit.failure.detail);
  return permit.value;
}

interface SetUp extends Partial<WayOutOptions> {
  readonly named?: (port: number) => string;
  readonly clearances?: readonly Clearance[];
}

async function setUp({ clearances = [], ...more }: SetUp = {}) {
  const peer = createServer((socket) => void socket.pipe(socket));
  const open = new Set<Socket>();
  peer.on("connection", (socket) => open.add(socket.on("error", () => undefined)));
  const port = await listen(peer);
  closers.unshift(() => open.forEach((socket) => socket.destroy()));
  const egress = createEgress({
    clock: systemClock,
    ids: createIds(systemClock),
    log: silentLog,
    allowPrivate: [`127.0.0.1:${port}`],
    resolve: resolvingTo("169.254.169.254"),
    gate: gateOf({ clearances }),
  });
  const journal = record();
  const permit = await permitNow();
  const wayOut = new WayOut({
    name: "peer",
    hosts: [more.named?.(port) ?? `127.0.0.1:${port}`],
    way: async () => ({ permit, journal }),
    classes: () => [],
    egress,
    log: silentLog,
    ...more,
  });
  closers.unshift(() => wayOut.close());
  return { wayOut, port, journal };
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly socket: Socket;
}

function ask({ path }: WayOut, target: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: path, method: "CONNECT", path: target });
    asked.once("error", reject);
    asked.once("connect", (answer, socket, head) => {
      const { statusCode: status = 0 } = answer;
      if (status === 200) return resolve({ status, text: "", socket });
      let text = head.toString();
      socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
      socket.once("end", () => resolve({ status, text, socket }));
      return undefined;
    });
    asked.end();
  });
}

test("a named host is connected to, and the connection is on record", async () => {
  const { wayOut, port, journal } = await setUp({ classes: () => ["pii"] });
  const { status, socket } = await ask(wayOut, `127.0.0.1:${port}`);
  expect(status).toBe(200);
  const echoed = new Promise((resolve) => socket.once("data", resolve));
  socket.write("hello");
  expect(String(await echoed)).toBe("hello");
  expect(journal.events).toMatchObject([
    {
      type: "egress.sent",
      data: { destination: `127.0.0.1:${port}`, method: "DIAL", classes: ["pii"] },
    },
  ]);
  const { path } = wayOut;
  await wayOut.close();
  expect(existsSync(path)).toBe(false);
});

test("nothing else is: another host or port, an internal address, what is no address", async () => {
  const { wayOut, port, journal } = await setUp({ named: (at) => `named.example:${at}` });
  const others = [`127.0.0.1:${port}`, "named.example:443", "named.example", "a@named.example:1"];
  for (const target of others) {
    const refused = await ask(wayOut, target);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain("an administrator names them");
  }
  expect(journal.events).toEqual([]);
  // Its name leads to the cloud's metadata.
  const inner = await ask(wayOut, `named.example:${port}`);
  expect(inner.status).not.toBe(200);
  expect(inner.text).toContain("internal address");
});

test("who was told what may not go there has no way out, and what was open is closed", async () => {
  const told: string[] = [];
  const { wayOut, port, journal } = await setUp({ classes: () => told });
  const { socket } = await ask(wayOut, `127.0.0.1:${port}`);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  told.push("phi");
  wayOut.closeTunnels();
  await closed;
  const again = await ask(wayOut, `127.0.0.1:${port}`);
  expect(again).toMatchObject({ status: 403, text: expect.stringContaining("phi") });
  expect(journal.events.filter(({ type }) => type === "egress.sent")).toHaveLength(1);
});

test("what its server may not get goes nowhere from it either", async () => {
  const rules = { pii: "refuse" } as const;
  const said = await setUp({ classes: () => ["pii"], clearances: [clearance("mcp:peer", rules)] });
  const refused = await ask(said.wayOut, `127.0.0.1:${said.port}`);
  expect(refused).toMatchObject({ status: 403, text: expect.stringContaining("pii") });
  expect(said.journal.events).toEqual([]);
  const free = await setUp({ classes: () => ["pii"], clearances: [clearance("mcp:other", rules)] });
  expect((await ask(free.wayOut, `127.0.0.1:${free.port}`)).status).toBe(200);
  expect(free.journal.events).toMatchObject([{ data: { kind: "tool", name: "mcp:peer" } }]);
});

test("nobody's child connects nowhere, and plain HTTP is not spoken", async () => {
  const { wayOut, port, journal } = await setUp({ way: async () => undefined });
  expect(await ask(wayOut, `127.0.0.1:${port}`)).toMatchObject({ status: 403 });
  const plain = await new Promise((resolve, reject) => {
    const path = `http://127.0.0.1:${port}/`;
    const asked = request({ socketPath: wayOut.path, path }, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    });
    asked.once("error", reject);
    asked.end();
  });
  expect(plain).toBe(403);
  expect(journal.events).toEqual([]);
});
