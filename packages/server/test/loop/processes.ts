// Processes that a test starts and kills, each told by its id.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

const ENTRY = join(import.meta.dirname, "process.ts");

export interface Spawned {
  readonly child: ChildProcess;
  readonly errors: string[];
  kill(signal: NodeJS.Signals): Promise<void>;
}

export async function startProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  entry = ENTRY,
): Promise<Spawned> {
  const child = spawn(process.execPath, ["--conditions=stead-source", entry, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors: string[] = [];
  child.stderr.on("data", (chunk) => {
    errors.push(String(chunk));
    if (errors.length > 2000) errors.shift();
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const ready = new Promise<boolean>((resolve) => {
    child.stdout.on("data", (chunk) => String(chunk).includes("ready") && resolve(true));
    child.once("exit", () => resolve(false));
  });
  if (!(await ready)) throw new Error(`it did not start: ${errors.join("")}`);
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return { child, errors, kill };
}

/** The pid of the PostgreSQL that keeps its data here. */
export function postgresPid(dataDir: string): number {
  const file = join(dataDir, "cluster", "postmaster.pid");
  return existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : 0;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
