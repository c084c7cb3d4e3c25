// Whose account the database runs as: PostgreSQL refuses root, so root lends it an unprivileged one.
import { spawnSync } from "node:child_process";
import { chownSync, readFileSync } from "node:fs";

export type Account = { name: string; uid: number; gid: number };

const preferred = ["postgres", "_postgres", "nobody", "daemon"];

/** undefined = run as ourselves. Only an account with an entry will do: initdb looks its name up. */
export function lentAccount(): Account | undefined | "none" {
  if (process.getuid?.() !== 0) return undefined;
  const entries = accounts().filter(({ uid, gid }) => uid > 0 && gid >= 0);
  return preferred.map((name) => entries.find((e) => e.name === name)).find(Boolean) ?? "none";
}

export function accountOf(uid: number): Account {
  return accounts().find((entry) => entry.uid === uid) ?? { name: String(uid), uid, gid: uid };
}

function accounts(): Account[] {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  return lines.map((line) => {
    const [name = "", , uid, gid] = line.split(":");
    return { name, uid: Number(uid), gid: Number(gid) };
  });
}

/** Asks the system itself, as the account: modes alone would miss access lists and mount options. */
export function canReach(account: Account | undefined, path: string, how: "-x" | "-w"): boolean {
  const as = account ? { uid: account.uid, gid: account.gid } : {};
  // No environment: ours holds keys, and whoever shares that account could read them.
  const options = { ...as, cwd: "/", env: {} };
  const probe = spawnSync("/bin/sh", ["-c", `test ${how} "$1"`, "sh", path], options);
  return probe.status === 0;
}

export function give(account: Account | undefined, path: string): void {
  if (account) chownSync(path, account.uid, account.gid);
}
