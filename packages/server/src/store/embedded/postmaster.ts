// The postmaster as a process: read its pid file, tell ours from a stranger, spawn it, end it.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import type { Place } from "./place.ts";

const logBytesMax = 8 * 1024 * 1024;
const stopPollMs = 50;
const stopPollsMax = 400;

const settings: Record<string, string> = {
  listen_addresses: "",
  port: "5432",
  unix_socket_permissions: "0700",
  max_connections: "200",
  timezone: "UTC",
  log_timezone: "UTC",
  fsync: "on",
};

export const logPath = (place: Place): string => join(place.home, "postgres.log");

export function spawnPostmaster(binaries: Binaries, place: Place, account?: Account): ChildProcess {
  const log = logPath(place);
  const flags = existsSync(log) && statSync(log).size > logBytesMax ? "w" : "a";
  const out = openSync(log, flags, 0o600);
  const options = Object.entries({ ...settings, unix_socket_directories: place.socketDir });
  const child = spawn(
    binaries.postgres,
    ["-D", place.cluster, ...options.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    {
      // Its own session: Ctrl-C is for us, who then stop it in order.
      detached: true,
      stdio: ["ignore", out, out],
      cwd: "/",
      env: { LC_ALL: "C", TZ: "UTC" },
      ...(account && { uid: account.uid, gid: account.gid }),
    },
  );
  child.unref();
  child.on("error", () => undefined);
  closeSync(out);
  return child;
}

/** The pid of a live postmaster of this very cluster. A pid that the system gave to another doesn't count. */
export function livePostmaster(place: Place): number | undefined {
  const pid = recordedPid(place);
  return pid !== undefined && isAlive(pid) && runsIn(pid, place.cluster) ? pid : undefined;
}

/**
 * Drops a pid file that names a stranger: PostgreSQL itself would take the stranger for a sibling.
 * One that names nobody, as a power cut leaves it, goes only once PostgreSQL has refused it: a moment
 * earlier it may be one that is just being written.
 */
export function dropForeignPidFile(place: Place, refused: boolean): boolean {
  const path = join(place.cluster, "postmaster.pid");
  const pid = recordedPid(place);
  if (
    pid === undefined ? !refused || !existsSync(path) : !isAlive(pid) || runsIn(pid, place.cluster)
  )
    return false;
  rmSync(path, { force: true });
  return true;
}

/** Fast shutdown; immediate if that takes too long. True when it is gone. */
export async function endPostmaster(place: Place): Promise<boolean> {
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    const pid = livePostmaster(place);
    if (pid === undefined) return true;
    signalTo(pid, signal);
    for (let poll = 0; poll < stopPollsMax; poll += 1) {
      // An adopted one that ended stays a zombie until its new parent looks.
      if (!isAlive(pid) || !runsIn(pid, place.cluster)) return true;
      await sleep(stopPollMs);
    }
  }
  return livePostmaster(place) === undefined;
}

function recordedPid(place: Place): number | undefined {
  try {
    const pid = Number(readFileSync(join(place.cluster, "postmaster.pid"), "utf8").split("\n")[0]);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Its command line names its cluster; a zombie has none. Where it can't be read, the file is believed. */
function runsIn(pid: number, cluster: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(cluster);
  } catch {
    return true;
  }
}

export function isAlive(pid: number): boolean {
  return signalTo(pid, 0);
}

function signalTo(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
