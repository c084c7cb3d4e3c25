// A small world of people, groups and two sources, kept twice: as plain data, read by brute force, and in
// the database by the operations. Whatever happens, both say the same.
import { sql } from "kysely";
import { assert } from "../lib/result.ts";
import type { Ctx } from "../store/context.ts";
import { withTx, type Tx } from "../store/tx.ts";
import type { AccessExpression } from "./class.ts";
import { leafName, named } from "./leaf.ts";
import { recordAnswers } from "./source/answers.ts";
import { removeGroup, replaceGroup } from "./source/groups.ts";
import { linkByDirectory, linkBySignIn, unlink } from "./source/links.ts";
import { closeSource, forgetSource, openSource } from "./source/state.ts";
import { replaceUsers } from "./source/users.ts";

export const PEOPLE = ["p0", "p1", "p2", "p3"] as const;
export const OWN = ["g0", "g1", "g2"] as const;
export const SOURCES = ["src_a", "src_b"] as const;
export const USERS = ["u0", "u1", "u2", "u3"] as const;
export const GROUPS = ["s0", "s1", "s2", "s3"] as const;
export const ITEMS = ["i/0", "i:1"] as const;
export const DOMAINS = ["x.com", "y.com"] as const;

interface User {
  id: string;
  email?: string;
  domain?: string;
  active: boolean;
}
interface SourceModel {
  users: Map<string, User>;
  groups: Map<string, { isWhole: boolean; members: Set<string> }>;
  links: Map<string, { userId: string; how: "directory" | "sign-in" }>;
  answers: Map<string, boolean>;
  isClosed: boolean;
}

export type Step =
  | { op: "users"; source: string; users: User[] }
  | { op: "group"; source: string; id: string; members: string[]; complete: boolean }
  | { op: "shrink"; source: string; id: string; nth: number }
  | { op: "gone"; source: string; id: string }
  | { op: "directory"; source: string }
  | { op: "sign-in"; source: string; user: string; person: string }
  | { op: "unlink"; source: string; person: string }
  | { op: "answer"; source: string; item: string; person: string; answer: "yes" | "no" | "unknown" }
  | { op: "old"; source: string }
  | { op: "close" | "open" | "forget"; source: string }
  | { op: "join" | "leave"; group: string; member: string }
  | { op: "own"; group: string; there: boolean }
  | { op: "person"; person: string; active: boolean };

const isUser = (member: string) => member.startsWith("u");
const isPerson = (member: string) => member.startsWith("p");

export class World {
  readonly ctx: Pick<Ctx, "db" | "orgId">;
  readonly active = new Map<string, boolean>();
  readonly own = new Map<string, Set<string>>();
  readonly sources = new Map<string, SourceModel>();

  constructor(ctx: Pick<Ctx, "db" | "orgId">) {
    this.ctx = ctx;
    for (const id of PEOPLE) this.active.set(id, true);
    for (const id of OWN) this.own.set(id, new Set());
    for (const id of SOURCES)
      this.sources.set(id, {
        users: new Map(),
        groups: new Map(),
        links: new Map(),
        answers: new Map(),
        isClosed: false,
      });
  }

  async begin(): Promise<void> {
    const { db, orgId } = this.ctx;
    for (const id of PEOPLE)
      await sql`insert into person (org_id, id, name, email)
        values (${orgId}, ${id}, ${id}, ${`${id}@X.com`})`.execute(db);
    for (const id of OWN)
      await sql`insert into grp (org_id, id, name) values (${orgId}, ${id}, ${id})`.execute(db);
  }

  source(id: string): SourceModel {
    const source = this.sources.get(id);
    assert(source, "a source of the world");
    return source;
  }

  /** In the model, then in the database; false when only the triggers have run, and nothing was settled. */
  async apply(given: Step): Promise<boolean> {
    const step = given.op === "shrink" ? this.shrunk(given) : given;
    if ("source" in step) {
      this.applyToSource(step, this.source(step.source));
      await withTx(this.ctx.db, (tx) => this.store(tx, step));
      return step.op !== "old";
    }
    await this.applyOwn(step);
    return false;
  }

  /** The group as it is, read whole, but for one member. */
  private shrunk({ source, id, nth }: Step & { op: "shrink" }): Step {
    const members = [...(this.source(source).groups.get(id)?.members ?? [])];
    members.splice(nth % Math.max(1, members.length), 1);
    return { op: "group", source, id, members, complete: true };
  }

