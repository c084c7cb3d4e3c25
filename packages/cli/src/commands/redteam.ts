// `stead redteam`: attacks a server that is made for it and thrown away, where the server is installed.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { redteamReportSchema } from "@stead/protocol";
import type { Client } from "@stead/sdk";
import { EXIT, UsageError } from "../usage.ts";

const PROGRAM = "@stead/server/redteam/start.ts";
const SEND = "--send";

/** Its own options are the program's, so they are handed on as they are. */
export async function redteamCommand(
  argv: readonly string[],
  signedIn: () => Client,
): Promise<number> {
  if (!argv.includes(SEND)) return await play(argv);
  // Known before the work begins.
  const client = signedIn();
  const folder = mkdtempSync(join(tmpdir(), "stead-redteam-"));
  try {
    const file = join(folder, "report.json");
    const code = await play([...argv.filter((word) => word !== SEND), "--out", file]);
    if (!existsSync(file)) return code;
    const body = redteamReportSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const { id } = await client.call("redteam.report", { body });
    process.stdout.write(`Kept as ${id}.\n`);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function play(argv: readonly string[]): Promise<number> {
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
