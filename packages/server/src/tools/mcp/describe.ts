// What an MCP server says of its tools, made fit to be shown: foreign text, so bounded and cleaned.
import type { Tool as McpTool } from "@modelcontextprotocol/client";
import type { Contract, Tool } from "@stead/protocol";
import { clip } from "../../lib/bounded.ts";
import { oneLine, visible } from "../../lib/visible.ts";
import { toolOf } from "../contract.ts";
import { safeSchema } from "../schema.ts";

export const TOOLS_MAX = 500;
const DESCRIPTION_CHARS_MAX = 2_000;
const TITLE_CHARS_MAX = 100;

/** Its names, descriptions, choices and defaults are all read by a model. */
function visibleSchema(schema: unknown): unknown {
  try {
    const cleaned: unknown = JSON.parse(visible(JSON.stringify(schema) ?? "null"));
    return cleaned;
  } catch {
    // Too deep to be written: what is no schema is refused.
    return null;
  }
}

export interface ServerFacts {
  readonly id: string;
  /** Put before each tool's own name. */
  readonly prefix: string;
  /** The connection as people know it, and the account with which it acts by itself. */
  readonly connection: { readonly name: string; readonly account: string };
  readonly contracts: Readonly<Record<string, Contract>>;
}

export interface ListedTool {
  /** As the server calls it. */
  readonly remote: string;
  readonly tool: Tool;
  readonly notes: readonly string[];
}

export function nameOf(prefix: string, tool: string): string {
  return `${prefix}${tool.replaceAll(/[^A-Za-z0-9_.-]/g, "_")}`;
}

/** The tools that can be used, and why the others can't. */
export function describeTools(
  server: ServerFacts,
  listed: readonly McpTool[],
): { readonly tools: ListedTool[]; readonly dropped: string[] } {
  const tools = new Map<string, ListedTool>();
  const dropped: string[] = [];
  for (const [i, given] of listed.entries()) {
    const name = nameOf(server.prefix, given.name);
    const schema = safeSchema(visibleSchema(given.inputSchema));
    if (i >= TOOLS_MAX) dropped.push(`${clip(name, 80)}: more than ${TOOLS_MAX} tools`);
    else if (tools.has(name)) dropped.push(`${clip(name, 80)}: a second tool of that name`);
    else if (!schema.ok) dropped.push(`${clip(name, 80)}: ${schema.failure.detail}`);
    else {
      const contract = Object.hasOwn(server.contracts, given.name)
        ? server.contracts[given.name]
        : undefined;
      const tool = toolOf({
        name,
        title: clip(
          oneLine(given.title ?? given.annotations?.title ?? given.name),
          TITLE_CHARS_MAX,
        ),
        description: clip(visible(given.description ?? ""), DESCRIPTION_CHARS_MAX),
        inputSchema: schema.value.schema,
        provider: server.id,
        connection: server.connection,
        ...(contract ? { contract } : {}),
      });
      tools.set(name, { remote: given.name, tool, notes: schema.value.notes });
    }
  }
  return { tools: [...tools.values()], dropped };
}