  private applyToSource(step: Step & { source: string }, source: SourceModel): void {
    if (step.op === "users") {
      for (const user of source.users.values()) user.active = false;
      for (const user of step.users) source.users.set(user.id, { ...user });
    } else if (step.op === "group") {
      const before = source.groups.get(step.id);
      const members = step.complete ? new Set(step.members) : (before?.members ?? new Set());
      source.groups.set(step.id, { isWhole: step.complete, members });
    } else if (step.op === "gone") source.groups.delete(step.id);
    else if (step.op === "directory") linkModel(source);
    else if (step.op === "sign-in") signInModel(source, step);
    else if (step.op === "unlink") this.unlinkModel(source, step.person);
    else if (step.op === "answer") {
      const key = `${step.item} ${step.person}`;
      if (step.answer === "unknown") source.answers.delete(key);
      else source.answers.set(key, step.answer === "yes");
    } else if (step.op === "old") source.answers.clear();
    else source.isClosed = step.op !== "open";
    if (step.op === "forget")
      for (const part of [source.users, source.groups, source.links, source.answers]) part.clear();
    // Answers go with the link that they were given for.
    this.dropAnswers(source);
  }

  private unlinkModel(source: SourceModel, person: string): void {
    source.links.delete(person);
    for (const key of source.answers.keys())
      if (key.endsWith(` ${person}`)) source.answers.delete(key);
  }

  private readonly linkedAs = new WeakMap<SourceModel, Map<string, string>>();
  private dropAnswers(source: SourceModel): void {
    const before = this.linkedAs.get(source) ?? new Map<string, string>();
    const now = new Map([...source.links].map(([id, link]) => [id, `${link.userId} ${link.how}`]));
    for (const person of PEOPLE) {
      if (before.get(person) === now.get(person)) continue;
      for (const key of source.answers.keys())
        if (key.endsWith(` ${person}`)) source.answers.delete(key);
    }
    this.linkedAs.set(source, now);
  }

  private async store(tx: Tx, step: Step & { source: string }): Promise<void> {
    const { ctx } = this;
    const sourceId = step.source;
    if (step.op === "users")
      await replaceUsers(ctx, tx, {
        sourceId,
        users: step.users.map((user) => ({ ...user, name: user.id })),
      });
    else if (step.op === "group") {
      const members = step.members.map((id) => ({
        kind: isUser(id) ? ("user" as const) : ("group" as const),
        id,
      }));
      const group = { id: step.id, name: step.id, members, complete: step.complete };
      await replaceGroup(ctx, tx, { sourceId, group });
    } else if (step.op === "gone") await removeGroup(ctx, tx, { sourceId, groupId: step.id });
    else if (step.op === "directory")
      await linkByDirectory(ctx, tx, { sourceId, trustedDomains: ["X.com"] });
    else if (step.op === "sign-in")
      await linkBySignIn(ctx, tx, { sourceId, userId: step.user, personId: step.person });
    else if (step.op === "unlink") await unlink(ctx, tx, { sourceId, personId: step.person });
    else if (step.op === "answer") {
      const { item: itemId, person: personId, answer } = step;
      await recordAnswers(ctx, tx, { sourceId, answers: [{ itemId, personId, answer }] });
    } else if (step.op === "old")
      await sql`update source_answer set fresh_until = clock_timestamp()
        where org_id = ${ctx.orgId} and source_id = ${sourceId}`.execute(tx);
    else if (step.op === "close") await closeSource(ctx, tx, sourceId);
    else if (step.op === "open") await openSource(ctx, tx, sourceId);
    else await forgetSource(ctx, tx, sourceId);
  }

  private async applyOwn(step: Exclude<Step, { source: string }>): Promise<void> {
    const { db, orgId } = this.ctx;
    if (step.op === "person") {
      this.active.set(step.person, step.active);
      await sql`update person set active = ${step.active}
        where org_id = ${orgId} and id = ${step.person}`.execute(db);
    } else if (step.op === "own" && step.there) {
      if (!this.own.has(step.group)) this.own.set(step.group, new Set());
      await sql`insert into grp (org_id, id, name) values (${orgId}, ${step.group}, ${step.group})
        on conflict do nothing`.execute(db);
    } else if (step.op === "own") {
      this.own.delete(step.group);
      for (const members of this.own.values()) members.delete(step.group);
      await sql`delete from grp where org_id = ${orgId} and id = ${step.group}`.execute(db);
    } else {
      const members = this.own.get(step.group);
      if (!members || !(isPerson(step.member) || this.own.has(step.member))) return;
      const [person, group] = isPerson(step.member) ? [step.member, null] : [null, step.member];
      if (step.op === "join") members.add(step.member);
      else members.delete(step.member);
      if (step.op === "join")
        await sql`insert into membership (org_id, group_id, person_id, member_group_id)
          values (${orgId}, ${step.group}, ${person}, ${group}) on conflict do nothing`.execute(db);
      else
        await sql`delete from membership where org_id = ${orgId} and group_id = ${step.group}
          and coalesce(person_id, member_group_id) = ${step.member}`.execute(db);
    }
  }

