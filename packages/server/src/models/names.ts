// Tool names as providers allow them (no dots, 64 characters), and back.
import { sha256 } from "../lib/json.ts";

const CHARS_MAX = 64;

export interface ToolNames {
  /** The name on the wire; also of a tool that is no longer offered but stands in past turns. */
  toWire(name: string): string;
  /** The tool that a model means; a name it made up comes back as it is. */
  fromWire(name: string): string;
}

export function toolNames(names: readonly string[]): ToolNames {
  const wireOf = new Map<string, string>();
  const nameOf = new Map<string, string>();
  // Names that need no change come first, so that they keep their own.
  const sorted = names.toSorted((a, b) => Number(safe(a) !== a) - Number(safe(b) !== b));
  for (const name of sorted) {
    const plain = safe(name);
    const wire = nameOf.has(plain) ? marked(name) : plain;
    wireOf.set(name, wire);
    nameOf.set(wire, name);
  }
  return {
    toWire: (name) => wireOf.get(name) ?? safe(name),
    fromWire: (name) => nameOf.get(name) ?? name,
  };
}

function safe(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_-]/g, "_");
  return plain.length <= CHARS_MAX && plain !== "" ? plain : marked(name);
}

function marked(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9_-]/g, "_");
  return `${plain.slice(0, CHARS_MAX - 9)}_${sha256(name).slice(0, 8)}`;
}
