// What a tool is taken for: the contract that people wrote, or the strictest; and its pinned hash.
import type { ActsAs, Contract, JsonSchema, Tool } from "@stead/protocol";
import { digest, type Json } from "../lib/json.ts";

/** Nobody has looked at it: it may do anything, to anyone, and can't be repeated or undone. */
export const STRICTEST: Contract = {
  effect: "irreversible",
  sinks: {},
  keyed: false,
  result: { audience: [], classes: [], trust: "outside" },
  resultForCallerOnly: true,
};

export interface ToolDescription {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  /** Left out when nobody has written one. */
  readonly contract?: Contract;
  /** `built-in`, `demo`, or the id of an MCP server. */
  readonly provider: string;
  /** Left out: as its provider's tools can. */
  readonly actors?: ActsAs[] | undefined;
  readonly connection?: Tool["connection"];
}

export function toolOf(description: ToolDescription): Tool {
  const { name, title, inputSchema, provider } = description;
  const contract = description.contract ?? STRICTEST;
  const text = description.description;
  return {
    name,
    title,
    description: text,
    inputSchema,
    contract,
    reviewed: description.contract !== undefined,
    provider,
    ...(description.connection ? { connection: description.connection } : {}),
    ...(description.actors ? { actors: description.actors } : {}),
    hash: toolHash({ name, description: text, inputSchema, contract }),
  };
}

/** Pins what the model is told, what is validated, and what people agreed to. */
export function toolHash(
  tool: Pick<Tool, "name" | "description" | "inputSchema" | "contract">,
): string {
  const { name, description, inputSchema, contract } = tool;
  const plain: Json = JSON.parse(JSON.stringify({ name, description, inputSchema, contract }));
  return digest(plain);
}
