// Users and groups of the machine, as its name service lists them.
import { SourceError, type Page, type Source, type SourceGroup, type SourceUser } from "@stead/sdk";
import { MACHINE } from "./access.ts";

interface Login {
  readonly name: string;
  readonly uid: string;
  readonly gid: string;
  readonly shown: string;
}

async function rows(source: Source<unknown>, database: "passwd" | "group"): Promise<string[][]> {
  const reply = await source.run("getent", [database]);
  if (reply.code !== 0) throw new SourceError("unavailable", `getent ${database} failed.`);
  return reply.stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(":"));
}

/** Root is nobody's account, and no mode holds for it. Nor is a uid of several names one. */
async function logins(source: Source<unknown>): Promise<Login[]> {
  const uses = Map.groupBy(await entries(source), ({ uid }) => uid);
  return [...uses].flatMap(([uid, all]) => (uid === "0" || all.length > 1 ? [] : all));
}

async function entries(source: Source<unknown>): Promise<Login[]> {
  return (await rows(source, "passwd")).map(([name = "", , uid = "", gid = "", shown = ""]) => ({
    name,
    uid,
    gid,
    shown,
  }));
}

/** Those that are nobody's account are told of, for rules except them, but nobody is one of them. */
export async function users(source: Source<unknown>): Promise<Page<SourceUser>> {
  const accounts = new Set((await logins(source)).map(({ uid }) => uid));
  const all = new Map((await entries(source)).map((login) => [login.uid, login]));
  const items = [...all.values()].map(({ uid, name, shown }) => ({
    id: uid,
    name: shown.split(",")[0] || name,
    domain: MACHINE,
    active: accounts.has(uid),
  }));
  return { items, next: null };
}

export async function groups(source: Source<unknown>): Promise<Page<SourceGroup>> {
  const people = await logins(source);
  const listed = Map.groupBy(await rows(source, "group"), ([, , gid = ""]) => gid);
  const gids = new Set([...listed.keys(), ...people.map(({ gid }) => gid)]);
  const items = [...gids].map((gid): SourceGroup => {
    const lines = listed.get(gid) ?? [];
    const names = new Set(lines.flatMap(([, , , members = ""]) => members.split(",")));
    const members = people.filter((login) => login.gid === gid || names.has(login.name));
    return {
      id: gid,
      name: lines[0]?.[0] ?? gid,
      members: members.map(({ uid }) => ({ kind: "user", id: uid })),
      complete: true,
    };
  });
  return { items, next: null };
}
