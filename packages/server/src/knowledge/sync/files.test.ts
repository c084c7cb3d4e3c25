// A tree of files through the whole of sync, judged by the system itself: each file is opened as each user.
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { existsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import * as fc from "fast-check";
import type { RunProgram } from "@stead/sdk";
import { files } from "@stead/connectors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { linkBySignIn } from "../../access/source/links.ts";
import { withTx } from "../../store/tx.ts";
import { SOURCE, underSync, type Under } from "./sync.fixture.ts";

const USERS = [48_301, 48_302, 48_303];
const GROUPS = [48_401, 48_402];
const able =
  process.getuid?.() === 0 &&
  ["setfacl", "getfacl", "setpriv", "useradd"].every((tool) => spawnSync(tool).error === undefined);

const DIRECTORIES = ["a", "a/b", "c"];
const DOCUMENTS = ["top.txt", "a/one.txt", "a/b/two.txt", "c/three.txt"];
const PATHS = ["", ...DIRECTORIES, ...DOCUMENTS];

/** `person path` of all that the system lets each user open. */
function opened(root: string): string[] {
  return USERS.flatMap((user) => {
    const script = 'for f; do (: < "$f") 2>/dev/null && printf "%s\\n" "$f"; done; true';
    const as = ["--reuid", `${user}`, "--regid", `${user}`, "--init-groups", "sh", "-c", script];
    const found = execFileSync("find", [root, "-type", "f"], { encoding: "utf8" });
    const paths = found.split("\n").filter(Boolean);
    const out = execFileSync("setpriv", [...as, "sh", ...paths], { encoding: "utf8", cwd: "/" });
    return out
      .split("\n")
      .filter(Boolean)
      .map((path) => `p${user} ${path.slice(root.length + 1)}`);
  }).toSorted();
}

const bits = fc.constantFrom("---", "r--", "--x", "r-x", "rwx");
const change = fc.record({
  at: fc.nat(PATHS.length - 1),
  mode: fc.integer({ min: 0, max: 0o777 }),
  owner: fc.constantFrom(0, ...USERS),
  group: fc.constantFrom(...GROUPS),
  users: fc.array(fc.tuple(fc.constantFrom(...USERS), bits), { maxLength: 2 }),
  groups: fc.array(fc.tuple(fc.constantFrom(...GROUPS), bits), { maxLength: 1 }),
  /** Into another directory and back again at the next. */
  moves: fc.boolean(),
  joins: fc.option(fc.tuple(fc.constantFrom(0, 1, 2), fc.constantFrom(0, 1), fc.boolean())),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(
  root: string,
  { at, mode, owner, group, users, groups, moves, joins }: Change,
): void {
  const path = join(root, PATHS[at] ?? "");
  if (existsSync(path)) {
    execFileSync("setfacl", ["-b", path]);
    chownSync(path, owner, group);
    chmodSync(path, mode);
    for (const [id, each] of users) execFileSync("setfacl", ["-m", `u:${id}:${each}`, path]);
    for (const [id, each] of groups) execFileSync("setfacl", ["-m", `g:${id}:${each}`, path]);
  }
  const [here, there] = [join(root, "a/b"), join(root, "c/b")];
  if (moves) renameSync(existsSync(here) ? here : there, existsSync(here) ? there : here);
  if (!joins) return;
  const [user, of, isIn] = joins;
  spawnSync("gpasswd", [isIn ? "-a" : "-d", `ss${user}`, `sh${of}`]);
}

const run: RunProgram = (program, args) =>
  new Promise((resolve) => {
    execFile(program, [...args], { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, stdout, stderr });
    });
  });

describe.skipIf(!able)("files under sync, as root (needs setfacl and setpriv)", () => {
  let base: FreshDatabase;
  let root = "";
  let keysDir = "";
  beforeAll(async () => {
    for (const [at, gid] of GROUPS.entries()) spawnSync("groupadd", ["-g", `${gid}`, `sh${at}`]);
    for (const [at, uid] of USERS.entries())
      spawnSync("useradd", ["-M", "-U", "-u", `${uid}`, `ss${at}`]);
    root = mkdtempSync(join(tmpdir(), "stead-tree-"));
    keysDir = mkdtempSync(join(tmpdir(), "stead-keys-"));
    chmodSync(root, 0o755);
    for (const path of DIRECTORIES) mkdirSync(join(root, path));
    for (const path of DOCUMENTS) writeFileSync(join(root, path), `About ${path}.`);
    base = await freshDatabase();
  });
  afterAll(async () => {
    rmSync(root, { recursive: true, force: true });
    rmSync(keysDir, { recursive: true, force: true });
    for (const at of USERS.keys()) spawnSync("userdel", [`ss${at}`]);
    for (const at of GROUPS.keys()) spawnSync("groupdel", [`sh${at}`]);
    await base.close();
  });

  async function linked(under: Under): Promise<void> {
    for (const uid of USERS) {
      const link = { sourceId: SOURCE, userId: `${uid}`, personId: `p${uid}` };
      const done = await withTx(base.db, (tx) => linkBySignIn(under.ctx, tx, link));
      expect(done.ok).toBe(true);
    }
  }

  async function found(under: Under): Promise<string[]> {
    const { rows } = await sql<{ id: string; path: string }>`
      select id, path from item where org_id = ${under.ctx.orgId}`.execute(base.db);
    const paths = new Map(rows.map(({ id, path }) => [id, path]));
    const pairs = (await under.readable()).map((each) => each.split(" "));
    return pairs.map(([person, id = ""]) => `${person} ${paths.get(id)}`).toSorted();
  }

  test("whoever opens a file finds it, and nobody else, through random changes", async () => {
    let opens = 0;
    const people = USERS.map((uid) => `p${uid}`);
    const under = await underSync(base.db, {
      connector: files,
      people,
      keysDir,
      settings: { root },
      source: { run },
      bounds: { batch: 2 },
    });
    await linked(under);
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        for (const each of changes) apply(root, each);
        await under.request();
        await under.settle();
        const truth = opened(root);
        opens += truth.length;
        expect(await found(under)).toEqual(truth);
      }),
      { numRuns: Number(process.env["STEAD_FILES_RUNS"] ?? 15), endOnFailure: true },
    );
    expect(opens).toBeGreaterThan(0);
    expect([...(await under.texts()).values()].toSorted()).toEqual(
      DOCUMENTS.map((path) => `About ${path}.`).toSorted(),
    );
  }, 300_000);
});
