// How a command says that it was called wrongly, and what every command is given.
import type { Client } from "@stead/sdk";

export class UsageError extends Error {}

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Asks the person; undefined when nobody is there to answer. */
  ask: ((question: string) => Promise<string>) | undefined;
}

export interface CommandContext {
  readonly client: Client;
  readonly url: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Exit codes, for scripts. */
export const EXIT = { ok: 0, failed: 1, usage: 2, refused: 3, waiting: 4 } as const;

export interface Words {
  readonly positional: readonly string[];
  /** `--name value`, `--name=value`, or `--name` alone for true. */
  readonly options: ReadonlyMap<string, string | true>;
}

/** `flags` are options that take no value. */
export function readWords(argv: readonly string[], flags: readonly string[]): Words {
  const positional: string[] = [];
  const options = new Map<string, string | true>();
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    if (word === "--") return { positional: [...positional, ...argv.slice(index + 1)], options };
    if (!word.startsWith("--")) {
      positional.push(word);
      continue;
    }
    const [name, inline] = splitOnce(word.slice(2));
    const next = argv[index + 1];
    if (inline !== undefined) options.set(name, inline);
    else if (flags.includes(name) || next === undefined || next.startsWith("--"))
      options.set(name, true);
    else {
      options.set(name, next);
      index++;
    }
  }
  return { positional, options };
}

export function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf("=");
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

export function textOption(words: Words, name: string): string | undefined {
  const value = words.options.get(name);
  if (value === true) throw new UsageError(`--${name} needs a value.`);
  return value;
}

export function onlyOptions(words: Words, known: readonly string[]): void {
  for (const name of words.options.keys())
    if (!known.includes(name)) throw new UsageError(`There is no option --${name} here.`);
}
