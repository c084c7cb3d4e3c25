// What a person finds and opens in PostgreSQL is what their role itself selects, whoever asks for what.
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postgres } from "../../src/index.ts";
import { makeWorld, type World } from "./world.ts";

let world: World;
let people: string[];
beforeAll(async () => {
  world = await makeWorld();
  const staff = await world.role("staff");
  // A name that needs quotes, and would end a badly quoted one.
  people = [
    await world.role('ann "a" O\'Neil;--'),
    await world.role("Bob"),
    await world.role("cy"),
  ];
  await world.run(`
    create schema crm;
    create table crm.reader (note int, role text);
    create table crm."note ""n""" (
      id int primary key, title text, body text, amount numeric, hidden text default 'hidden');
    alter table crm."note ""n""" enable row level security;
    create policy read on crm."note ""n""" for select using (exists (
      select from crm.reader r where r.note = id
        and (r.role = current_user or pg_catalog.pg_has_role(current_user, r.role, 'usage'))));
    create view crm.seen with (security_invoker) as
      select id, title, body, amount from crm."note ""n""" where id < 7;
    grant usage on schema crm to public;
    grant select on crm.reader to public;
    grant select (id, title, body, amount) on crm."note ""n""", crm.seen to public;
    grant "${staff}" to "Bob${staff.slice(5)}";
  `);
  people.push(staff);
});
afterAll(() => world.close());

const NOTE = { schema: "crm", key: "id", title: "title", text: ["body"] };
const settings = {
  relations: [
    { ...NOTE, name: "notes", table: 'note "n"', columns: ["amount"] },
    { ...NOTE, name: "seen", table: "seen" },
  ],
};

function where(column: string, is: string, value: string) {
  return { where: [{ column, is, value }] };
}

async function searched(user: string, query: string, limit = 50): Promise<string[]> {
  const hits = await postgres.live?.search(world.source(user, settings), query, limit);
  return (hits ?? []).map(({ id }) => id).toSorted();
}

async function opened(user: string, ids: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    ids.map(async (id) => postgres.live?.open(world.source(user, settings), id)),
  );
  return ids.filter((_, i) => found[i]).toSorted();
}

async function selected(role: string): Promise<string[]> {
  const rows = await world.as(
    role,
    `select 'notes/' || id as id from crm."note ""n""" union all select 'seen/' || id from crm.seen`,
  );
  return rows.map(({ id }) => String(id)).toSorted();
}

describe("a person's rows", () => {
  test("found and opened are those that the role itself selects", async () => {
    const grants = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(3)), {
      selector: String,
      maxLength: 14,
    });
    let some = 0;
    await fc.assert(
      fc.asyncProperty(grants, async (given) => {
        const values = given.map(([note, who]) => `(${note}, $r$${people[who]}$r$)`);
        await world.run(`truncate crm.reader, crm."note ""n""";
          insert into crm."note ""n""" (id, title, body)
            select n, 'Note ' || n, 'The refund of order ' || n from generate_series(1, 9) n;
          ${values.length > 0 ? `insert into crm.reader values ${values.join(", ")}` : ""}`);
        const ids = ["notes", "seen"].flatMap((name) =>
          Array.from({ length: 9 }, (_, i) => `${name}/${i + 1}`),
        );
        for (const who of people) {
          // oxlint-disable-next-line no-await-in-loop -- the world holds still for one at a time
          const due = await selected(who);
          some += due.length;
          // oxlint-disable-next-line no-await-in-loop
          expect(await searched(who, "refunds")).toEqual(due);
          // oxlint-disable-next-line no-await-in-loop
          expect(await opened(who, ids)).toEqual(due);
        }
      }),
      { numRuns: 6 },
    );
    expect(some).toBeGreaterThan(10);
  });
});

