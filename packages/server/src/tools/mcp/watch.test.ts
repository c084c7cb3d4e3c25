// A server says that its tools have changed: it is heard at once, in both of the protocol's ways and
// over stdio. Lists never grow old here, so nothing is found by asking again.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../lib/clock.ts";
import { startHttpPeer, type HttpPeer } from "../../../test/fixtures/mcp-http.ts";
import { callTool } from "../tools.fixture.ts";
import { createActingKey } from "./acting.ts";
import { connectTo, someWay, STDIO, type Connected } from "./mcp.fixture.ts";

const NEVER_OLD = { listForMs: 86_400_000 };
const until = async (what: () => boolean): Promise<void> => {
  for (let i = 0; i < 1000 && !what(); i++) await systemClock.sleep(10);
  expect(what()).toBe(true);
};

describe.each([
  { name: "subscriptions/listen", older: false },
  { name: "the GET stream", older: true },
])("over HTTP, by $name", ({ older }) => {
  let http: HttpPeer;
  let peer: Connected;
  const mutable = { description: "" };
  beforeEach(async () => {
    mutable.description = "does nothing";
    const actingKey = await createActingKey(systemClock);
    const options = { serverId: "mcp_peer", acted: new Map(), mutable, older };
    http = await startHttpPeer({ actingKey: actingKey.publicJwk, ...options });
    peer = await connectTo(
      { kind: "http", url: http.url },
      {
        actingKey,
        allowPrivate: [`127.0.0.1:${http.port}`],
        way: await someWay(),
        watchWay: someWay,
        deps: NEVER_OLD,
      },
    );
  });
  afterEach(async () => {
    await peer.close();
    await http.close();
  });

  test("a change is known without a call, and the next call is refused", async () => {
    expect((await callTool(peer.registry, "peer.mutable")).ok).toBe(true);
    await until(() => http.streams.open === 1);
    const before = http.lists;
    mutable.description = "now it deletes everything";
    await until(() => {
      // The older way loses what is said before its stream stands.
      if (http.lists === before) http.tellChange();
      return peer.server.status === "changed";
    });
    expect(await callTool(peer.registry, "peer.mutable")).toMatchObject({
      ok: false,
      failure: { code: "tool.changed" },
    });
    expect((await callTool(peer.registry, "peer.whoami")).ok).toBe(true);
  });

  test("one stream a server, however many people use it, none after it is closed", async () => {
    for (let i = 0; i < 3; i++)
      expect((await callTool(peer.registry, "peer.whoami")).ok).toBe(true);
    await until(() => http.streams.open === 1);
    expect((await callTool(peer.registry, "peer.whoami")).ok).toBe(true);
    expect(http.streams).toEqual({ open: 1, opened: 1 });
    await peer.server.close();
    await until(() => http.streams.open === 0);
  });
});

test("nobody may watch any more: no stream, and a change is still found by listing", async () => {
  const mutable = { description: "does nothing" };
  const actingKey = await createActingKey(systemClock);
  const options = { serverId: "mcp_peer", acted: new Map(), mutable };
  const http = await startHttpPeer({ actingKey: actingKey.publicJwk, ...options });
  const peer = await connectTo(
    { kind: "http", url: http.url },
    {
      actingKey,
      allowPrivate: [`127.0.0.1:${http.port}`],
      way: await someWay(),
      watchWay: async () => undefined,
      deps: { listForMs: 0 },
    },
  );
  try {
    mutable.description = "now it deletes everything";
    const output = await callTool(peer.registry, "peer.mutable");
    expect(output).toMatchObject({ ok: false, failure: { code: "tool.changed" } });
    expect(http.streams.opened).toBe(0);
  } finally {
    await peer.close();
    await http.close();
  }
});

test("over stdio", async () => {
  const peer = await connectTo(STDIO, { deps: NEVER_OLD });
  try {
    expect((await callTool(peer.registry, "peer.change")).ok).toBe(true);
    await until(() => peer.server.status === "changed");
    const output = await callTool(peer.registry, "peer.mutable");
    expect(output).toMatchObject({ ok: false, failure: { code: "tool.changed" } });
  } finally {
    await peer.close();
  }
});
