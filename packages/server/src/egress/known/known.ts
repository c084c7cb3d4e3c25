// The registry's values as those who send ask for them: what stands in a text, or in messages together.
import type { Automaton } from "./automaton.ts";
import type { KnownFinding, KnownValues } from "./finding.ts";
import { unitsOf } from "./fold.ts";
import { besideOthers } from "./beside.ts";
import { Looker, type Placed } from "./look.ts";
import { findInParts } from "./parts.ts";
import { Remembered } from "./remembered.ts";
import { Scanner } from "./scan.ts";
import { writingOf } from "./writing.ts";

export interface KnownSource {
  readonly id: string;
  readonly automaton: Automaton;
}

export function knownValues(sources: readonly KnownSource[], version: number): KnownValues {
  const filled = sources.filter(({ automaton }) => automaton.tables.size > 0);
  const scanner = new Scanner(filled.map(({ automaton }) => automaton));
  const ids = new Map(filled.map(({ id, automaton }) => [automaton, id]));
  const remembered = new Remembered((text) =>
    filled.length === 0 || text === "" ? [] : found(text, scanner, ids),
  );
  const find = (text: string): KnownFinding[] => [...remembered.of(text)];
  return {
    find,
    findIn: (parts) => findInParts(parts, (text) => remembered.of(text)).map(merged),
    version,
    size: filled.reduce((sum, { automaton }) => sum + automaton.tables.size, 0),
  };
}

type Ids = ReadonlyMap<Automaton, string>;

function found(text: string, scanner: Scanner, ids: Ids): KnownFinding[] {
  const units = unitsOf(text);
  const { strong, weak, unopened } = new Looker(scanner).look(units);
  const placed = [...strong, ...besideOthers(strong, weak)];
  const findings = placed.map((each) => findingOf(each, text, ids));
  for (const { from, to } of unopened)
    findings.push({ from, to, valueId: "", class: "unopened", field: "", encoding: "unopened" });
  return merged(findings);
}

const UNSEEN = /[\p{M}\p{Cf}]*/uy;

function findingOf({ from, to, hit, encoding }: Placed, text: string, ids: Ids): KnownFinding {
  const { tables } = hit.source;
  const column = tables.columns[tables.column[hit.value] ?? 0];
  // An accent, or what nobody sees, goes with the letter that it follows.
  UNSEEN.lastIndex = to;
  const end = to + (UNSEEN.exec(text)?.[0].length ?? 0);
  return {
    from,
    to: end,
    valueId: `${ids.get(hit.source) ?? ""}:${hit.value}`,
    class: column?.class ?? "",
    field: column?.field ?? "",
    encoding: encoding ?? writingOf(text.slice(from, to), tables.written[hit.value] ?? 0),
  };
}

/** Where two overlap they are one: of what may not be looked into, else of the longer. */
function merged(findings: KnownFinding[]): KnownFinding[] {
  const sorted = findings.toSorted((a, b) => a.from - b.from || b.to - a.to);
  const kept: KnownFinding[] = [];
  for (const next of sorted) {
    const last = kept.at(-1);
    if (!last || next.from >= last.to) kept.push(next);
    else kept[kept.length - 1] = together(last, next);
  }
  return kept;
}

function together(a: KnownFinding, b: KnownFinding): KnownFinding {
  const bWins = a.valueId !== "" && (b.valueId === "" || b.to - b.from > a.to - a.from);
  return { ...(bWins ? b : a), from: a.from, to: Math.max(a.to, b.to) };
}
