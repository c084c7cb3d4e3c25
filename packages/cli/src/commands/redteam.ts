// `stead redteam`: attacks a server that is made for it and thrown away, where the server is installed.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { EXIT, UsageError } from "../usage.ts";

const PROGRAM = "@stead/server/redteam/start.ts";

/** Its own options are the program's, so they are handed on as they are. */
export async function redteamCommand(argv: readonly string[]): Promise<number> {
  const args = ["--conditions=stead-source", placeOf(PROGRAM), ...argv];
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? EXIT.failed));
  });
}

function placeOf(program: string): string {
  try {
    const path = fileURLToPath(import.meta.resolve(program));
    if (existsSync(path)) return path;
  } catch {
    // Not installed here: said below.
  }
  throw new UsageError("stead redteam needs the server's own package beside the command line.");
}
