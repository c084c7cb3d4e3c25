// What is hostile inside the database itself: functions, search paths, roles that may too much. Each trick is
// first shown to work against a plain SET ROLE, so that its failure here is the connector's doing.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { postgres } from "../../src/index.ts";
import { makeWorld, type World } from "./world.ts";

let world: World;
let ann: string;
let bob: string;
beforeEach(async () => {
  world = await makeWorld();
  ann = await world.role("ann");
  bob = await world.role("bob");
  await world.run(`
    create table public.note (id int primary key, title text, body text, owner text);
    insert into public.note values (1, 'One', 'refund of ann', '${ann}'),
      (2, 'Two', 'refund of bob', '${bob}'), (3, 'Three', 'refund of nobody', '${world.login}');
    alter table public.note enable row level security;
    create policy own on public.note for select using (owner = current_user);
    grant select on public.note to "${ann}", "${bob}", ${world.login};
  `);
});
afterEach(() => world.close());

const NOTES = { name: "notes", table: "note", key: "id", title: "title", text: ["body"] };
const settings = { relations: [NOTES] };

const check = () => postgres.test(world.source(ann, settings));

async function found(user: string, relations: readonly object[] = [NOTES]) {
  const hits = await postgres.live?.search(world.source(user, { relations }), "refund", 20);
  return (hits ?? []).map(({ quote }) => quote).toSorted();
}

/** A plain SET ROLE in a session of the login role: what the connector would be without its function. */
async function plainly(user: string, sql: string): Promise<string> {
  await world.run(`set session authorization ${world.login}`);
  try {
    return JSON.stringify(await world.as(user, sql));
  } finally {
    await world.run("reset session authorization");
  }
}

/** A view whose function turns into somebody else and brings their rows along. */
function trap(turn: string, attributes = ""): string {
  return `
    create function public.other() returns text language plpgsql ${attributes} as $f$
      declare got text;
      begin
        ${turn}
        select string_agg(body, ', ') into got from public.note;
        return got;
      end $f$;
    create view public.trap as select 1 as id, 'refund' as title, public.other() as body;
    grant select on public.trap to public;`;
}
const TRAP = { ...NOTES, name: "trap", table: "trap" };

describe("a function of a view", () => {
  const turns: [string, (to: { bob: string; login: string }) => string][] = [
    ["RESET ROLE", () => "reset role;"],
    ["SET ROLE NONE", () => "set local role none;"],
    ["SET ROLE of somebody else", (to) => `execute 'set local role "${to.bob}"';`],
    ["set_config", (to) => `perform pg_catalog.set_config('role', '${to.bob}', false);`],
    ["SET SESSION AUTHORIZATION", (to) => `execute 'set session authorization ${to.login}';`],
  ];
  test.each(turns)("can't widen by %s", async (_name, turn) => {
    await world.run(trap(turn({ bob, login: world.login })));
    const plain = await plainly(ann, "select body from public.trap");
    expect(plain).toMatch(/refund of (bob|nobody)/);
    expect(await found(ann, [TRAP])).toEqual([]);
  });

  test("can't widen by a role that it sets for itself", async () => {
    await world.run(trap("", `set role to '${bob}'`));
    expect(await plainly(ann, "select body from public.trap")).toContain("refund of bob");
    expect(await found(ann, [TRAP])).toEqual([]);
  });

  test("with its definer's rights gives what it gives the role itself, and can't turn further", async () => {
    await world.run(trap("", "security definer"));
    await world.run(`grant create on schema public to "${bob}"`);
    await world.run(`alter function public.other() owner to "${bob}"`);
    expect(await plainly(ann, "select body from public.trap")).toContain("refund of bob");
    expect(await found(ann, [TRAP])).toEqual(["refund of bob"]);
  });

  test("can't write", async () => {
    await world.run(
      `create table public.taken (body text); grant insert on public.taken to public`,
    );
    await world.run(trap("insert into public.taken values ('x');"));
    await expect(found(ann, [TRAP])).rejects.toMatchObject({ name: "SourceError" });
    expect(await world.run("select * from public.taken")).toEqual([]);
  });

  test("can't hold the search for ever", async () => {
    await world.run(trap("perform pg_catalog.pg_sleep(600);"));
    const source = world.source(ann, { relations: [TRAP], timeoutMs: 200 });
    await expect(postgres.live?.search(source, "refund", 5)).rejects.toMatchObject({
      code: "busy",
    });
  });

  test("that a policy calls is held in the same way", async () => {
    await world.run(`
      create function public.turn() returns boolean language plpgsql as $f$
        begin execute 'set local role "${bob}"'; return true; end $f$;
      create policy turned on public.note for select using (public.turn());`);
    expect(await plainly(ann, "select body from public.note")).toContain("refund of bob");
    expect(await found(ann)).toEqual([]);
  });
});

