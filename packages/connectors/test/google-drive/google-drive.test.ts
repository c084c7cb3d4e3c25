// Drive's rules one by one, then at random: whoever Drive lets find a file, and nobody else.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { googleDrive } from "../../src/index.ts";
import { crawl } from "../crawl.ts";
import { FakeDrive, type Grant } from "./fake.ts";

const [ADA, BOB, CYD, DAN] = ["ada@a.test", "bob@a.test", "cyd@a.test", "dan@b.test"] as const;

function office(): FakeDrive {
  const fake = new FakeDrive();
  for (const owner of fake.users) fake.add({ id: `root ${owner}`, owner, folder: true });
  fake.add({ id: "mine", parent: `root ${ADA}`, folder: true });
  fake.add({ id: "plan", parent: "mine" });
  fake.add({
    id: "team",
    drive: "team",
    folder: true,
    grants: [
      { type: "user", id: BOB, role: "organizer" },
      { type: "user", id: CYD, role: "reader" },
    ],
  });
  fake.add({ id: "open", parent: "team", folder: true });
  fake.add({ id: "closed", parent: "open", folder: true });
  fake.add({ id: "note", parent: "closed" });
  return fake;
}

function user(id: string): Grant {
  return { type: "user", id, role: "reader" };
}

async function finders(fake: FakeDrive, id: string): Promise<string[]> {
  return (await crawl(googleDrive, fake.source())).finders(id);
}

describe("a file of Drive is found", () => {
  test("through a limited-access folder by those named on it, by managers, and by no other", async () => {
    const fake = office();
    expect(await finders(fake, "note")).toEqual([BOB, CYD]);
    fake.at("closed").limited = true;
    expect(await finders(fake, "note")).toEqual([BOB]);
    fake.at("closed").grants.push(user(DAN));
    expect(await finders(fake, "note")).toEqual([BOB, DAN]);
  });

  test("never by who only sees the name of a limited folder", async () => {
    const fake = office();
    fake.at("closed").limited = true;
    fake.at("closed").grants.push({ ...user(CYD), view: "metadata" });
    expect(await finders(fake, "note")).toEqual([BOB]);
  });

  test("never through a share by link", async () => {
    const fake = office();
    fake.at("plan").grants.push({ type: "anyone", id: "", role: "reader" });
    fake.at("plan").grants.push({ type: "domain", id: "a.test", role: "reader" });
    const found = await crawl(googleDrive, fake.source());
    expect(found.finders("plan")).toEqual([ADA]);
    const rule = googleDrive.mirror?.readers(found.items.get("plan")?.access, []);
    expect(rule).toMatchObject({ any: expect.arrayContaining(["link"]) });
  });

  test("by the members of a domain, which is not everyone", async () => {
    const fake = office();
    fake.at("plan").grants.push({ type: "domain", id: "a.test", role: "reader", found: true });
    expect(await finders(fake, "plan")).toEqual([ADA, BOB, CYD]);
  });

  test("in a shared drive by members and by those that it is shared with, all pages of them", async () => {
    const fake = office();
    fake.at("team").grants.push({ type: "group", id: "g0", role: "reader" });
    fake.at("note").grants.push(user(ADA));
    fake.groups.set("g0", new Set(["g1"]));
    fake.groups.set("g1", new Set(["g0", DAN]));
    expect(await finders(fake, "note")).toEqual([ADA, BOB, CYD, DAN]);
    expect(await finders(fake, "open")).toEqual([BOB, CYD, DAN]);
  });

  test("by nobody when its permissions are not shown", async () => {
    const fake = office();
    fake.hidden.add("plan");
    expect(await finders(fake, "plan")).toEqual([]);
    fake.at("note").grants.push(user(ADA));
    fake.hidden.add("note");
    expect(await finders(fake, "note")).toEqual([]);
  });
});

test("a change of a folder has its subtree judged again, in the log of each drive", async () => {
  const fake = office();
  const source = fake.source();
  const changes = googleDrive.mirror?.changes;
  if (changes === undefined) throw new Error("no changes");
  let page = await changes(source, null);
  fake.log.push("mine", "open");
  const seen: string[] = [];
  do {
    // oxlint-disable-next-line no-await-in-loop -- each page names the next
    page = await changes(source, page.next);
    for (const one of page.changes) seen.push(`${one.kind} ${one.kind === "item" ? "" : one.id}`);
  } while (!page.done);
  expect(seen).toContain("subtree mine");
  expect(seen).toContain("subtree open");
});

const place = fc.constantFrom("mine", "plan", "team", "open", "closed", "note");
const who = fc.constantFrom("ada@a.test", "bob@a.test", "cyd@a.test", "dan@b.test", "g0", "g1");
const group = fc.constantFrom("g0", "g1", "g2");
const mutation = fc.oneof(
  fc.record({ do: fc.constant("share" as const), place, who }),
  fc.record({ do: fc.constant("unshare" as const), place }),
  fc.record({ do: fc.constant("domain" as const), place, found: fc.boolean() }),
  fc.record({ do: fc.constant("anyone" as const), place, found: fc.boolean() }),
  fc.record({
    do: fc.constant("limit" as const),
    place: fc.constantFrom("mine", "open", "closed"),
  }),
  fc.record({ do: fc.constant("move" as const), to: fc.constantFrom("open", "closed", "team") }),
  fc.record({ do: fc.constant("join" as const), group, who }),
  fc.record({ do: fc.constant("leave" as const), group, who }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(fake: FakeDrive, one: Mutation): void {
  if (one.do === "share") {
    const type = one.who.startsWith("g") ? "group" : "user";
    fake.at(one.place).grants.push({ type, id: one.who, role: "reader" });
  } else if (one.do === "unshare") {
    const node = fake.at(one.place);
    node.grants = node.grants.filter((grant, at) => at === 0 && grant.role.startsWith("o"));
  } else if (one.do === "domain") {
    const { found } = one;
    fake.at(one.place).grants.push({ type: "domain", id: "b.test", role: "reader", found });
  } else if (one.do === "anyone") {
    fake.at(one.place).grants.push({ type: "anyone", id: "", role: "reader", found: one.found });
  } else if (one.do === "limit") fake.at(one.place).limited = !fake.at(one.place).limited;
  else if (one.do === "move") fake.at("note").parent = one.to;
  else if (one.do === "join") fake.groups.get(one.group)?.add(one.who);
  else fake.groups.get(one.group)?.delete(one.who);
}

test("no leak and no loss under random shares, moves, limits and memberships", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 14 }), async (mutations) => {
      const fake = office();
      for (const name of ["g0", "g1", "g2"]) fake.groups.set(name, new Set());
      for (const one of mutations) {
        mutate(fake, one);
        // oxlint-disable-next-line no-await-in-loop -- each state is judged
        const found = await crawl(googleDrive, fake.source());
        for (const id of fake.nodes.keys()) {
          const due = fake.users.filter((name) => fake.mayFind(name, id));
          expect(found.finders(id), id).toEqual(due);
        }
      }
    }),
    { numRuns: 60 },
  );
});
