// Makes the cluster once: in a draft folder, renamed into place when whole, so that a crash leaves
// none half made.
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { give } from "./account.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import type { Place } from "./place.ts";

export const superuser = "postgres";

// Order and case rules come from PostgreSQL itself: an index then never depends on the system's libraries.
const locales = ["C.UTF-8", "C"];

export const passwordOf = (place: Place): string =>
  readFileSync(join(place.cluster, "stead-password"), "utf8").trim();

export type InitOptions = {
  account: Account | undefined;
  password: string;
  onProgress: (message: string) => void;
};

/** True when it was made now, false when it was there. */
export async function initCluster(
  binaries: Binaries,
  place: Place,
  own: InitOptions,
): Promise<boolean | { failure: string }> {
  if (existsSync(place.cluster)) {
    dropDrafts(place);
    return false;
  }
  own.onProgress("Making the database (once)");
  const nursery = mkdtempSync(join(place.home, "draft-"));
  try {
    const failure = await fillDraft(binaries, nursery, own);
    if (failure !== undefined) return existsSync(place.cluster) ? false : { failure };
    renameSync(join(nursery, "cluster"), place.cluster);
    return true;
  } catch (error) {
    // Another process made it meanwhile: its cluster counts, with its password.
    if (existsSync(place.cluster)) return false;
    throw error;
  } finally {
    rmSync(nursery, { recursive: true, force: true });
  }
}

/** What a process that was killed meanwhile left; one still at work finds the cluster made. */
function dropDrafts({ home }: Place): void {
  for (const name of readdirSync(home)) {
    if (name.startsWith("draft-")) rmSync(join(home, name), { recursive: true, force: true });
  }
}

async function fillDraft(
  binaries: Binaries,
  nursery: string,
  { account, password }: InitOptions,
): Promise<string | undefined> {
  const draft = join(nursery, "cluster");
  const secret = join(nursery, "password");
  give(account, nursery);
  writeFileSync(secret, `${password}\n`, { mode: 0o600 });
  give(account, secret);
  let failure: string | undefined;
  for (const locale of locales) {
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { mode: 0o700 });
    give(account, draft);
    failure = await runInitdb(binaries, [draft, secret, locale], account);
    if (failure === undefined) break;
  }
  if (failure === undefined) renameSync(secret, join(draft, "stead-password"));
  return failure;
}

function runInitdb(
  binaries: Binaries,
  [draft, password, locale]: [string, string, string],
  account: Account | undefined,
): Promise<string | undefined> {
  const args = ["-D", draft, "-U", superuser, `--pwfile=${password}`, "-A", "scram-sha-256"];
  const text = ["-E", "UTF8", `--locale=${locale}`, "--locale-provider=builtin"];
  const child = spawn(
    binaries.initdb,
    [...args, ...text, "--builtin-locale=C.UTF-8", "--data-checksums"],
    {
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
      env: { LC_ALL: "C", TZ: "UTC" },
      ...(account && { uid: account.uid, gid: account.gid }),
    },
  );
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000);
  });
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(String(error)));
    child.on("close", (code) => resolve(code === 0 ? undefined : said.trim() || `exit ${code}`));
  });
}
