// What a call offers its model, prepared once for each list of tools: names for the wire, and the
// scanner's view of them. A run offers the same tools at every step.
import type { ModelTool } from "./model.ts";
import { toolNames, type ToolNames } from "./names.ts";
import type { ScannerTool } from "./scan/scanner.ts";

export interface Offer {
  readonly names: ToolNames;
  /** Under both names: models write either. */
  readonly scanned: readonly ScannerTool[];
}

const KEPT_MAX = 200;

export class Offers {
  readonly #kept = new Map<string, Offer>();

  of(tools: readonly ModelTool[]): Offer {
    const key = JSON.stringify(tools);
    const known = this.#kept.get(key);
    if (known) return known;
    const offer = prepared(tools);
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(key, offer);
    return offer;
  }
}

function prepared(tools: readonly ModelTool[]): Offer {
  const names = toolNames(tools.map((tool) => tool.name));
  const byName = new Map<string, ModelTool>();
  for (const tool of tools) {
    byName.set(tool.name, tool);
    byName.set(names.toWire(tool.name), tool);
  }
  const scanned = [...byName].map(([name, tool]) => ({ name, parameters: tool.inputSchema }));
  return { names, scanned };
}
