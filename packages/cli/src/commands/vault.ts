// `stead vault`: which keys wrap what is sealed; `stead vault rotate`: wraps all of it with a new one.
import { EXIT, onlyOptions, UsageError } from "../usage.ts";
import type { CommandContext, Words } from "../usage.ts";

export const VAULT_USAGE = "stead vault [rotate]";

export async function vaultCommand(context: CommandContext, words: Words): Promise<number> {
  const [verb, ...rest] = words.positional;
  onlyOptions(words, []);
  if (rest.length > 0 || (verb !== undefined && verb !== "rotate"))
    throw new UsageError(VAULT_USAGE);
  const { client, terminal, signal } = context;
  const name = verb === "rotate" ? "vault.rotate" : "vault.get";
  const { keys, rotation } = await client.call(name, {}, { signal });
  for (const { id, current, rows } of keys)
    terminal.out(`key ${id}  wraps ${rows}${current ? "  (in use)" : ""}\n`);
  if (rotation && rotation.endedAt === null)
    terminal.out(`A rotation is under way: ${rotation.done} wrapped anew so far.\n`);
  return EXIT.ok;
}
