// A directory of this machine with users, groups, modes and entries for single ones: each file is opened as
// each user, and the operating system says who reads what.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Judge, Kind, Reader, Rng, Told } from "../judge.ts";

const UIDS: Readonly<Record<Reader, number>> = {
  employee: 48_511,
  builder: 48_512,
  approver: 48_513,
};
const USERS = Object.values(UIDS);
const GIDS = [48_611, 48_612];
const WORD = "meadow";
const DIRECTORIES = ["barn", "barn/loft", "shed"];

/** What is missing on this machine; empty: nothing. */
export const TREE_NEEDS = ["setfacl", "getfacl", "setpriv", "useradd", "gpasswd"].filter(
  (tool) => spawnSync(tool).error !== undefined,
);
if (process.getuid?.() !== 0) TREE_NEEDS.push("root");

const userOf = (uid: number): string => `so${uid}`;
const groupOf = (gid: number): string => `sg${gid}`;

class TreeJudge {
  readonly root = mkdtempSync(join(tmpdir(), "stead-oracle-"));
  #made = 0;

  constructor() {
    chmodSync(this.root, 0o755);
    for (const path of DIRECTORIES) mkdirSync(join(this.root, path));
    for (const path of ["", "barn", "barn/loft", "shed", "shed"]) this.#write(path);
  }

  #write(directory: string): void {
    const name = `sack${this.#made++}.txt`;
    writeFileSync(join(this.root, directory, name), `On the ${WORD} there is ${name}.`);
  }

  #paths(type: "f" | "d"): string[] {
    const all = readdirSync(this.root, { recursive: true, withFileTypes: true });
    const wanted = all.filter((one) => (type === "f" ? one.isFile() : one.isDirectory()));
    return wanted.map((one) => join(one.parentPath, one.name)).toSorted();
  }

  change(kind: Kind, rng: Rng): Told {
    const file = rng.pick(this.#paths("f"));
    const directory = rng.pick(this.#paths("d"));
    const anywhere = rng.pick([file, directory]);
    switch (kind) {
      case "join":
      case "leave": {
        const group = groupOf(rng.pick(GIDS));
        spawnSync("gpasswd", [kind === "join" ? "-a" : "-d", userOf(rng.pick(USERS)), group]);
        return "poll";
      }
      case "move": {
        const places = [this.root, ...this.#paths("d")].filter(
          (to) => to !== anywhere && !to.startsWith(`${anywhere}/`),
        );
        renameSync(anywhere, join(rng.pick(places), basename(anywhere)));
        return "poll";
      }
      // What is below a directory that may not be entered is shut, whatever it says itself.
      case "break":
        execFileSync("setfacl", ["-b", directory]);
        chmodSync(directory, rng.pick([0o700, 0o750, 0o604]));
        return "poll";
      case "restore":
        execFileSync("setfacl", ["-b", directory]);
        chmodSync(directory, 0o755);
        return "poll";
      case "deny":
        execFileSync("setfacl", ["-m", `u:${rng.pick(USERS)}:---`, anywhere]);
        return "poll";
      case "delete":
        rmSync(file);
        this.#write("");
        return "poll";
      case "share":
        return this.#share(anywhere, rng);
      case "nest":
      case "lock":
      case "unlock":
        return undefined;
      default:
        return kind satisfies never;
    }
  }

  #share(path: string, rng: Rng): Told {
    execFileSync("setfacl", ["-b", path]);
    chownSync(path, rng.pick([0, ...USERS]), rng.pick(GIDS));
    chmodSync(path, rng.pick([0o640, 0o750, 0o705, 0o600, 0o751]));
    for (const uid of rng.some(USERS)) execFileSync("setfacl", ["-m", `u:${uid}:r-x`, path]);
    for (const gid of rng.some(GIDS)) execFileSync("setfacl", ["-m", `g:${gid}:r-x`, path]);
    return "poll";
  }

  titles(): string[] {
    return this.#paths("f").map((path) => basename(path));
  }

  readable(reader: Reader): string[] {
    const uid = `${UIDS[reader]}`;
    const script = 'for f; do (: < "$f") 2>/dev/null && printf "%s\\n" "$f"; done; true';
    const as = ["--reuid", uid, "--regid", uid, "--init-groups", "sh", "-c", script, "sh"];
    const args = [...as, ...this.#paths("f")];
    const out = execFileSync("setpriv", args, { encoding: "utf8", cwd: "/" });
    return out
      .split("\n")
      .filter(Boolean)
      .map((path) => basename(path));
  }

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export async function openTree(): Promise<Judge> {
  for (const gid of GIDS) spawnSync("groupadd", ["-g", `${gid}`, groupOf(gid)]);
  for (const uid of USERS) spawnSync("useradd", ["-M", "-U", "-u", `${uid}`, userOf(uid)]);
  const own = new TreeJudge();
  return {
    name: "files",
    kinds: ["join", "leave", "move", "break", "restore", "deny", "delete", "share"],
    host: "",
    faults: [],
    connection: {
      connector: "files",
      settings: { root: own.root },
      word: WORD,
      users: {
        employee: `${UIDS.employee}`,
        builder: `${UIDS.builder}`,
        approver: `${UIDS.approver}`,
      },
    },
    change: (kind, rng) => own.change(kind, rng),
    titles: () => own.titles(),
    readable: (reader) => own.readable(reader),
    close: async () => {
      own.close();
      for (const uid of USERS) spawnSync("userdel", [userOf(uid)]);
      for (const gid of GIDS) spawnSync("groupdel", [groupOf(gid)]);
    },
  };
}
