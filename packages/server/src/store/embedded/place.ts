// Where the cluster and its socket live: in the data folder, or beside it when its account can't enter.
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../../lib/json.ts";
import { canReach, give } from "./account.ts";
import type { Account } from "./account.ts";

export type Place = { home: string; cluster: string; socketDir: string };

// sun_path holds 107 bytes, with the socket's own name.
const socketDirBytesMax = 107 - "/.s.PGSQL.5432".length;

/** The data folder; or, where the account can't enter that, a folder of its own, recorded there. */
export function findHome(dataDir: string, account: Account | undefined): string {
  const record = join(dataDir, "moved-to");
  if (existsSync(record)) return readFileSync(record, "utf8").trim();
  if (existsSync(join(dataDir, "cluster"))) return dataDir;
  if (canReach(account, dataDir, "-x")) return dataDir;
  const home = mkdtempSync(join(reachableParent(), "stead-"));
  chmodSync(home, 0o711);
  writeFileSync(join(home, "belongs-to"), `${dataDir}\n`);
  return recordOnce(record, home);
}

function reachableParent(): string {
  return ["/var/lib", "/var/tmp"].find((path) => isWritable(path)) ?? tmpdir();
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Undefined where somebody else holds the socket's folder. */
export function placeIn(home: string, account: Account | undefined): Place | undefined {
  const socketDir = socketDirOf(home);
  mkdirSync(socketDir, { recursive: true, mode: 0o700 });
  const self = process.getuid?.();
  const { uid } = lstatSync(socketDir);
  if (uid !== self && uid !== account?.uid) return undefined;
  give(account, socketDir);
  chmodSync(socketDir, 0o700);
  return { home, cluster: join(home, "cluster"), socketDir };
}

/** Beside the cluster, or where that path is too long for a socket, a short one made from it. */
function socketDirOf(home: string): string {
  const near = join(home, "socket");
  if (Buffer.byteLength(near) <= socketDirBytesMax) return near;
  return join("/tmp", `stead-${sha256(home).slice(0, 16)}`);
}

/** Two first starts at once: the one whose record is linked first wins, the other uses its home. */
function recordOnce(record: string, home: string): string {
  const draft = `${record}.${process.pid}`;
  writeFileSync(draft, `${home}\n`);
  try {
    linkSync(draft, record);
    return home;
  } catch {
    rmSync(home, { recursive: true, force: true });
    return readFileSync(record, "utf8").trim();
  } finally {
    rmSync(draft, { force: true });
  }
}
