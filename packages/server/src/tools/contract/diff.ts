// What differs between two versions of a tool or of a contract, part by part, as people compare them.
import type { ContractChange } from "@stead/protocol";
import { clip } from "../../lib/bounded.ts";
import { isRecord } from "../../lib/record.ts";
import { visible } from "../../lib/visible.ts";
import type { Listed } from "./listed.ts";

const CHANGES_MAX = 300;
const CHARS_MAX = 2_000;

export function toolChanges(before: Listed, after: Listed): ContractChange[] {
  return changesOf(partsOf(before), partsOf(after));
}

export function contractChanges(before: unknown, after: unknown): ContractChange[] {
  return changesOf(leaves(before, "contract"), leaves(after, "contract"));
}

function partsOf({ name: _same, ...said }: Listed): Map<string, string> {
  return leaves(
    {
      title: said.title ?? "",
      description: said.description ?? "",
      arguments: said.inputSchema,
      ...(said.outputSchema ? { result: said.outputSchema } : {}),
      ...(said.annotations ? { hints: said.annotations } : {}),
    },
    "",
  );
}

function changesOf(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): ContractChange[] {
  const parts = [...new Set([...before.keys(), ...after.keys()])];
  return parts
    .filter((part) => before.get(part) !== after.get(part))
    .slice(0, CHANGES_MAX)
    .map((part) => ({
      part: shown(part),
      before: textOf(before.get(part)),
      after: textOf(after.get(part)),
    }));
}

function textOf(text: string | undefined): string | null {
  return text === undefined ? null : shown(text);
}

/** Foreign words: shown as they are, not as they want to look. */
function shown(text: string): string {
  return clip(visible(text), CHARS_MAX);
}

function leaves(
  value: unknown,
  path: string,
  found = new Map<string, string>(),
): Map<string, string> {
  if (isRecord(value) && Object.keys(value).length > 0)
    for (const [name, each] of Object.entries(value)) {
      // The parts of a schema that only hold others say nothing of their own.
      const isHolder = name === "properties" && isRecord(each);
      leaves(each, isHolder ? path : path === "" ? name : `${path}.${name}`, found);
    }
  else if (value !== undefined)
    found.set(path, typeof value === "string" ? value : JSON.stringify(value));
  return found;
}
