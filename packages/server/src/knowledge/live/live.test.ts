// Live sources that behave badly, over the real database: they are left out by name, and nothing of theirs
// reaches anybody else. Well-behaved peers stand in test/live-sources.test.ts.
import { defineConnector, SourceError, type Connector, type LiveHit } from "@stead/sdk";
import * as fc from "fast-check";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { readersOf } from "../../access/readers.ts";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { assert, fail, ok } from "../../lib/result.ts";
import type { Ctx } from "../../store/context.ts";
import type { Hit } from "../document.ts";
import { liveIdOf, mergeHits, parseLiveId, type LiveDeps } from "./live.ts";
import { openLive, type Live } from "./look.ts";

const ORG = "org_1";
let base: FreshDatabase;
let logged: string[];
let ctx: Ctx;

beforeEach(async () => {
  base = await freshDatabase();
  logged = [];
  ctx = {
    db: base.db,
    orgId: ORG,
    clock: systemClock,
    ids: createIds(systemClock),
    log: (level, message, fields) => void logged.push(JSON.stringify([level, message, fields])),
  };
  for (const id of ["ann", "bob", "cy"])
    await sql`insert into person (org_id, id, name, email)
      values (${ORG}, ${id}, ${id}, ${`${id}@x`})`.execute(base.db);
});
afterEach(() => base.close());

/** What each person finds; a function throws or hangs. */
type Answers = Record<string, readonly LiveHit[] | ((signal: AbortSignal) => Promise<never>)>;

function connectorOf(answers: Answers): Connector {
  const none = { kind: "none" } as const;
  return defineConnector({
    manifest: {
      name: "stub",
      title: "Stub",
      description: "",
      guide: "",
      crawl: none,
      acting: none,
      rights: "live",
      freshness: { pollMs: 1, reconcileMs: 1, objectiveMs: 1 },
      limits: { concurrent: 1 },
    },
    settings: z.unknown(),
    test: async () => ({ account: "" }),
    live: {
      async search(source) {
        const answer = answers[source.user] ?? [];
        return typeof answer === "function" ? answer(source.signal) : answer;
      },
      async open(source, id) {
        const answer = answers[source.user] ?? [];
        if (typeof answer === "function") return answer(source.signal);
        const found = answer.find((each) => each.id === id);
        return found ? { title: found.title, text: `All of ${found.quote}` } : null;
      },
    },
  });
}

const unused = () => Promise.reject(new Error("not used"));

function liveOf(sources: Record<string, Answers>, more: Partial<LiveDeps> = {}): Live {
  return openLive({
    ctx,
    sources: async () => Object.keys(sources).map((id) => ({ id, name: id.slice(4) })),
    host: async ({ sourceId, personId }, signal) => {
      const answers = sources[sourceId];
      if (!answers || !(personId in answers))
        return fail("resource.not_found", "you have linked no account");
      const none = { http: unused, dial: unused, run: unused, secrets: {}, settings: {} };
      const source = { ...none, id: sourceId, user: personId, signal, log: () => {} };
      return ok({ connector: connectorOf(answers), source });
    },
    ...more,
  });
}

function hit(id: string, more: Partial<LiveHit> = {}): LiveHit {
  return { id, title: `Title ${id}`, path: "p", quote: `Quote ${id}`, ...more };
}

async function searched(live: Live, personId: string, alsoFor: readonly string[] = []) {
  const found = await live.search(personId, { query: "q", limit: 5, alsoFor });
  assert(found.ok, "searched");
  return found.value;
}

function idsOf({ lists }: { readonly lists: readonly (readonly Hit[])[] }): (string | null)[] {
  return lists.flat().map(({ document }) => document.externalId);
}

