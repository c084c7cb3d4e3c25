// Where the cluster and its socket live: in the data folder, or beside it when its account can't enter.
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canReach, give } from "./account.ts";
import type { Account } from "./account.ts";

export type Place = { home: string; cluster: string; socketDir: string; relocated: boolean };

// sun_path holds 107 bytes; the socket's own name takes 18 of them.
const socketDirBytesMax = 107 - "/.s.PGSQL.5432".length;

export function findPlace(dataDir: string, account: Account | undefined): Place {
  const home = homeOf(dataDir, account);
  return {
    home,
    cluster: join(home, "cluster"),
    socketDir: socketDirOf(home, account),
    relocated: home !== dataDir,
  };
}

function homeOf(dataDir: string, account: Account | undefined): string {
  const record = join(dataDir, "moved-to");
  if (existsSync(record)) return readFileSync(record, "utf8").trim();
  if (existsSync(join(dataDir, "cluster"))) return dataDir;
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  if (canReach(account, dataDir, "-x")) return dataDir;
  const home = mkdtempSync(join(reachableParent(), "stead-"));
  chmodSync(home, 0o711);
  writeFileSync(join(home, "belongs-to"), `${dataDir}\n`);
  return recordOnce(record, home);
}

function reachableParent(): string {
  return ["/var/lib", "/var/tmp"].find((path) => existsSync(path)) ?? tmpdir();
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

function socketDirOf(home: string, account: Account | undefined): string {
  const near = join(home, "socket");
  const uid = account?.uid ?? process.getuid?.() ?? 0;
  const hash = createHash("sha256").update(home).digest("hex").slice(0, 12);
  const dir =
    Buffer.byteLength(near) <= socketDirBytesMax ? near : join("/tmp", `stead-${uid}-${hash}`);
  if (!existsSync(dir)) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    give(account, dir);
  }
  const found = lstatSync(dir);
  if (!found.isDirectory() || found.uid !== uid) throw new Error(`${dir} is not ours`);
  chmodSync(dir, 0o700);
  return dir;
}
