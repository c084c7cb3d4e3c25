// Against a real MCP server that answers each token as its owner, in both revisions of the protocol.
import * as fc from "fast-check";
import type { ActingSource, Connector } from "@stead/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { httpAs, startLivePeer, type LivePeer } from "../../../server/test/fixtures/mcp-live.ts";
import { mcp } from "../../src/index.ts";

let peer: LivePeer;

function source(token: string, settings: object = {}): ActingSource<unknown> {
  return {
    id: "src_live",
    user: "",
    settings: { url: peer.url, ...settings },
    secrets: {},
    signal: new AbortController().signal,
    http: httpAs(token),
    dial: () => Promise.reject(new Error("no dial")),
    run: () => Promise.reject(new Error("no program")),
    log: () => {},
  };
}

function live(): NonNullable<Connector["live"]> {
  if (!mcp.live) throw new Error("it is not live");
  return mcp.live;
}

const USERS = ["ann", "bob", "cy"];

describe.each([
  { revision: "2026", older: false },
  { revision: "2025", older: true },
])("a server of the revision of $revision", ({ older }) => {
  beforeEach(async () => {
    peer = await startLivePeer({ older });
    for (const user of USERS) peer.tokens.set(`token of ${user}`, user);
  });
  afterEach(() => peer.close());

  test("gives each person what it gives their token", async () => {
    const readers = fc.array(fc.uniqueArray(fc.constantFrom(...USERS)), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(readers, async (given) => {
        peer.items.clear();
        for (const [i, who] of given.entries())
          peer.items.set(`d/${i}`, { title: `Doc ${i}`, text: "refund", readers: new Set(who) });
        await Promise.all(
          USERS.map(async (user) => {
            const own = source(`token of ${user}`);
            const due = given.flatMap((who, i) => (who.includes(user) ? [`d/${i}`] : []));
            expect((await live().search(own, "Refund?", 20)).map(({ id }) => id)).toEqual(due);
            const opened = await Promise.all(given.map((_, i) => live().open(own, `d/${i}`)));
            expect(opened.flatMap((each, i) => (each ? [`d/${i}`] : []))).toEqual(due);
          }),
        );
      }),
      { numRuns: 5 },
    );
  });

  test("is asked as that person alone, and refuses a token at once when it is taken back", async () => {
    peer.items.set("1", { title: "One", text: "refund", readers: new Set(["ann"]) });
    const ann = source("token of ann");
    expect(await live().search(ann, "refund", 5)).toEqual([
      {
        id: "1",
        title: "One",
        path: new URL(peer.url).host,
        quote: "refund",
        url: "https://live.example.com/1",
      },
    ]);
    expect(await live().open(ann, "1")).toEqual({ title: "One", text: "refund" });
    expect(new Set(peer.asked.map(({ user }) => user))).toEqual(new Set(["ann"]));
    peer.tokens.delete("token of ann");
    await expect(live().search(ann, "refund", 5)).rejects.toMatchObject({ code: "reconnect" });
    await expect(live().open(ann, "1")).rejects.toMatchObject({ code: "reconnect" });
  });

  test("is accepted when it has the tools, or keeps them to those who have signed in", async () => {
    const account = new URL(peer.url).host;
    expect(await mcp.test(source("token of ann"))).toEqual({ account });
    expect(await mcp.test(source("none"))).toEqual({ account });
    const other = source("token of ann", { open: { tool: "read" } });
    await expect(mcp.test(other)).rejects.toMatchObject({
      code: "settings",
      message: "The server has no tool read.",
    });
  });
});

describe("an answer", () => {
  beforeEach(async () => {
    peer = await startLivePeer();
    peer.tokens.set("t", "ann");
  });
  afterEach(() => peer.close());

  test("is read by the places that are configured", async () => {
    peer.answer = { found: { pages: [{ key: 7, name: "Seven", link: "javascript:alert(1)" }] } };
    const places = { results: "found.pages", id: "key", title: "name", url: "link", path: "name" };
    expect(await live().search(source("t", { search: places }), "x", 5)).toEqual([
      { id: "7", title: "Seven", path: "Seven", quote: "Seven" },
    ]);
  });

  test("that is none of its kind is an error or nothing, and no bound is passed", async () => {
    const many = Array.from({ length: 50 }, (_, i) => ({ id: `${i}`, title: "t".repeat(5_000) }));
    peer.answer = { results: [...many, null, 3, { title: "no id" }, { id: "x".repeat(900) }] };
    const hits = await live().search(source("t"), "x", 7);
    expect(hits).toHaveLength(7);
    expect(hits[0]?.title).toHaveLength(300);
    peer.answer = { results: [null, 3, { title: "no id" }, { id: "x".repeat(900) }, { id: {} }] };
    expect(await live().search(source("t"), "x", 7)).toEqual([]);
    for (const answer of [{}, [], { results: "many" }, "text", { __proto__: { results: [] } }]) {
      peer.answer = answer;
      // oxlint-disable-next-line no-await-in-loop -- the peer gives one answer at a time
      await expect(live().search(source("t"), "x", 7)).rejects.toMatchObject({ code: "settings" });
    }
  });
});
