// The audit log tells of changed rights before the hourly reading does: by name alone, so by reading again.
import { SourceError } from "@stead/sdk";
import { describe, expect, test } from "vitest";
import { confluence } from "../../src/index.ts";
import { FakeConfluence } from "./fake.ts";

function wiki(): FakeConfluence {
  const fake = new FakeConfluence();
  for (const one of ["ada", "bob"]) fake.person(one);
  for (const group of ["g0", "g1", "g2"]) fake.groups.set(group, new Set());
  fake.space("s1").users.add("ada").add("bob");
  fake.space("s2").groups.add("g0");
  fake.add({ id: "home", space: "s1" });
  fake.add({ id: "plan", space: "s1", parent: "home" });
  fake.add({ id: "other", space: "s2" });
  return fake;
}

async function rounds(fake: FakeConfluence, settings = { audit: true }) {
  const changes = confluence.mirror?.changes;
  if (changes === undefined) throw new Error("no changes");
  const source = fake.source(settings);
  let next = (await changes(source, null)).next;
  return async (): Promise<string[]> => {
    const ids: string[] = [];
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- each page names the next
      const page = await changes(source, next);
      ({ next } = page);
      for (const one of page.changes)
        ids.push(one.kind === "item" ? one.item.id : `${one.kind} ${one.id}`);
      if (page.done) return ids;
    }
  };
}
const act = (fake: FakeConfluence, ...names: [string, string][]) =>
  fake.audits.push({ atMs: Date.now(), summary: "Something changed", names });

describe("what the audit log names", () => {
  test("is read again with all below, once: a page, a space and a group, by name", async () => {
    const fake = wiki();
    const round = await rounds(fake);
    await round();
    fake.at("plan").view.users.add("bob");
    act(fake, ["Page", "plan"]);
    expect(await round()).toEqual(["page:plan", "subtree page:plan"]);
    expect(await round()).toEqual([]);
    act(fake, ["Space", "s2"]);
    act(fake, ["Group", "name of g1"], ["User", "ada"]);
    act(fake, ["Space", "S1"]);
    const told = await round();
    expect(told).toEqual(
      expect.arrayContaining(["group g1", "subtree space:s1", "space:s2", "subtree space:s2"]),
    );
    expect(told).toHaveLength(5);
    expect(await round()).toEqual([]);
  });

  test("of another thing of that name is read, too, and of nothing is nothing", async () => {
    const fake = wiki();
    fake.add({ id: 'say "hi"', space: "s1" });
    const round = await rounds(fake);
    await round();
    act(fake, ["Page", 'say "hi"'], ["Page", "nowhere"], ["Theme", "home"]);
    expect(await round()).toEqual([
      'page:say "hi"',
      'subtree page:say "hi"',
      "page:home",
      "subtree page:home",
    ]);
  });

  test("is not asked for unless it is turned on; without the right that is said", async () => {
    const fake = wiki();
    fake.faults.push({
      at: /audit$/,
      answer: () => {
        throw new SourceError("forbidden", "403");
      },
    });
    const off = await rounds(fake, { audit: false });
    await off();
    expect(fake.asked.some((path) => path.endsWith("/audit"))).toBe(false);
    const on = await rounds(fake);
    await expect(on()).rejects.toMatchObject({ code: "forbidden" });
  });
});
