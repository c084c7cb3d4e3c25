// The rules of random trees, judged by the system itself: each file is opened as each user.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { renameSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccessRule, Connector, Item, Page } from "@stead/sdk";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { files } from "../../src/files/connector.ts";
import { machineSource } from "./machine.ts";

const USERS = [48_101, 48_102, 48_103, 48_104];
const GROUPS = [48_201, 48_202, 48_203];
const MEMBERS = [[0, 1], [1, 2], [2]];
const able =
  process.getuid?.() === 0 &&
  ["setfacl", "getfacl", "setpriv", "useradd"].every((tool) => spawnSync(tool).error === undefined);

type Mirrored = NonNullable<Connector["mirror"]>;
function mirrorOf(): Mirrored {
  if (files.mirror === undefined) throw new Error("files is mirrored");
  return files.mirror;
}

async function allOf<T>(ask: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await ask(cursor);
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}

function holds(rule: AccessRule, user: string, groups: ReadonlySet<string>): boolean {
  if (typeof rule === "string") return rule === "public";
  if ("user" in rule) return rule.user === user;
  if ("group" in rule) return groups.has(rule.group);
  if ("domain" in rule) return true;
  if ("not" in rule) return !holds(rule.not, user, groups);
  if ("any" in rule) return rule.any.some((each) => holds(each, user, groups));
  return rule.all.every((each) => holds(each, user, groups));
}

async function said(root: string): Promise<string[]> {
  const source = machineSource(root);
  const mirror = mirrorOf();
  const items = await allOf((cursor) => mirror.list(source, cursor));
  const groups = await allOf((cursor) => mirror.groups(source, cursor));
  const byId = new Map<string, Item>();
  for (const item of items) {
    if (item.parentId !== null) expect(byId.has(item.parentId)).toBe(true);
    byId.set(item.id, item);
  }
  return items.flatMap((item) => {
    if (item.kind !== "document") return [];
    const above: unknown[] = [];
    for (let at = byId.get(item.parentId ?? ""); at; at = byId.get(at.parentId ?? "")) {
      above.push(at.access);
    }
    const rule = mirror.readers(item.access, above);
    return USERS.map(String).flatMap((user) => {
      const mine = groups.filter(({ members }) => members.some(({ id }) => id === user));
      const reads = holds(rule, user, new Set(mine.map(({ id }) => id)));
      return reads ? [`${user} ${item.path}`] : [];
    });
  });
}

function opened(root: string, paths: readonly string[]): string[] {
  return USERS.flatMap((user) => {
    const script = 'for f; do (: < "$f") 2>/dev/null && printf "%s\\n" "$f"; done; true';
    const as = ["--reuid", `${user}`, "--regid", `${user}`, "--init-groups", "sh", "-c", script];
    const args = paths.map((path) => join(root, path));
    const out = execFileSync("setpriv", [...as, "sh", ...args], { encoding: "utf8", cwd: "/" });
    return out
      .split("\n")
      .filter(Boolean)
      .map((path) => `${user} ${path.slice(root.length + 1)}`);
  });
}

