// Confluence's rules one by one, then at random: whoever Confluence lets view a page, and nobody else.
import { SourceError } from "@stead/sdk";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { confluence } from "../../src/index.ts";
import { crawl } from "../crawl.ts";
import { FakeConfluence } from "./fake.ts";

const [ADA, BOB, CYD] = ["ada", "bob", "cyd"] as const;
const PEOPLE = [ADA, BOB, CYD, "dan", "eve"];

function wiki(): FakeConfluence {
  const fake = new FakeConfluence();
  for (const one of PEOPLE) fake.person(one);
  fake.person("app", "app");
  fake.person("customer", "customer");
  for (const group of ["g0", "g1", "g2"]) fake.groups.set(group, new Set());
  const space = fake.space("s1");
  for (const one of [ADA, BOB, CYD, "app", "customer"]) space.users.add(one);
  fake.space("s2").groups.add("g0");
  fake.add({ id: "home", space: "s1" });
  fake.add({ id: "shelf", space: "s1", type: "folder", parent: "home" });
  fake.add({ id: "board", space: "s1", type: "whiteboard", parent: "shelf" });
  fake.add({ id: "plan", space: "s1", parent: "shelf" });
  fake.add({ id: "note", space: "s1", parent: "plan" });
  fake.add({ id: "sub", space: "s1", parent: "board" });
  fake.add({ id: "post", space: "s1", type: "blogpost" });
  fake.add({ id: "file", space: "s1", type: "attachment", parent: "note" });
  fake.add({ id: "photo", space: "s1", type: "attachment", parent: "post" });
  fake.add({ id: "other", space: "s2" });
  return fake;
}

async function finders(fake: FakeConfluence, id: string, settings = {}): Promise<string[]> {
  return (await crawl(confluence, fake.source(settings))).finders(id);
}

function typed(fake: FakeConfluence, id: string): string {
  return `${fake.at(id).type}:${id}`;
}

function refused(): never {
  throw new SourceError("forbidden", "403");
}

function goingOnTo(next: string) {
  return (whole: unknown) => ({ ...Object(whole), _links: { next } });
}

describe("a page of Confluence is found by", () => {
  test("who may view the space AND the page AND every ancestor", async () => {
    const fake = wiki();
    expect(await finders(fake, "page:note")).toEqual([ADA, BOB, CYD]);
    fake.at("home").view.users.add(ADA).add(BOB).add("dan");
    expect(await finders(fake, "page:note")).toEqual([ADA, BOB]);
    // A nearer restriction never lifts one further up.
    fake.at("note").view.users.add(BOB).add(CYD).add("dan");
    expect(await finders(fake, "page:note")).toEqual([BOB]);
    fake.spaces.get("s1")?.users.delete(BOB);
    expect(await finders(fake, "page:note")).toEqual([]);
    fake.at("home").view.users.clear();
    expect(await finders(fake, "page:note")).toEqual([CYD]);
  });

  test("who may view the folder and the whiteboard that it is in", async () => {
    const fake = wiki();
    fake.at("shelf").view.users.add(ADA).add(BOB);
    fake.at("board").view.users.add(BOB).add(CYD);
    expect(await finders(fake, "page:sub")).toEqual([BOB]);
    expect(await finders(fake, "page:note")).toEqual([ADA, BOB]);
  });

  test("all of its place when no one is listed, which is no restriction and never nobody", async () => {
    const fake = wiki();
    fake.at("note").view.users.add(ADA);
    fake.at("note").view.users.clear();
    expect(await finders(fake, "page:note")).toEqual([ADA, BOB, CYD]);
  });

  test("nobody, nor is anything under it, when a restriction is not shown whole", async () => {
    const broken: ((whole: unknown) => unknown)[] = [
      () => {
        throw new SourceError("forbidden", "403");
      },
      () => {
        throw new SourceError("missing", "404");
      },
      () => ({ operation: "read", restrictions: {}, _expandable: {}, _links: {} }),
      () => ({ operation: "read" }),
      () => null,
      // It says that it gave two, and gives none.
      () => ({
        operation: "read",
        restrictions: {
          user: { results: [], start: 0, limit: 2, size: 2 },
          group: { results: [], start: 0, limit: 2, size: 0 },
        },
      }),
    ];
    for (const answer of broken) {
      const fake = wiki();
      fake.faults.push({ at: /content\/home\/restriction/, answer });
      // oxlint-disable-next-line no-await-in-loop -- one world after the other
      const found = await crawl(confluence, fake.source());
      for (const id of ["page:home", "page:note", "attachment:file", "page:sub"]) {
        expect(found.finders(id)).toEqual([]);
      }
      expect(found.finders("blogpost:post")).toEqual([ADA, BOB, CYD]);
    }
  });

  test("nobody when the space's permissions or what it is in are not shown", async () => {
    const fake = wiki();
    fake.faults.push({ at: /spaces\/s1\/permissions/, answer: refused });
    expect(await finders(fake, "page:note")).toEqual([]);
    fake.faults[0] = { at: /folders\/shelf$/, answer: refused };
    expect(await finders(fake, "page:note")).toEqual([]);
    expect(await finders(fake, "page:home")).toEqual([ADA, BOB, CYD]);
  });

  test("everyone where space and site let people in who aren't signed in, and not by the space alone", async () => {
    const fake = wiki();
    const space = fake.spaces.get("s1");
    if (space) space.anonymous = true;
    expect(await finders(fake, "page:note")).toEqual([ADA, BOB, CYD]);
    expect(await finders(fake, "page:note", { anonymous: true })).toEqual(PEOPLE);
    fake.at("plan").view.users.add("eve");
    expect(await finders(fake, "page:note", { anonymous: true })).toEqual(["eve"]);
  });

  test("no app, no customer, no deactivated account, and no group that is not shown whole", async () => {
    const fake = wiki();
    fake.groups.get("g0")?.add("eve").add("app").add("dan").add(ADA);
    expect(await finders(fake, "page:other")).toEqual([ADA, "dan", "eve"]);
    for (const account of fake.accounts) if (account.id === "eve") account.active = false;
    expect(await finders(fake, "page:other")).toEqual([ADA, "dan"]);
    fake.faults.push({
      at: /group\/g0\/membersByGroupId/,
      answer: () => ({ results: [{ accountId: "dan" }], start: 0, limit: 2, size: 2 }),
    });
    expect(await finders(fake, "page:other")).toEqual([]);
  });
});

