// Found by meaning: over the real database, the real wire and a server that understands a few
// words. What may not be read is never found, what may not be sent is never sent, and whatever the
// model does, words still find.
import type { Label } from "@stead/protocol";
import { sql } from "kysely";
import { afterEach, describe, expect, test, vi } from "vitest";
import { assert, ok } from "../../lib/result.ts";
import type { Illness } from "../../models/embeddings.fixture.ts";
import { permitsOf } from "../../models/models.fixture.ts";
import { idsOf, inThisThread, openWorld, SMALL, type World } from "./meaning.fixture.ts";

let world: World;
afterEach(() => world.close());

async function open(policies?: string): Promise<World> {
  world = await openWorld(policies);
  await world.put("leave", "Thirty days of leave a year.");
  await world.put("secret", "Leave of the board.", { readers: { person: "eve" } });
  await world.put("canteen", "The canteen opens at noon.");
  return world;
}

async function chosen(model = SMALL): Promise<void> {
  const done = await world.choose(model);
  assert(done.ok, done.ok ? "" : done.failure.detail);
  await world.keep();
}

/** Several passages, of which the last is about something. */
function bookThatEnds(last: string): string {
  const plain = "plain text ".repeat(70);
  return `${["a", "b", "c", "d", "e"].map((each) => `${each} is ${plain}`).join("\n\n")}${last}`;
}

describe("with a model", () => {
  test("what means the same is found without a shared word, by those who may read it", async () => {
    await open();
    expect(idsOf(await world.find("bob", "vacation"))).toEqual([]);
    await chosen();
    const found = await world.find("bob", "vacation");
    expect(idsOf(found)[0]).toBe("leave");
    expect(idsOf(found)).not.toContain("secret");
    expect(found.unanswered).toEqual([]);
    expect(
      idsOf(await world.find("eve", "vacation"))
        .slice(0, 2)
        .toSorted(),
    ).toEqual(["leave", "secret"]);
    const forBoth = await world.find("eve", "vacation", { alsoFor: ["bob"] });
    expect(idsOf(forBoth)).not.toContain("secret");
    expect(await world.settings()).toMatchObject({
      embeddingModel: SMALL,
      decidedBy: "ada",
      meaning: { documents: 3, done: 3, refused: 0, waiting: "" },
    });
  });

  test("nothing is sent before one is chosen, and what was made goes when it is given up", async () => {
    await open();
    await world.keep();
    await world.find("bob", "vacation");
    expect(world.server.requests).toEqual([]);
    await chosen();
    expect(await world.choose(null)).toMatchObject({ ok: true, value: { embeddingModel: null } });
    const { rows } = await sql`select from document_vector`.execute(world.ctx.db);
    expect(rows).toEqual([]);
    expect(idsOf(await world.find("bob", "vacation"))).toEqual([]);
    expect((await world.settings()).decidedBy).toBeNull();
  });

  test("neither a restart nor a lost index pays twice; a change pays for what is new", async () => {
    await open();
    await world.put("book", bookThatEnds("."));
    await chosen();
    const paid = world.server.texts.length;
    world.restart();
    await world.keep();
    expect(world.server.texts).toHaveLength(paid);
    const anew = inThisThread(world.ctx);
    expect(idsOf(await world.find("bob", "vacation", { index: anew }))[0]).toBe("leave");
    expect(world.server.texts.length - paid).toBe(1);
    await world.put("book", bookThatEnds(" And a holiday."));
    await world.keep();
    expect(world.server.texts.length - paid).toBe(2);
    expect(idsOf(await world.find("bob", "sabbatical"))).toContain("book");
    await anew.close();
  });

  test("what one model made is never compared with what another made", async () => {
    await open();
    await chosen();
    expect(idsOf(await world.find("bob", "vacation"))[0]).toBe("leave");
    const done = await world.choose("other/small");
    assert(done.ok, "chosen");
    expect(idsOf(await world.find("bob", "vacation"))).toEqual([]);
    await world.keep();
    expect(idsOf(await world.find("bob", "vacation"))[0]).toBe("leave");
  });

  test("a question of the same person is asked once", async () => {
    await open();
    await chosen();
    const before = world.server.requests.length;
    for (let i = 0; i < 3; i++) await world.find("bob", "vacation");
    expect(world.server.requests.length - before).toBe(1);
    await world.find("eve", "vacation");
    expect(world.server.requests.length - before).toBe(2);
    // What was spent is written beside the answer.
    await vi.waitFor(async () => {
      const { spend } = await world.settings();
      expect(spend).toEqual([
        { model: SMALL, kind: "document", texts: 3, inputTokens: 30, costMicros: 30 },
        { model: SMALL, kind: "query", texts: 2, inputTokens: 20, costMicros: 20 },
      ]);
    }, 20_000);
  });
});

