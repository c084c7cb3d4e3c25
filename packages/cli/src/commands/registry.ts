// `stead registry import <file.csv> <column>=<class> …`: registers the values of a list in place of those
// under the same name.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { classOfField, csvHead, importKnown } from "@stead/sdk";
import { plain } from "../card.ts";
import { EXIT, onlyOptions, textOption, UsageError } from "../usage.ts";
import type { CommandContext, Words } from "../usage.ts";

export const REGISTRY_USAGE = `stead registry import <file.csv> <column>=<class> ... [--name "Patients"]
  <column> is a name of the file's first line, <class> such as pii, phi, financial;
  without any column it shows which there are and what they may be; the name is the file's if not given`;

export async function registryCommand(context: CommandContext, words: Words): Promise<number> {
  const [verb, file, ...maps] = words.positional;
  onlyOptions(words, ["name"]);
  if (verb !== "import" || file === undefined) throw new UsageError(REGISTRY_USAGE);
  const { client, terminal, signal } = context;
  const csv = read(file);
  if (maps.length === 0) throw new UsageError(choices(file, csv));
  const columns = maps.map((map) => {
    const at = map.lastIndexOf("=");
    if (at < 1) throw new UsageError(`${map}: say <column>=<class>.`);
    return { header: map.slice(0, at), class: map.slice(at + 1) };
  });
  const name = textOption(words, "name") ?? basename(file).replace(/\.csv$/i, "");
  const done = await importKnown(
    (body) => client.call("registry.import", { body }, { signal }),
    { name, columns, csv },
    (part) => terminal.err(`\r${Math.round(part * 100)} %`),
  );
  terminal.err("\n");
  for (const { line, error } of done.errors) terminal.err(plain(`line ${line}: ${error}\n`));
  if (done.skipped > done.errors.length)
    terminal.err(`… ${done.skipped - done.errors.length} more lines were left out\n`);
  terminal.out(plain(`${name}: ${done.records} records, ${done.skipped} lines left out\n`));
  return done.skipped === 0 ? EXIT.ok : EXIT.failed;
}

function choices(file: string, csv: string): string {
  const maps = csvHead(csv).map((header) => {
    const of = classOfField(header.replaceAll(/\s+/g, "_"));
    return of === undefined
      ? `  ${header} (nothing that is known by its name)`
      : `  ${header}=${of}`;
  });
  return plain(
    `${file} has these columns; name those to register:\n${maps.join("\n")}\n${REGISTRY_USAGE}`,
  );
}

/** Whoever saved it in another encoding is told where; wrong letters would never be found again. */
function read(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${error instanceof Error ? error.message : ""}`);
  }
  const text = bytes.toString("utf8");
  const wrong = text.indexOf("\uFFFD");
  if (wrong < 0) return text;
  const line = text.slice(0, wrong).split("\n").length;
  throw new UsageError(`${file}, line ${line}: not UTF-8. Save it as CSV in UTF-8.`);
}
