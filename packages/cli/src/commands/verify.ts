// `stead verify report`: checks a signed report here, without a server and without believing one.
import { existsSync } from "node:fs";
import { EXIT, onlyOptions, UsageError } from "../usage.ts";
import type { CommandContext, Words } from "../usage.ts";
import { handedOn, runVerifier } from "../verifier.ts";

export const VERIFY_USAGE = `stead verify report <file> [--key name+id+base64] [--export ledger.jsonl]`;

export async function verifyCommand(context: CommandContext, words: Words): Promise<number> {
  const [what, file, ...rest] = words.positional;
  onlyOptions(words, ["key", "export"]);
  if (what !== "report" || file === undefined || rest.length > 0)
    throw new UsageError(VERIFY_USAGE);
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
  const code = await runVerifier("report", [file, ...handedOn(words, ["key", "export"])]);
  if (code !== 0) context.terminal.err("The report does not verify.\n");
  return code === 0 ? EXIT.ok : EXIT.failed;
}
