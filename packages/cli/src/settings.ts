// Where Stead is and with which key: the environment first, then a file that only its owner reads.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { UsageError } from "./usage.ts";

const fileSchema = z.object({ url: z.url().optional(), key: z.string().optional() });
export type Settings = z.infer<typeof fileSchema>;

const DEFAULT_URL = "http://127.0.0.1:4600";

export interface Place {
  readonly url: string;
  readonly key: string | undefined;
}

function settingsFile(): string {
  const base = process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config");
  return join(base, "stead", "settings.json");
}

/** The only reader of the environment in the command line. */
export function readPlace(anew = false): Place {
  const saved = anew ? {} : readFile();
  return {
    url: process.env["STEAD_URL"] ?? saved.url ?? DEFAULT_URL,
    key: process.env["STEAD_KEY"] ?? saved.key,
  };
}

function readFile(): Settings {
  let text: string;
  try {
    text = readFileSync(settingsFile(), "utf8");
  } catch {
    return {};
  }
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch {
    throw new UsageError(`${settingsFile()} can't be read: repair it, or \`stead login\` again.`);
  }
}

/** Returns where it was written. */
export function saveSettings(settings: Settings): string {
  const file = settingsFile();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  // The mode above counts only for a new file.
  chmodSync(file, 0o600);
  return file;
}