const bits = fc.constantFrom("---", "r--", "--x", "r-x", "rwx", "-w-");
const change = fc.record({
  at: fc.nat(8),
  mode: fc.integer({ min: 0, max: 0o777 }),
  owner: fc.constantFrom(0, ...USERS),
  group: fc.constantFrom(...GROUPS),
  users: fc.array(fc.tuple(fc.constantFrom(...USERS), bits), { maxLength: 2 }),
  groups: fc.array(fc.tuple(fc.constantFrom(...GROUPS), bits), { maxLength: 2 }),
  mask: fc.option(bits),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const DIRECTORIES = ["a", "a/b", "c"];
const DOCUMENTS = ["top", "a/one", "a/b/two", "a/b/three", "c/four"];
const PATHS = ["", ...DIRECTORIES, ...DOCUMENTS];

function apply(root: string, { at, mode, owner, group, users, groups, mask }: Change): void {
  const path = join(root, PATHS[at] ?? "");
  execFileSync("setfacl", ["-b", path]);
  chownSync(path, owner, group);
  chmodSync(path, mode);
  const entries = [
    ...users.map(([id, each]) => `u:${id}:${each}`),
    ...groups.map(([id, each]) => `g:${id}:${each}`),
    ...(mask === null ? [] : [`m::${mask}`]),
  ];
  for (const entry of entries) execFileSync("setfacl", ["-m", entry, path]);
}

describe.skipIf(!able)("files, judged by the system as root (needs setfacl and setpriv)", () => {
  let root = "";
  beforeAll(() => {
    for (const [at, gid] of GROUPS.entries()) spawnSync("groupadd", ["-g", `${gid}`, `sg${at}`]);
    for (const [at, uid] of USERS.entries()) {
      const groups = GROUPS.flatMap((_, g) => (MEMBERS[g]?.includes(at) ? [`sg${g}`] : []));
      const more = groups.length === 0 ? [] : ["-G", groups.join(",")];
      spawnSync("useradd", ["-M", "-U", "-u", `${uid}`, ...more, `su${at}`]);
    }
    root = mkdtempSync(join(tmpdir(), "stead-files-"));
    chmodSync(root, 0o755);
    for (const path of DIRECTORIES) mkdirSync(join(root, path));
    for (const path of DOCUMENTS) writeFileSync(join(root, path), path);
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
    for (const at of USERS.keys()) spawnSync("userdel", [`su${at}`]);
    for (const at of GROUPS.keys()) spawnSync("groupdel", [`sg${at}`]);
  });

  test("whoever opens a file is a reader, and nobody else", async () => {
    let opens = 0;
    let denials = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        for (const each of changes) apply(root, each);
        const truth = opened(root, DOCUMENTS).toSorted();
        opens += truth.length;
        denials += USERS.length * DOCUMENTS.length - truth.length;
        expect((await said(root)).toSorted()).toEqual(truth);
      }),
      { numRuns: Number(process.env["STEAD_FILES_RUNS"] ?? 40) },
    );
    expect(opens).toBeGreaterThan(0);
    expect(denials).toBeGreaterThan(0);
  }, 300_000);

  test("links are left out, odd names and large files come in, a rename keeps the id", async () => {
    const odd = mkdtempSync(join(tmpdir(), "stead-files-"));
    symlinkSync("/etc", join(odd, "out"));
    symlinkSync("/etc/passwd", join(odd, "passwd"));
    writeFileSync(join(odd, "line\nbreak"), "odd");
    writeFileSync(join(odd, "large"), "");
    truncateSync(join(odd, "large"), 2 ** 31 + 1);
    const source = machineSource(odd);
    const list = () => allOf((cursor) => mirrorOf().list(source, cursor));
    const before = await list();
    expect(before.map(({ path }) => path)).toEqual(["", "large", "line\uFFFDbreak"]);
    expect(before[1]?.bytes).toBe(lstatSync(join(odd, "large")).size);
    const item = before[2];
    if (item === undefined) throw new Error("the odd name is missing");
    renameSync(join(odd, "line\nbreak"), join(odd, "plain"));
    expect((await list()).map(({ id }) => id)).toContain(item.id);
    const { bytes } = await mirrorOf().fetch(source, item);
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("odd");
    rmSync(odd, { recursive: true });
  });

  test("neither Stead's own data nor the machine's processes are ever listed", async () => {
    const outer = mkdtempSync(join(tmpdir(), "stead-files-"));
    const own = join(outer, "stead");
    mkdirSync(join(own, "keys"), { recursive: true });
    writeFileSync(join(own, "keys", "root"), "secret");
    writeFileSync(join(outer, "report"), "plain");
    const listed = (dir: string) => {
      const source = { ...machineSource(dir), ownPaths: [own] };
      return allOf((cursor) => mirrorOf().list(source, cursor));
    };
    expect((await listed(outer)).map(({ path }) => path)).toEqual(["", "report"]);
    symlinkSync(own, join(outer, "way-in"));
    for (const dir of [own, join(own, "keys"), join(outer, "way-in"), "/proc", "/proc/1", "/dev"])
      await expect(listed(dir), dir).rejects.toThrow("own");
    rmSync(outer, { recursive: true });
  });
});
