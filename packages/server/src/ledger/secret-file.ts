// Files that hold keys: made once, whole, readable to us alone.
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";

/** Creates the file unless it is there: of two processes that start together, one makes it. */
export function secretFile(path: string, make: () => string | Buffer): string {
  try {
    writeFileSync(path, make(), { flag: "wx", mode: 0o600, flush: true });
  } catch (error) {
    if (!isThere(error)) throw error;
  }
  keepToUs(path, 0o600);
  return readFileSync(path, "utf8");
}

export function isThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

/** A copy or a restored backup may be open to others; where the file is not ours to change, it stays. */
export function keepToUs(path: string, mode: number): void {
  if ((statSync(path).mode & 0o077) === 0) return;
  try {
    chmodSync(path, mode);
  } catch {
    // Mounted for us by somebody else.
  }
}