describe("with one note of each person", () => {
  beforeAll(async () => {
    await world.run(`truncate crm.reader, crm."note ""n""";
      insert into crm."note ""n""" values (1, 'One', 'refund a', 10.5), (2, 'Two', 'refund b', 20),
        (3, 'Three', 'refund ''c'' & d', 30);
      insert into crm.reader select i, (array[$r$${people[0]}$r$, $r$${people[1]}$r$,
        $r$${people[2]}$r$])[i] from generate_series(1, 3) i`);
  });

  test("a hit names the row, its place and what it says", async () => {
    const relations = [{ ...settings.relations[0], url: "https://crm.example.com/n/{key}" }];
    const source = world.source(people[0] ?? "", { relations });
    expect(await postgres.live?.search(source, "refund", 5)).toEqual([
      {
        id: "notes/1",
        title: "One",
        path: `${world.database}/notes`,
        url: "https://crm.example.com/n/1",
        quote: "refund a",
      },
    ]);
    expect(world.dialled.at(-1)).toEqual({
      protocol: "postgres",
      host: "db.example.com",
      port: 5432,
    });
  });

  test("no key, query or filter is read as SQL", async () => {
    const nasty = [
      "1 or true",
      "1; drop table crm.reader",
      "1) or (1=1",
      "1::int or 1=1 --",
      "'||(select 'x')||'",
      "$1",
      "$stead$",
      "\\'; select 1; --",
      "2",
      "01",
      "1 ",
      "",
      "9".repeat(400),
      "1\0",
    ];
    const ids = nasty.flatMap((key) => [`notes/${key}`, `${key}/1`, `crm.${key}/1`]);
    expect(await opened(people[0] ?? "", ids)).toEqual([]);
    for (const query of [
      ...nasty.filter((each) => !each.includes("\0")),
      "| & ! <-> :*",
      "(((",
      "'a' | 'b",
    ])
      // oxlint-disable-next-line no-await-in-loop -- each is a connection
      expect(await searched(people[0] ?? "", `${query} refund`)).toEqual(["notes/1", "seen/1"]);
    expect(await selected(people[1] ?? "")).toEqual(["notes/2", "seen/2"]);
  });

  test("of no other identity than a person's own role is anything read", async () => {
    const strangers = [
      "none",
      "NONE",
      world.login,
      "postgres",
      "no_such_role",
      "",
      "public",
      "x".repeat(70),
    ];
    strangers.push(`${people[0]}${" ".repeat(70)}`, (people[1] ?? "").toLowerCase(), "a\0b");
    for (const user of strangers)
      // oxlint-disable-next-line no-await-in-loop -- each is a connection
      await expect(searched(user, "refund"), user).rejects.toMatchObject({ code: "forbidden" });
  });

  test("the tool filters by type, on configured columns alone", async () => {
    const tool = postgres.tools?.[0];
    const ask = (given: object) => {
      const input = tool?.input.parse({ table: "notes", ...given });
      return tool?.run(world.source(people[2] ?? "", settings), input ?? {}, "key");
    };
    const row = { id: "3", title: "Three", body: "refund 'c' & d", amount: "30" };
    expect(JSON.parse((await ask(where("amount", ">", "9"))) ?? "")).toEqual(row);
    expect(await ask(where("amount", "<", "9"))).toBe("No row that this person may see.");
    expect(await ask(where("body", "contains", "'C'"))).toContain("Three");
    expect(await ask(where("body", "=", "x' or true --"))).toBe("No row that this person may see.");
    for (const column of ["hidden", 'amount" > 0 or true --', "ctid"])
      // oxlint-disable-next-line no-await-in-loop -- each is a connection
      await expect(ask(where(column, "=", "1"))).rejects.toMatchObject({ code: "missing" });
    await expect(ask({ table: "reader" })).rejects.toMatchObject({ code: "missing" });
    await expect(ask({ orderBy: "random()" })).rejects.toMatchObject({ code: "missing" });
    await expect(ask(where("amount", "=", "many"))).rejects.toMatchObject({ code: "malformed" });
  });

  test("a role that is taken from Stead, or a right from a role, takes force at once", async () => {
    const who = people[0] ?? "";
    const quoted = `"${who.replaceAll('"', '""')}"`;
    expect(await searched(who, "refund")).toEqual(["notes/1", "seen/1"]);
    await world.run(`revoke ${quoted} from ${world.login}`);
    await expect(searched(who, "refund")).rejects.toMatchObject({ code: "forbidden" });
    await world.run(`grant ${quoted} to ${world.login} with inherit false`);
    await world.run(`revoke all on crm.seen from public;
      revoke all (id, title, body, amount) on crm.seen from public`);
    expect(await searched(who, "refund")).toEqual(["notes/1"]);
    expect(await opened(who, ["notes/1", "seen/1"])).toEqual(["notes/1"]);
    await world.run("grant select on crm.seen to public");
  });
});
