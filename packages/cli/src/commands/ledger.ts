// `stead ledger verify`: asks the server to check itself; with `--export`, checks it without trusting it.
import { open, type FileHandle } from "node:fs/promises";
import { EXIT, onlyOptions, textOption, UsageError } from "../usage.ts";
import type { CommandContext, Words } from "../usage.ts";
import { handedOn, runVerifier } from "../verifier.ts";

export const LEDGER_USAGE = `stead ledger verify [--export file [--key name+id+base64] [--seen file]]
stead ledger export <file>`;

export async function ledgerCommand(context: CommandContext, words: Words): Promise<number> {
  const [verb, file, ...rest] = words.positional;
  onlyOptions(words, ["export", "key", "seen"]);
  if (rest.length > 0) throw new UsageError(LEDGER_USAGE);
  if (verb === "export" && file !== undefined) {
    await exportTo(context, file);
    return EXIT.ok;
  }
  if (verb !== "verify" || file !== undefined) throw new UsageError(LEDGER_USAGE);
  const target = textOption(words, "export");
  if (target === undefined) return verifyThere(context);
  await exportTo(context, target);
  // Without a key that somebody kept, the verifier believes the export's own, and says so.
  const code = await runVerifier("ledger", [target, ...handedOn(words, ["key", "seen"])]);
  if (code !== 0) context.terminal.err("The export does not verify.\n");
  return code;
}

async function verifyThere({ client, terminal, signal }: CommandContext): Promise<number> {
  const found = await client.call("ledger.verify", {}, { signal });
  const { firstBad } = found;
  terminal.out(
    `${found.ok ? "The ledger verifies." : "THE LEDGER DOES NOT VERIFY."}\n` +
      `${found.events} events in ${found.streams} streams, ${found.checkpoints} checkpoints; ` +
      `${found.uncovered} events not yet covered by a checkpoint, ` +
      `${found.unwitnessed} checkpoints without a witness.\n`,
  );
  if (firstBad)
    terminal.out(`First bad: ${firstBad.stream} ${firstBad.seq ?? ""}: ${firstBad.why}\n`);
  return found.ok ? EXIT.ok : EXIT.failed;
}

/** Page by page, so that a large ledger is never in memory. */
async function exportTo(context: CommandContext, file: string): Promise<void> {
  const { client, terminal, signal } = context;
  const handle = await opened(file);
  let after: string | undefined;
  let publicKey = "";
  let lines = 0;
  try {
    do {
      const query = after === undefined ? {} : { after };
      const page = await client.call("ledger.export", { query }, { signal });
      for (const line of page.lines) await handle.write(`${line}\n`);
      lines += page.lines.length;
      publicKey = page.publicKey;
      after = page.next ?? undefined;
    } while (after !== undefined);
  } finally {
    await handle.close();
  }
  terminal.err(`${lines} lines written to ${file}\nThe ledger's key, to keep: ${publicKey}\n`);
}

async function opened(file: string): Promise<FileHandle> {
  try {
    return await open(file, "w", 0o600);
  } catch (error) {
    throw new UsageError(
      `${file} can't be written: ${error instanceof Error ? error.message : ""}`,
    );
  }
}