describe("a source that does not answer", () => {
  test("is named with why, and the others are heard", async () => {
    const secret = "the password is hunter2";
    const live = liveOf({
      src_good: { ann: [hit("1")] },
      src_shut: { ann: () => Promise.reject(new SourceError("reconnect", secret)) },
      src_full: { ann: () => Promise.reject(new SourceError("busy", secret)) },
      src_bad: { ann: () => Promise.reject(new Error(secret)) },
      src_other: { bob: [hit("2")] },
    });
    const found = await searched(live, "ann");
    expect(idsOf(found)).toEqual(["1"]);
    expect(found.unanswered).toEqual([
      { sourceId: "src_shut", name: "shut", why: "your account there has to be linked again" },
      { sourceId: "src_full", name: "full", why: "it is too busy just now" },
      { sourceId: "src_bad", name: "bad", why: "its answer could not be read" },
      { sourceId: "src_other", name: "other", why: "you have linked no account" },
    ]);
    // Words that a source chose are read by administrators; an unknown error's by nobody.
    expect(logged.filter((line) => line.includes("src_bad")).join()).not.toContain(secret);
  });

  test("that is shut is not asked, and is named with why and whom to ask", async () => {
    const live = liveOf(
      { src_good: { ann: [hit("1")] } },
      {
        sources: async () => [
          { id: "src_good", name: "good" },
          { id: "src_shut", name: "CRM", shut: "was not asked: sign in again; ask Eva" },
        ],
      },
    );
    const found = await searched(live, "ann");
    expect(idsOf(found)).toEqual(["1"]);
    expect(found.unanswered).toEqual([
      { sourceId: "src_shut", name: "CRM", why: "was not asked: sign in again; ask Eva" },
    ]);
    const opened = await live.open("ann", liveIdOf("src_shut", "1") ?? "");
    expect(opened).toMatchObject({
      failure: { code: "source.reconnect", detail: "CRM was not asked: sign in again; ask Eva." },
    });
  });

  test("is called off and named when its time is over, also when it does not listen", async () => {
    let over: (() => void) | undefined;
    const clock = { ...systemClock, sleep: () => new Promise<void>((resolve) => (over = resolve)) };
    const signals: AbortSignal[] = [];
    const hang = (signal: AbortSignal): Promise<never> => {
      signals.push(signal);
      over?.();
      return new Promise(() => {});
    };
    ctx = { ...ctx, clock };
    const live = liveOf({ src_slow: { ann: hang }, src_good: { bob: [hit("1")] } });
    const found = await live.search("ann", { query: "q", limit: 5, sources: ["src_slow"] });
    const why = "it did not answer in time";
    expect(found).toMatchObject({
      value: { lists: [], unanswered: [{ sourceId: "src_slow", why }] },
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    const opened = await live.open("ann", liveIdOf("src_slow", "1") ?? "");
    expect(opened).toMatchObject({ ok: false, failure: { code: "egress.timeout" } });
  });

  test("and hangs for ever holds up itself alone", async () => {
    let [started, patienceMs] = [0, 1];
    const sleep = (_ms: number, signal?: AbortSignal) => systemClock.sleep(patienceMs, signal);
    ctx = { ...ctx, clock: { ...systemClock, sleep } };
    const hang = (): Promise<never> => {
      started++;
      return new Promise(() => {});
    };
    const live = liveOf({ src_slow: { ann: hang }, src_good: { ann: [hit("1")] } });
    for (let i = 0; i < 12; i++)
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as a person asks
      await live.search("ann", { query: "q", limit: 5, sources: ["src_slow"] });
    expect(started).toBeLessThanOrEqual(8);
    patienceMs = 20_000;
    const found = await live.search("ann", { query: "q", limit: 5, sources: ["src_good"] });
    expect(found).toMatchObject({ value: { unanswered: [], lists: [[{ quote: "Quote 1" }]] } });
  });
});

describe("what goes to several people", () => {
  const same = hit("same");
  const sources = {
    src_1: {
      ann: [same, hit("anns"), hit("masked", { quote: "salary 100" })],
      bob: [hit("masked", { quote: "salary ***" }), hit("bobs"), same],
      cy: () => Promise.reject(new SourceError("unavailable", "")),
    },
  };

  test("is what each of them gets alike by their own call", async () => {
    const live = liveOf(sources);
    expect(idsOf(await searched(live, "ann"))).toEqual(["same", "anns", "masked"]);
    const both = await searched(live, "ann", ["bob"]);
    expect(idsOf(both)).toEqual(["same"]);
    const [shared] = both.lists.flat();
    expect(await readersOf(ctx, [shared?.document.classId ?? ""])).toEqual(["ann", "bob"]);
  });

  test("is nothing when one of them can't be asked about, has left, or they are many", async () => {
    const live = liveOf(sources);
    expect(idsOf(await searched(live, "ann", ["bob", "cy"]))).toEqual([]);
    expect(idsOf(await searched(live, "ann", ["nobody"]))).toEqual([]);
    const crowd = Array.from({ length: 10 }, (_, i) => `usr_${i}`);
    expect(idsOf(await searched(live, "ann", crowd))).toEqual([]);
    await sql`update person set active = false where id = 'bob'`.execute(base.db);
    expect(idsOf(await searched(live, "ann", ["bob"]))).toEqual([]);
    expect(idsOf(await searched(live, "bob"))).toEqual([]);
    const opened = await live.open("bob", liveIdOf("src_1", "same") ?? "");
    expect(opened).toMatchObject({ failure: { code: "resource.not_found" } });
  });
});

describe("what a source found", () => {
  test("is for its asker alone, foreign, and opened as whoever opens it", async () => {
    const live = liveOf({ src_1: { ann: [hit("a/ b", { url: "https://x.example" })], bob: [] } });
    const [found] = (await searched(live, "ann")).lists.flat();
    expect(found).toMatchObject({
      quote: "Quote a/ b",
      document: {
        id: "live:src_1/a%2F%20b",
        path: "1/p",
        classId: "only:ann",
        trust: "outside",
        sourceId: "src_1",
        url: "https://x.example",
      },
    });
    const id = found?.document.id ?? "";
    expect(await live.open("ann", id)).toMatchObject({
      value: { id, text: "All of Quote a/ b", classId: "only:ann", trust: "outside" },
    });
    for (const who of ["bob", "cy"])
      // oxlint-disable-next-line no-await-in-loop
      expect(await live.open(who, id)).toMatchObject({
        ok: false,
        failure: { code: "resource.not_found" },
      });
  });

  test("is cut to bounds and cleaned of what can't be seen", async () => {
    const hits = [
      hit(""),
      hit("x".repeat(501)),
      hit("\ud800"),
      hit("bad", {
        title: `A\nB\u202e\u{e0041}${"t".repeat(400)}`,
        quote: `q\u200b${"u".repeat(700)}`,
        url: "javascript:alert(1)",
      }),
      ...Array.from({ length: 9 }, (_, i) => hit(`${i}`)),
    ];
    const [found, ...rest] = (await searched(liveOf({ src_1: { ann: hits } }), "ann")).lists.flat();
    expect(found?.document).toMatchObject({ title: `A B${"t".repeat(297)}`, url: null });
    expect(found?.quote).toBe(`q${"u".repeat(599)}`);
    expect(rest).toHaveLength(1);
  });
});

test("an id leads back to what it names, and nothing else is one", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (external) => {
      const id = liveIdOf("src_1", external);
      const due = id === undefined ? undefined : { sourceId: "src_1", externalId: external };
      expect(id === undefined ? undefined : parseLiveId(id)).toEqual(due);
      expect(parseLiveId(external)).toBeUndefined();
    }),
  );
  for (const id of [
    "live:",
    "live:src_1",
    "live:src_1/",
    "live:/1",
    "live:src_1/%zz",
    "live:src_1/a b",
  ])
    expect(parseLiveId(id)).toBeUndefined();
});

function hitNamed(id: string): Hit {
  const text = { title: "", path: "", revision: "", text: "", mediaType: "", url: null };
  const what = { classId: "c", classes: [], trust: "outside", sourceId: "" } as const;
  const document = { id, ...text, ...what, externalId: id, updatedAt: new Date(0), sections: [] };
  return { document, quote: "", from: 0, to: 0, score: 0.5 };
}

test("lists are merged by rank, the index' first among equals, each in its own order", () => {
  const lists = fc.array(fc.nat(6), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(lists, fc.integer({ min: 1, max: 9 }), (sizes, limit) => {
      const given = sizes.map((size, n) =>
        Array.from({ length: size }, (_, i) => hitNamed(`${i} ${n}`)),
      );
      // Named by rank and then list, the due order is that of the names.
      const due = given
        .flat()
        .map(({ document }) => document.id)
        .toSorted()
        .slice(0, limit);
      expect(mergeHits(given, limit).map(({ document }) => document.id)).toEqual(due);
    }),
  );
  const alone = [hitNamed("a"), hitNamed("b")];
  expect(mergeHits([alone, []], 5)).toEqual(alone);
});
