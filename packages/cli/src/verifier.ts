// Runs a stand-alone verifier: a program of its own, which shares no code with the server.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { EXIT, textOption, UsageError, type Words } from "./usage.ts";

const SCRIPTS = new URL("../../../scripts/", import.meta.url);

export async function runVerifier(name: string, args: readonly string[]): Promise<number> {
  const script = fileURLToPath(new URL(`verify-${name}.mjs`, SCRIPTS));
  if (!existsSync(script)) throw new UsageError(`The verifier is not here: ${script}`);
  const child = spawn(process.execPath, [script, ...args], { stdio: "inherit" });
  return new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exit) => resolve(exit ?? EXIT.failed));
  });
}

/** Options that are handed on as they are. */
export function handedOn(words: Words, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const value = textOption(words, name);
    return value === undefined ? [] : [`--${name}`, value];
  });
}
