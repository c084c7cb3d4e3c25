// What a reviewed contract was written for: a tool's name, its words and the arguments that it takes.
import type { Contract } from "@stead/protocol";
import { digest, type Json } from "../../lib/json.ts";

export interface ReviewedContract {
  readonly version: number;
  readonly contract: Contract;
  /** Of the tool as the reviewer saw it. */
  readonly pin: string;
}

/** By the server's own names. */
export type ReviewedContracts = ReadonlyMap<string, ReviewedContract>;

/** Hints and titles count as well: a person has read them. */
export function pinOf(tool: Readonly<Record<string, unknown>>): string {
  const { name, title, description, inputSchema, outputSchema, annotations } = tool;
  const said = { name, title, description, inputSchema, outputSchema, annotations };
  const plain: Json = JSON.parse(JSON.stringify(said));
  return digest(plain);
}
