// `stead contract init <server>`: drafts a contract for each tool of a server, as a file to review;
// `stead contract accept <server> <file>`: puts the reviewed ones in force.
import { readFileSync } from "node:fs";
import { contractSchema } from "@stead/protocol";
import { z } from "zod";
import { plain } from "../card.ts";
import { EXIT, onlyOptions, UsageError } from "../usage.ts";
import type { CommandContext, Words } from "../usage.ts";

export const CONTRACT_USAGE = `stead contract init <server> > contracts.jsonc
stead contract accept <server> contracts.jsonc
  <server> is its name or its id; lines that begin with // are notes; delete what is not to be accepted`;

const fileSchema = z.record(
  z.string(),
  z.strictObject({ offered: z.string(), contract: contractSchema }),
);

export async function contractCommand(context: CommandContext, words: Words): Promise<number> {
  const [verb, server, file, ...rest] = words.positional;
  onlyOptions(words, []);
  if (server === undefined || rest.length > 0) throw new UsageError(CONTRACT_USAGE);
  if (verb === "init" && file === undefined) return await init(context, server);
  if (verb === "accept" && file !== undefined) return await accept(context, server, file);
  throw new UsageError(CONTRACT_USAGE);
}

async function serverNamed({ client, signal }: CommandContext, name: string): Promise<string> {
  const { items } = await client.call("mcp-server.list", {}, { signal });
  const found = items.find((server) => server.name === name || server.id === name);
  if (found) return found.id;
  const names = items.map((server) => server.name).join(", ");
  throw new UsageError(`There is no MCP server ${name}; there are: ${names || "none"}.`);
}

async function init(context: CommandContext, name: string): Promise<number> {
  const serverId = await serverNamed(context, name);
  const { client, terminal, signal } = context;
  const { items } = await client.call("contract.draft", { params: { serverId } }, { signal });
  const tools = items.map(({ tool, offered, contract, reasons, known }) => {
    const notes = new Map<string, string[]>();
    for (const { about, words } of reasons) notes.set(about, [...(notes.get(about) ?? []), words]);
    const head = known === null ? [] : [`  // the known contract of ${oneLine(known)}`];
    const lines = written({ offered, contract }, { path: "", notes, indent: "  " });
    return [...head, `  ${JSON.stringify(tool)}: ${lines}`].join("\n");
  });
  const intro = `// Drafted for ${oneLine(name)}. Not in force: read it, correct it, then accept it.`;
  terminal.out(plain(`${intro}\n{\n${tools.join(",\n")}\n}\n`));
  terminal.err(`${items.length} tools. Accept what you agree with:\n${CONTRACT_USAGE}\n`);
  return EXIT.ok;
}

interface At {
  readonly path: string;
  readonly notes: ReadonlyMap<string, readonly string[]>;
  readonly indent: string;
}

/** JSON, with why each part is as it is above it. */
function written(value: unknown, { path, notes, indent }: At): string {
  const isSmall = JSON.stringify(value).length < 70 && path.includes(".");
  if (typeof value !== "object" || value === null || Array.isArray(value) || isSmall)
    return JSON.stringify(value);
  const inner = `${indent}  `;
  const parts = Object.entries(value).map(([name, each]) => {
    const under = path === "" ? name : `${path}.${name}`;
    const about = under.replace(/^contract\./, "");
    const why = (notes.get(about) ?? []).map((words) => `${inner}// ${oneLine(words)}\n`).join("");
    return `${why}${inner}${JSON.stringify(name)}: ${written(each, { path: under, notes, indent: inner })}`;
  });
  return parts.length === 0 ? "{}" : `{\n${parts.join(",\n")}\n${indent}}`;
}

/** A server's words must not end the note that they stand in. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

async function accept(context: CommandContext, name: string, file: string): Promise<number> {
  const serverId = await serverNamed(context, name);
  const { client, terminal, signal } = context;
  for (const [tool, body] of Object.entries(read(file))) {
    const done = await client.call(
      "contract.accept",
      { params: { serverId, tool }, body },
      { signal },
    );
    terminal.out(plain(`${done.name}: ${done.effect}, ${done.state}\n`));
  }
  return EXIT.ok;
}

function read(file: string): z.output<typeof fileSchema> {
  let given: unknown;
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    given = JSON.parse(lines.filter((line) => !line.trimStart().startsWith("//")).join("\n"));
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${error instanceof Error ? error.message : ""}`);
  }
  const parsed = fileSchema.safeParse(given);
  if (!parsed.success) throw new UsageError(`${file}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