describe("names that mean something else", () => {
  test("a hostile search path, of the login role and of the database, changes nothing", async () => {
    await world.run(`
      create schema evil;
      grant usage on schema evil to public;
      create table evil.note as select 9 as id, 'x'::text as title, 'refund of evil'::text as body;
      create function evil.left(text, int) returns text language plpgsql as
        $f$ begin execute 'reset role'; return 'evil refund'; end $f$;
      create function evil.to_tsvector(regconfig, text) returns tsvector language sql as
        $f$ select 'refund'::tsvector $f$;
      grant select on evil.note to public;
      alter role ${world.login} set search_path = evil, public;
      alter database ${world.database} set search_path = evil, public;
      alter role ${world.login} set row_security = off;
      alter database ${world.database} set default_transaction_read_only = on;`);
    expect(await found(ann)).toEqual(["refund of ann"]);
  });

  test("a name too long for PostgreSQL is refused, for it would be cut to another", async () => {
    const long = { ...NOTES, table: "n".repeat(64) };
    expect(
      postgres.parseSettings(world.source(ann, { relations: [long] }).settings),
    ).toHaveProperty("problem");
  });
});

describe("the login role", () => {
  test("is accepted as the guide has it made", async () => {
    expect(await check()).toEqual({ account: `${world.login}@db.example.com/${world.database}` });
  });

  const more: [string, (login: string) => string, (login: string) => string][] = [
    ["SUPERUSER", (l) => `alter role ${l} superuser`, (l) => `ALTER ROLE "${l}" NOSUPERUSER;`],
    ["BYPASSRLS", (l) => `alter role ${l} bypassrls`, (l) => `ALTER ROLE "${l}" NOBYPASSRLS;`],
    ["CREATEROLE", (l) => `alter role ${l} createrole`, (l) => `ALTER ROLE "${l}" NOCREATEROLE;`],
    [
      "the owner of a table",
      (l) => `alter table public.note owner to ${l}`,
      (l) => `REASSIGN OWNED BY "${l}" TO another_role;`,
    ],
    [
      "a reader of everything",
      (l) => `grant pg_read_all_data to ${l}`,
      (l) => `REVOKE "pg_read_all_data" FROM "${l}";`,
    ],
  ];
  test.each(more)("is refused as %s, with what to run, by every act", async (_n, given, fix) => {
    await world.run(given(world.login));
    const refused = { code: "forbidden", message: expect.stringContaining(fix(world.login)) };
    await expect(check()).rejects.toMatchObject(refused);
    await expect(found(ann)).rejects.toMatchObject(refused);
    await world.run(`alter table public.note owner to current_user`);
  });

  test("is refused when it has an owner's rights without becoming it", async () => {
    await world.run(`alter table public.note owner to "${bob}"`);
    await world.run(`grant "${bob}" to ${world.login} with inherit true`);
    const message = expect.stringContaining(
      `GRANT "${bob}" TO "${world.login}" WITH INHERIT FALSE;`,
    );
    await expect(check()).rejects.toMatchObject({ message });
    await world.run(`grant "${bob}" to ${world.login} with inherit false`);
    await check();
  });

  test("that may become a superuser is refused, and no superuser is a person's role", async () => {
    const root = await world.role("root", "superuser");
    await expect(found(root)).rejects.toMatchObject({ code: "forbidden" });
    await expect(check()).rejects.toMatchObject({
      message: expect.stringContaining(`REVOKE "${root}" FROM "${world.login}";`),
    });
  });

  test("with another password is told to connect again", async () => {
    await world.run(`alter role ${world.login} password 'another'`);
    await expect(check()).rejects.toMatchObject({ code: "reconnect" });
  });

  test("hears of tables and columns that there are not", async () => {
    const source = world.source(ann, { relations: [{ ...NOTES, text: ["body", "no"] }] });
    await expect(postgres.test(source)).rejects.toMatchObject({
      code: "settings",
      message: "notes: there is no column no.",
    });
  });

  test("without TEMPORARY for the people's roles finds nothing and says what to run", async () => {
    await world.run(`revoke temporary on database ${world.database} from public`);
    await expect(found(ann)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("GRANT TEMPORARY ON DATABASE"),
    });
  });
});

test("people are linked by the table that says whose each role is, and by one address alone", async () => {
  await world.run(`
    create table public.people (role text, email text);
    grant select on public.people to ${world.login};
    insert into public.people values ('${ann}', 'ann@example.com'), ('gone', 'gone@example.com'),
      ('${bob}', 'bob@example.com'), ('${bob}', 'rob@example.com'), ('${world.login}', 'x@x');`);
  const people = { table: "people", role: "role", email: "email" };
  const listed = await postgres.live?.users?.(world.source("", { ...settings, people }), null);
  const annUser = { id: ann, name: ann, active: true };
  const bobUser = { id: bob, name: bob, active: true };
  expect(listed?.items).toEqual([{ ...annUser, email: "ann@example.com" }, bobUser]);
  // Without a table each role is listed, for administrators to say whose it is.
  const plain = await postgres.live?.users?.(world.source("", settings), null);
  expect(plain).toEqual({ items: [annUser, bobUser], next: null });
});

test("a server that sends without end is left", async () => {
  await world.run(`alter table public.note add words tsvector;
    insert into public.note (id, title, body, owner, words)
    select i, 'T', repeat('x', 20000), '${ann}', 'refund' from generate_series(10, 2000) i`);
  const relations = [{ ...NOTES, vector: "words" }];
  const source = world.source(ann, { relations, timeoutMs: 60_000 });
  expect(await postgres.live?.search(source, "refund", 2)).toHaveLength(2);
  await expect(postgres.live?.search(source, "refund", 2_000)).rejects.toMatchObject({
    code: "too_large",
  });
});