  /** 2 true, 1 unknown, 0 false: the rule read word by word. */
  brute(expression: AccessExpression, person: string): number {
    if (expression === "everyone" || expression === "public") return 2;
    if ("not" in expression) return 2 - this.brute(expression.not, person);
    if ("any" in expression)
      return Math.max(0, ...expression.any.map((part) => this.brute(part, person)));
    if ("all" in expression)
      return Math.min(2, ...expression.all.map((part) => this.brute(part, person)));
    const { sourceId, kind, id } = named(leafName(expression));
    if (kind === "person") return id === person ? 2 : 0;
    if (sourceId === undefined) {
      if (!this.own.has(id)) return 1;
      return this.reaches(person, id, (group) => this.own.get(group)) ? 2 : 0;
    }
    return this.bruteOfSource(this.source(sourceId), { kind, id, person });
  }

  private bruteOfSource(
    source: SourceModel,
    { kind, id, person }: { kind: string; id: string; person: string },
  ): number {
    if (source.isClosed) return 1;
    if (kind === "public") return 2;
    const link = source.links.get(person);
    const user = link && source.users.get(link.userId);
    if (!link || !(user ? user.active : link.how === "sign-in")) return 1;
    if (kind === "user") {
      if (id === link.userId) return 2;
      const isKnown =
        source.users.has(id) ||
        [...source.links.values()].some((each) => each.userId === id && each.how === "sign-in");
      return isKnown ? 0 : 1;
    }
    if (kind === "domain") {
      if (user?.domain === undefined) return 1;
      return user.domain === id ? 2 : 0;
    }
    if (kind === "group") {
      const membersOf = (group: string) => source.groups.get(group)?.members;
      if (this.reaches(link.userId, id, membersOf)) return 2;
      const below = new Set([id]);
      for (const group of below)
        for (const member of membersOf(group) ?? []) if (!isUser(member)) below.add(member);
      return [...below].every((group) => source.groups.get(group)?.isWhole === true) ? 0 : 1;
    }
    const answer = source.answers.get(`${id} ${person}`);
    if (answer === undefined) return 1;
    return answer ? 2 : 0;
  }

  private reaches(
    member: string,
    group: string,
    membersOf: (group: string) => ReadonlySet<string> | undefined,
  ): boolean {
    const seen = new Set([group]);
    for (const at of seen) {
      const members = membersOf(at) ?? new Set<string>();
      if (members.has(member)) return true;
      for (const each of members) if (!isUser(each) && !isPerson(each)) seen.add(each);
    }
    return false;
  }

  mayRead(expression: AccessExpression, person: string): boolean {
    return this.active.get(person) === true && this.brute(expression, person) === 2;
  }
}

function linkModel(source: SourceModel): void {
  const byAddress = new Map<string, string[]>();
  for (const user of source.users.values()) {
    const address = user.email?.toLowerCase();
    if (!user.active || !address?.endsWith("@x.com")) continue;
    byAddress.set(address, [...(byAddress.get(address) ?? []), user.id]);
  }
  const justified = new Map<string, string>();
  for (const person of PEOPLE) {
    const [userId, ...more] = byAddress.get(`${person}@x.com`) ?? [];
    if (userId !== undefined && more.length === 0) justified.set(person, userId);
  }
  for (const [person, link] of source.links)
    if (link.how === "directory" && justified.get(person) !== link.userId)
      source.links.delete(person);
  const taken = new Set([...source.links.values()].map(({ userId }) => userId));
  for (const [person, userId] of justified)
    if (!source.links.has(person) && !taken.has(userId))
      source.links.set(person, { userId, how: "directory" });
}

function signInModel(
  source: SourceModel,
  { user, person }: { user: string; person: string },
): void {
  const holder = [...source.links].find(([, link]) => link.userId === user);
  // Refused, and with it all that the attempt did.
  if (holder && holder[0] !== person && holder[1].how === "sign-in") return;
  if (holder) source.links.delete(holder[0]);
  source.links.set(person, { userId: user, how: "sign-in" });
}
