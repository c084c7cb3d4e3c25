// PostgreSQL itself: rows whose policies follow roles in roles, folders, denials and locks. What a role
// reads is what the database gives it under `set role`.
import { createServer } from "node:net";
import { escapeIdentifier, escapeLiteral } from "pg";
import { makeWorld, type World } from "../../../../connectors/test/postgres/world.ts";
import { liveIdOf } from "../../../src/knowledge/live/live.ts";
import { READERS, type Judge, type Kind, type Reader, type Rng, type Told } from "../judge.ts";
import { DOMAIN, MAIL } from "../people.ts";

const WORD = "quarry";
const SCHEMA = `
  create table public.locked (role text);
  create table public.folder (id text primary key, readers text[] not null);
  create table public.note (id text primary key, body text, folder text not null,
    readers text[] not null, denied text[] not null, inherits boolean not null);
  grant select on public.locked, public.folder, public.note to public;
  alter table public.note enable row level security;
  create function public.is_one_of(roles text[]) returns boolean language sql stable as
    $$ select exists (
      select from unnest(roles) role where pg_has_role(current_user, role, 'member')) $$;
  create policy own on public.note for select using (
    not exists (select from public.locked where role = current_user)
    and not public.is_one_of(denied)
    and (public.is_one_of(readers) or (inherits and exists (
      select from public.folder
      where folder.id = note.folder and public.is_one_of(folder.readers)))));
  create table public.people (role text, email text);`;

class NotesJudge {
  readonly #world: World;
  readonly #roles: Readonly<Record<Reader, string>>;
  readonly #groups: readonly string[];
  #made = 0;

  constructor(world: World, roles: Readonly<Record<Reader, string>>, groups: readonly string[]) {
    this.#world = world;
    this.#roles = roles;
    this.#groups = groups;
  }

  get #people(): string[] {
    return READERS.map((reader) => this.#roles[reader]);
  }

  async fill(): Promise<void> {
    const [g0 = "", g1 = ""] = this.#groups;
    const { employee } = this.#roles;
    const people = READERS.map((one) => `(${quoted(this.#roles[one])}, ${quoted(MAIL[one])})`);
    await this.#world.run(`${SCHEMA}
      grant select on public.people to ${escapeIdentifier(this.#world.login)};
      insert into public.people values ${people.join(", ")};
      insert into public.folder values ('f0', ${list([g0])}), ('f1', ${list([g1])});
      grant ${escapeIdentifier(g0)} to ${escapeIdentifier(employee)};`);
    for (const folder of ["f0", "f0", "f1", "f1"]) await this.#add(folder);
  }

  async #add(folder: string): Promise<void> {
    const id = `note${this.#made++}`;
    await this.#world.run(`insert into public.note values
      (${quoted(id)}, 'In the ${WORD} there is ${id}.', ${quoted(folder)}, '{}', '{}', true)`);
  }

  async change(kind: Kind, rng: Rng): Promise<Told> {
    const run = (words: string) => this.#world.run(words);
    const note = quoted(rng.pick(await this.titles()));
    const some = list(rng.some([...this.#people, ...this.#groups]).slice(0, 2));
    switch (kind) {
      case "join":
      case "leave":
        return this.#member(kind, { group: rng.pick(this.#groups), in: rng.pick(this.#people) });
      case "nest": {
        const [group = "", outer = ""] = rng.shuffled(this.#groups);
        return this.#member("join", { group, in: outer });
      }
      case "move":
        await run(`update note set folder = case folder when 'f0' then 'f1' else 'f0' end
          where id = ${note}`);
        return "poll";
      case "break":
      case "restore":
        await run(`update note set inherits = ${kind === "restore"} where id = ${note}`);
        return "poll";
      case "deny":
        await run(`update note set denied = ${some} where id = ${note}`);
        return "poll";
      case "lock":
        await run(`insert into locked values (${quoted(rng.pick(this.#people))})`);
        return "poll";
      case "unlock":
        await run("delete from locked");
        return "poll";
      case "delete":
        await run(`delete from note where id = ${note}`);
        await this.#add(rng.pick(["f0", "f1"]));
        return "poll";
      case "share":
        await run(`update ${rng.pick(["note", "folder"])} set readers = ${some}
          where id in (${note}, ${quoted(rng.pick(["f0", "f1"]))})`);
        return "poll";
      default:
        return kind satisfies never;
    }
  }

  async #member(kind: "join" | "leave", { group, in: role }: { group: string; in: string }) {
    const [from, to] = [escapeIdentifier(group), escapeIdentifier(role)];
    const words = kind === "join" ? `grant ${from} to ${to}` : `revoke ${from} from ${to}`;
    // A ring of roles is refused by the database itself: then the one that is there is undone.
    await this.#world.run(words).catch(() => this.#world.run(`revoke ${to} from ${from}`));
    return "poll" as const;
  }

  async titles(): Promise<string[]> {
    return idsOf(await this.#world.run("select id from note order by id"));
  }

  async readable(reader: Reader): Promise<string[]> {
    return idsOf(await this.#world.as(this.#roles[reader], "select id from public.note"));
  }
}

const quoted = escapeLiteral;

function list(roles: readonly string[]): string {
  return `array[${roles.map(quoted).join(", ")}]::text[]`;
}

function idsOf(rows: readonly Record<string, unknown>[]): string[] {
  return rows.map(({ id }) => String(id));
}

export async function openNotes(): Promise<Judge> {
  const world = await makeWorld();
  const roles = {
    employee: await world.role("ada"),
    builder: await world.role("bea"),
    approver: await world.role("fin"),
  };
  const groups = [await world.role("g0"), await world.role("g1"), await world.role("g2")];
  const own = new NotesJudge(world, roles, groups);
  await own.fill();
  const gate = createServer((socket) => {
    const through = world.dial();
    socket.on("error", () => through.destroy());
    through.on("error", () => socket.destroy());
    socket.pipe(through).pipe(socket);
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  const address = gate.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const relation = { name: "notes", table: "note", key: "id", title: "id", text: ["body"] };
  return {
    name: "postgres",
    kinds: [
      "join",
      "leave",
      "nest",
      "move",
      "break",
      "restore",
      "deny",
      "lock",
      "unlock",
      "delete",
      "share",
    ],
    host: `127.0.0.1:${port}`,
    faults: [],
    connection: {
      connector: "postgres",
      settings: {
        host: "127.0.0.1",
        port,
        database: world.database,
        tls: "none",
        relations: [relation],
        people: { table: "people", role: "role", email: "email" },
      },
      fields: { login: world.login, password: world.password },
      trustedDomains: [DOMAIN],
      word: WORD,
    },
    live: (sourceId, title) => liveIdOf(sourceId, `notes/${title}`) ?? "",
    change: (kind, rng) => own.change(kind, rng),
    titles: () => own.titles(),
    readable: (reader) => own.readable(reader),
    close: async () => {
      await new Promise((resolve) => gate.close(resolve));
      await world.close();
    },
  };
}
