// What the database stands on: whose account, which binaries, which place; the first reaches the other two.
import { existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { fail, ok } from "../../lib/result.ts";
import type { Result } from "../../lib/result.ts";
import { accountOf, canReach, lentAccount } from "./account.ts";
import type { Account } from "./account.ts";
import { binariesIn, copyBinaries, findBinaries, mendLinks } from "./binaries.ts";
import type { Binaries } from "./binaries.ts";
import { findHome, placeIn } from "./place.ts";
import type { Place } from "./place.ts";

export type Ground = { binaries: Binaries; place: Place; account: Account | undefined };

export type GroundOptions = {
  dataDir: string;
  onProgress: (message: string) => void;
  binariesDir?: string | undefined;
};

export function prepareGround(options: GroundOptions): Result<Ground> {
  const carried = options.binariesDir ? binariesIn(options.binariesDir) : findBinaries();
  if (!carried) {
    const system = `${process.platform}-${process.arch}`;
    return fail("config.invalid", `npm carries no PostgreSQL for ${system}, or left it out.`, {
      hint: "Run npm ci without --omit=optional, or set DATABASE_URL.",
    });
  }
  try {
    mkdirSync(options.dataDir, { recursive: true, mode: 0o711 });
    return stand(carried, realpathSync(options.dataDir), options.onProgress);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    return fail("config.invalid", `The data folder can't be used: ${error.message}.`, {
      hint: "Choose another one with STEAD_DATA.",
    });
  }
}

function stand(
  carried: Binaries,
  dataDir: string,
  onProgress: (message: string) => void,
): Result<Ground> {
  const lent = lentAccount();
  if (lent === "none") {
    return fail("config.invalid", "PostgreSQL can't run as root, and no other account was found.", {
      hint: "Add a user named postgres, or set DATABASE_URL.",
    });
  }
  const home = findHome(dataDir, lent);
  if (!existsSync(home)) {
    return fail(
      "config.invalid",
      `The database of ${dataDir} was kept in ${home}, which is gone.`,
      {
        hint: `Restore it, or remove ${join(dataDir, "moved-to")} to begin anew.`,
      },
    );
  }
  const owned = ownerOf(join(home, "cluster"), lent);
  if (!owned.ok) return owned;
  const account = owned.value;
  const place = placeIn(home, account);
  if (!place) return fail("config.invalid", "Somebody else holds the folder of our socket.");
  if (canReach(account, carried.postgres, "-x") && mendLinks(carried)) {
    return ok({ account, binaries: carried, place });
  }
  const copy = join(home, "postgresql");
  if (!existsSync(copy)) onProgress("Copying PostgreSQL to where its account can reach it (once)");
  const binaries = copyBinaries(carried, copy);
  mendLinks(binaries);
  return ok({ account, binaries, place });
}

/** A cluster runs as whoever owns it: root takes that account, another person can't. */
function ownerOf(cluster: string, lent: Account | undefined): Result<Account | undefined> {
  if (!existsSync(cluster)) return ok(lent);
  const { uid, gid } = statSync(cluster);
  const account = lent && uid !== 0 ? { ...accountOf(uid), uid, gid } : lent;
  if (!lent && uid !== process.getuid?.()) {
    return fail("config.invalid", `The database in ${cluster} belongs to another account.`, {
      hint: "Start as the account that made it, or choose another folder with STEAD_DATA.",
    });
  }
  if (canReach(account, cluster, "-x")) return ok(account);
  return fail("config.invalid", `The account of the database can't enter ${cluster} any more.`, {
    hint: "Let others pass through the folders above it (chmod o+x), or move the data folder.",
  });
}
