// The registry's values as those who send ask for them: what stands in a text, or in messages together.
import type { Automaton } from "./automaton.ts";
import type { KnownEncoding, KnownFinding, KnownValues } from "./finding.ts";
import { unitsOf } from "./fold.ts";
import { besideOthers } from "./beside.ts";
import { Looker, type Placed } from "./look.ts";
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
  const find = (text: string): KnownFinding[] =>
    filled.length === 0 || text === "" ? [] : found(text, scanner, ids);
  return {
    find,
    findIn: (parts) => inParts(parts, find),
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

type Find = (text: string) => KnownFinding[];

/** So much of each of two messages that another stands between is looked at together. */
const ACROSS = 2_048;

function inParts(parts: readonly string[], find: Find): KnownFinding[][] {
  const findings: KnownFinding[][] = parts.map(() => []);
  shared(
    findings,
    parts.map((text, part) => ({ text, part, offset: 0 })),
    find,
  );
  // A person's message and the next of theirs: what was answered stands between.
  for (let i = 0; i + 2 < parts.length; i++) {
    const [before = "", after = ""] = [parts[i], parts[i + 2]];
    const offset = Math.max(0, before.length - ACROSS);
    const pieces = [
      { text: before.slice(offset), part: i, offset },
      { text: after.slice(0, ACROSS), part: i + 2, offset: 0 },
    ];
    shared(findings, pieces, find);
  }
  return findings.map((each) => merged(each));
}

interface Piece {
  readonly text: string;
  readonly part: number;
  readonly offset: number;
}

const BORDER = "\n";

function shared(into: KnownFinding[][], pieces: readonly Piece[], find: Find): void {
  let start = 0;
  const placed = pieces.map((piece) => {
    const begin = start;
    start += piece.text.length + BORDER.length;
    return { ...piece, begin };
  });
  let at = 0;
  for (const finding of find(pieces.map(({ text }) => text).join(BORDER))) {
    while (at < placed.length && endOf(placed[at]) <= finding.from) at++;
    for (let k = at; k < placed.length; k++) {
      const piece = placed[k];
      if (!piece || piece.begin >= finding.to) break;
      const from = Math.max(finding.from, piece.begin) - piece.begin;
      const to = Math.min(finding.to, piece.begin + piece.text.length) - piece.begin;
      const isWhole = finding.from >= piece.begin && finding.to <= endOf(piece);
      const encoding: KnownEncoding =
        isWhole || finding.encoding === "unopened" ? finding.encoding : "split";
      if (to > from)
        into[piece.part]?.push({
          ...finding,
          from: from + piece.offset,
          to: to + piece.offset,
          encoding,
        });
    }
  }
}

function endOf(piece: { begin: number; text: string } | undefined): number {
  return piece ? piece.begin + piece.text.length : Infinity;
}