describe("bad input", () => {
  test("pages that loop end the listing with an error", async () => {
    for (const at of [/spaces\/s1\/pages$/, /spaces\/s1\/permissions$/, /spaces$/]) {
      const fake = wiki();
      const answer = goingOnTo("/wiki/api/v2/x?cursor=0");
      fake.faults.push({ at, answer });
      const isOne = String(at).includes("permissions");
      // oxlint-disable-next-line no-await-in-loop -- one world after the other
      if (isOne) expect(await finders(fake, "page:note")).toEqual([]);
      // oxlint-disable-next-line no-await-in-loop -- one world after the other
      else
        await expect(crawl(confluence, fake.source())).rejects.toMatchObject({ code: "malformed" });
    }
  });

  test("a next page is asked for at the site alone, whatever the answer names", async () => {
    const fake = wiki();
    const answer = goingOnTo("https://elsewhere.test/?cursor=2");
    fake.faults.push({ at: /spaces$/, answer });
    await expect(crawl(confluence, fake.source())).rejects.toMatchObject({ code: "malformed" });
    expect(fake.asked.length).toBeGreaterThan(0);
  });

  test.each(["busy", "unavailable", "reconnect"] as const)(
    "%s stops the step, and is no statement of rights",
    async (code) => {
      const fake = wiki();
      const answer = () => {
        throw new SourceError(code, "not now", { retryAfterMs: 7_000 });
      };
      fake.faults.push({ at: /content\/note\/restriction/, answer });
      await expect(crawl(confluence, fake.source())).rejects.toMatchObject({
        code,
        retryAfterMs: 7_000,
      });
    },
  );

  test("an unknown account in a restriction lets nobody in", async () => {
    const fake = wiki();
    fake.at("plan").view.users.add("ghost");
    expect(await finders(fake, "page:note")).toEqual([]);
  });
});

test("edits come in once, with the folders that they are in, and the bin is gone", async () => {
  const fake = wiki();
  const changes = confluence.mirror?.changes;
  if (changes === undefined) throw new Error("no changes");
  const source = fake.source();
  const round = async (from: string): Promise<{ ids: string[]; next: string }> => {
    const ids: string[] = [];
    let page = await changes(source, from);
    for (;;) {
      for (const one of page.changes)
        ids.push(one.kind === "item" ? one.item.id : `${one.kind} ${one.id}`);
      if (page.done) return { ids, next: page.next };
      // oxlint-disable-next-line no-await-in-loop -- each page names the next
      page = await changes(source, page.next);
    }
  };
  const first = await round((await changes(source, null)).next);
  expect(first.ids).toEqual(
    expect.arrayContaining(["folder:shelf", "page:plan", "attachment:file"]),
  );
  expect(first.ids.indexOf("folder:shelf")).toBeLessThan(first.ids.indexOf("page:plan"));
  const second = await round(first.next);
  expect(second.ids).toEqual([]);
  fake.at("note").edited = fake.clock++;
  expect((await round(second.next)).ids).toEqual(["page:note"]);
  fake.at("note").status = "trashed";
  expect(await confluence.mirror?.item(source, "page:note")).toBeNull();
});