describe("what may be sent", () => {
  const NO_PHI = `@id("test.no-phi") @reason("Health data stays")
    forbid (principal, action == Action::"model.complete", resource)
    when { context.labels.classes.contains("phi") };`;

  test("is decided by policy, by the classes of each document", async () => {
    await open(NO_PHI);
    await world.put("chart", "A patient's leave.", { classes: ["phi"] });
    await chosen();
    expect(world.server.texts.join("\n")).not.toContain("patient");
    expect((await world.settings()).meaning).toMatchObject({ documents: 4, done: 3, refused: 1 });
    expect(idsOf(await world.find("bob", "patient"))).toContain("chart");
  });

  test("and by those of what a question was made of", async () => {
    await open(NO_PHI);
    await chosen();
    const permit = (await permitsOf([SMALL])).get(SMALL);
    assert(permit, "there is one");
    const label: Label = { audience: [], classes: ["phi"], trust: "person" };
    const journal = { now: async () => ok(), later: () => undefined };
    const before = world.server.requests.length;
    const asked = { way: { permit, label, journal } };
    const found = await world.find("bob", "leave of the patient", asked);
    expect(world.server.requests).toHaveLength(before);
    expect(idsOf(found)).toContain("leave");
    expect(found.unanswered).toMatchObject([{ name: "Search by meaning" }]);
    expect(found.unanswered[0]?.why).toMatch(/policy/);
  });

  test("goes out on the decision of somebody who may still take it", async () => {
    await open();
    await chosen();
    await sql`update person set roles = '{employee}' where id = 'ada'`.execute(world.ctx.db);
    world.restart();
    const before = world.server.requests.length;
    await world.put("new", "About the holiday.");
    await world.keep();
    const found = await world.find("bob", "canteen");
    expect(world.server.requests).toHaveLength(before);
    expect(idsOf(found)).toEqual(["canteen"]);
    expect(found.unanswered).toHaveLength(1);
    expect((await world.settings()).meaning.waiting).toMatch(/may not any more/);
  });

  test("is written down without the text of a document", async () => {
    await open();
    await chosen();
    await world.put("long", "Much about soup. ".repeat(60));
    await world.keep();
    const { rows } = await sql<{ type: string; bodies: { bytes: number }[] }>`
      select type, bodies from event`.execute(world.ctx.db);
    const types = rows.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(["egress.sent", "search.model-chosen"]));
    // Where it went and how much it was.
    for (const { bytes } of rows.flatMap(({ bodies }) => bodies)) expect(bytes).toBeLessThan(300);
  });
});

describe("a model that", () => {
  const SILENT: readonly Illness[] = [
    "down",
    "hangs",
    "limits",
    "garbage",
    "other-length",
    "zero",
    "refuses-key",
  ];
  test.each(SILENT)("is ill (%s): words find, the answer says so", async (illness) => {
    await open();
    await chosen();
    world.server.illness = illness;
    const found = await world.find("bob", "canteen");
    expect(idsOf(found)).toEqual(["canteen"]);
    expect(found.unanswered).toMatchObject([{ sourceId: "", name: "Search by meaning" }]);
    expect(JSON.stringify(found.unanswered)).not.toContain("sk-test-secret");
    world.server.illness = "none";
  });

  test("is away holds up no document, and what it missed is made up for", async () => {
    await open();
    await chosen();
    world.server.illness = "refuses-key";
    await world.put("new", "About the sabbatical.");
    await world.keep();
    expect(idsOf(await world.find("bob", "sabbatical"))).toEqual(["new"]);
    const { waiting } = (await world.settings()).meaning;
    expect(waiting).toMatch(/does not accept the key/);
    expect(waiting).not.toContain("sk-test-secret");
    world.server.illness = "none";
    await world.keep();
    expect(idsOf(await world.find("bob", "vacation"))).toContain("new");
    expect((await world.settings()).meaning).toMatchObject({ done: 4, waiting: "" });
  });

  test("does not take one document goes on with the others", async () => {
    await open();
    world.server.illness = "takes-no-secret";
    await world.put("odd", "A secret about leave.");
    await chosen();
    expect((await world.settings()).meaning).toMatchObject({ documents: 4, done: 2, refused: 2 });
    expect(idsOf(await world.find("bob", "vacation"))[0]).toBe("leave");
  });

  test("fails at one document, as if it were down, comes to the others all the same", async () => {
    await open();
    world.server.illness = "dies-of-secret";
    await world.put("a-secret", "In the first place.");
    await chosen();
    const done = async (): Promise<number> => {
      await world.keep();
      return (await world.settings()).meaning.done;
    };
    await expect.poll(done, { timeout: 60_000 }).toBe(2);
    expect(idsOf(await world.find("bob", "vacation"))[0]).toBe("leave");
    expect((await world.settings()).meaning.waiting).not.toContain("sk-test-secret");
  }, 90_000);

  test("can't be asked is not chosen, and what was chosen stays", async () => {
    await open();
    world.server.illness = "garbage";
    expect(await world.choose(SMALL)).toMatchObject({ ok: false });
    expect(await world.choose("nobody/nothing")).toMatchObject({
      ok: false,
      failure: { code: "request.invalid" },
    });
    expect((await world.settings()).embeddingModel).toBeNull();
  });
});
