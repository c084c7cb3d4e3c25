// A connected server as it is stored: where it is, and its tools as people accepted them.
import { z } from "zod";
import { digest, type Json } from "../../lib/json.ts";
import type { McpServer } from "./server.ts";

// What was accepted, as it was stored: an MCP tool as far as it is used here.
export const storedToolsSchema = z.array(
  z.looseObject({
    name: z.string(),
    inputSchema: z.looseObject({ type: z.literal("object") }),
  }),
);
export type StoredTool = z.infer<typeof storedToolsSchema>[number];
export const transportSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("http"), url: z.string() }),
  z.object({
    kind: z.literal("stdio"),
    command: z.string(),
    args: z.array(z.string()),
    hosts: z.array(z.string()).optional(),
  }),
]);

/** As they are stored: what was left undefined is not there. */
function stored(tools: readonly unknown[]): string {
  const json: Json = JSON.parse(JSON.stringify(tools));
  return digest(json);
}

export function sameTools(held: readonly unknown[], given: readonly unknown[]): boolean {
  return stored(held) === stored(given);
}

/** What was accepted, for the record: name and hash of each tool. */
export function hashes(server: McpServer): Json {
  return server.definitions.map((tool) => {
    const plain: Json = JSON.parse(JSON.stringify(tool));
    return { name: tool.name, hash: digest(plain) };
  });
}