test("asked at once, Confluence answers for each person and page, and a failure is unknown", async () => {
  const fake = wiki();
  fake.at("plan").view.users.add(ADA);
  fake.faults.push({
    at: /content\/home\/permission/,
    answer: () => {
      throw new SourceError("forbidden", "403");
    },
  });
  const ids = ["page:note", "page:home", "space:s1", "attachment:file"];
  const answers = await confluence.mirror?.check?.(fake.source(), ADA, ids);
  expect(Object.fromEntries(answers ?? [])).toEqual({
    "page:note": "yes",
    "attachment:file": "yes",
    "page:home": "unknown",
  });
  expect((await confluence.mirror?.check?.(fake.source(), BOB, ids))?.get("page:note")).toBe("no");
});

const IDS = ["home", "shelf", "board", "plan", "note", "sub", "post", "other"];
const place = fc.constantFrom(...IDS);
const who = fc.constantFrom(...PEOPLE, "g0", "g1", "g2");
const group = fc.constantFrom("g0", "g1", "g2");
const user = fc.constantFrom(...PEOPLE);
const space = fc.constantFrom("s1", "s2");
const mutation = fc.oneof(
  fc.record({ do: fc.constant("restrict" as const), place, who }),
  fc.record({ do: fc.constant("lift" as const), place }),
  fc.record({ do: fc.constant("grant" as const), space, who }),
  fc.record({ do: fc.constant("take" as const), space, who }),
  fc.record({ do: fc.constant("anonymous" as const), space }),
  fc.record({
    do: fc.constant("move" as const),
    to: fc.constantFrom("home", "shelf", "board", "other"),
  }),
  fc.record({ do: fc.constant("join" as const), group, user }),
  fc.record({ do: fc.constant("leave" as const), group, user }),
  fc.record({
    do: fc.constant("archive" as const),
    place: fc.constantFrom("note", "post", "other"),
  }),
  fc.record({ do: fc.constant("delete" as const), place: fc.constantFrom("note", "sub", "post") }),
  fc.record({ do: fc.constant("deactivate" as const), user }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(fake: FakeConfluence, one: Mutation): void {
  if (one.do === "restrict" || one.do === "grant") {
    const list = one.do === "grant" ? fake.spaces.get(one.space) : fake.at(one.place).view;
    (one.who.startsWith("g") ? list?.groups : list?.users)?.add(one.who);
  } else if (one.do === "take") {
    fake.spaces.get(one.space)?.users.delete(one.who);
    fake.spaces.get(one.space)?.groups.delete(one.who);
  } else if (one.do === "lift") {
    fake.at(one.place).view.users.clear();
    fake.at(one.place).view.groups.clear();
  } else if (one.do === "anonymous") {
    const at = fake.spaces.get(one.space);
    if (at) at.anonymous = !at.anonymous;
  } else if (one.do === "move") move(fake, one.to);
  else if (one.do === "join") fake.groups.get(one.group)?.add(one.user);
  else if (one.do === "leave") fake.groups.get(one.group)?.delete(one.user);
  else if (one.do === "archive") fake.at(one.place).status = "archived";
  else if (one.do === "delete") fake.at(one.place).status = "trashed";
  else for (const account of fake.accounts) if (account.id === one.user) account.active = false;
}

/** With all that is under it, also into another space. */
function move(fake: FakeConfluence, to: string): void {
  const plan = fake.at("plan");
  plan.parent = to;
  for (const id of ["plan", "note", "file"]) fake.at(id).space = fake.at(to).space;
}

test("no leak and no loss under random restrictions, moves, permissions and memberships", async () => {
  const figures = { leaks: 0, losses: 0, judged: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(mutation, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      async (mutations, anonymous) => {
        const fake = wiki();
        fake.anonymousSite = anonymous;
        for (const one of mutations) {
          mutate(fake, one);
          // oxlint-disable-next-line no-await-in-loop -- each state is judged
          const found = await crawl(confluence, fake.source({ anonymous }));
          for (const id of fake.places.keys()) {
            const page = fake.at(id).type === "attachment" ? (fake.at(id).parent ?? "") : id;
            const due = new Set(fake.viewers(page));
            const got = new Set(found.finders(typed(fake, id)));
            // A board without a page in it is in no listing; it has nothing to read.
            if (fake.at(id).type === "folder" || fake.at(id).type === "whiteboard") continue;
            figures.judged += PEOPLE.length;
            figures.leaks += [...got].filter((name) => !due.has(name)).length;
            figures.losses += [...due].filter((name) => !got.has(name)).length;
          }
          expect(figures).toMatchObject({ leaks: 0, losses: 0 });
        }
      },
    ),
    { numRuns: 80 },
  );
  expect(figures.judged).toBeGreaterThan(5_000);
}, 120_000);
