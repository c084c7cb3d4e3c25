// Values that the person points out by words around them: "subject: …", "from … to …", "called …".
import type { Entity } from "./entities.ts";
import type { Filler } from "./fill.ts";
import type { Param } from "./tool-kind.ts";
import { rawWords, stem } from "./words.ts";

const NAMED = "titled|called|named|entitled|headed";
const SAYING = "saying(?: that)?|that says|which says|says(?: that)?|reading";
const FOLLOWS =
  "to|into|onto|from|on|at|in|for|with|by|until|of|and|as|titled|called|named|because";

/** The name in full, and its last word when that says more than a kind. */
function labelsOf(param: Param): string[] {
  const words = rawWords(param.name);
  const last = words.at(-1) ?? "";
  const own = [words.join("[ _-]?")];
  if (words.length > 1 && !/^(id|no|number|code|key|name|text|date|at|on|by)$/.test(last))
    own.push(last);
  if (words.length > 1 && /^(id|no|number|code|key|name)$/.test(last))
    own.push(words.slice(0, -1).join("[ _-]?"));
  return own;
}

/** `subject: …`, `the title is …`, `guest Ana Silva`, `shelf 3`. */
export function labelled(param: Param, filler: Filler, prose = false): string | undefined {
  for (const label of labelsOf(param)) {
    const value = spelled(label, filler, prose) ?? pointed(label, filler);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** "plate: ABC": an id that looks like none, but has its label. */
export function labelledId(param: Param, filler: Filler): string | undefined {
  for (const label of labelsOf(param)) {
    const value = spelled(label, filler, false);
    if (value !== undefined && !value.includes(" ")) return value;
  }
  return undefined;
}

/** With a colon or an "is": all up to the next comma, or to the next label when it is prose. */
function spelled(label: string, filler: Filler, prose: boolean): string | undefined {
  const { text } = filler.said;
  const start = new RegExp(`\\b${label}s?\\s*(?::|=|\\bis\\b|\\bas\\b)\\s*`, "i").exec(text);
  if (!start) return undefined;
  const from = start.index + start[0].length;
  const rest = text.slice(from);
  const quote = /^["“']([^"”']+)["”']/.exec(rest);
  const others = filler.known.params.flatMap(labelsOf).join("|");
  const until = prose
    ? new RegExp(`[,;.]?\\s+(?:and |with )?(?:the )?(?:${others})\\s*[:=]|\\n|$`, "i")
    : /[,;\n]|\.(?:\s|$)|\s+(?:and|with)\s+(?:the\s+)?\w+\s*[:=]|$/;
  const cut = quote?.[0].length ?? until.exec(rest)?.index ?? rest.length;
  filler.used.add({ start: start.index, end: from + cut });
  const value = quote?.[1] ?? rest.slice(0, cut);
  return value.trim().replace(/\.$/, "") || undefined;
}

/** "freezer F2": what stands right behind its label and can be told apart. */
function pointed(label: string, filler: Filler): string | undefined {
  const { text } = filler.said;
  for (const match of text.matchAll(new RegExp(`\\b${label}s?,?\\s+(?:of |to |no\\.? )?`, "gi"))) {
    const at = match.index + match[0].length;
    const next = entityAt(filler, at, ["quote", "id", "path", "name", "number"]);
    if (!next) continue;
    filler.used.add(next);
    return next.text;
  }
  const word = new RegExp(`\\b(?:the|with|an?) ${label} ([\\p{L}\\p{N}-]{2,40})\\b`, "iu").exec(
    text,
  );
  const value = word?.[1] ?? "";
  if (!word || new RegExp(`^(?:${FOLLOWS}|is|was|are|that|which)$`, "i").test(value))
    return undefined;
  filler.used.add({ start: word.index, end: word.index + word[0].length });
  return value;
}

function entityAt(
  filler: Filler,
  at: number,
  kinds: readonly Entity["kind"][],
): Entity | undefined {
  return filler.entities.find(
    (entity) => entity.start === at && kinds.includes(entity.kind) && !filler.used.has(entity),
  );
}

/** `called …`, `titled "…"`. */
export function called(filler: Filler): string | undefined {
  return after(filler, `\\b(?:${NAMED})\\b:?\\s+`);
}

/** `saying that …`, or all that stands behind a colon. */
export function told(filler: Filler): string | undefined {
  const { text } = filler.said;
  const match = new RegExp(`\\b(?:${SAYING})\\b[:,]?\\s+|:\\s+(?=\\S+ \\S+)`, "i").exec(text);
  if (!match) return undefined;
  const from = match.index + match[0].length;
  if (filler.isUsed(from)) return undefined;
  filler.used.add({ start: match.index, end: text.length });
  const rest = text.slice(from).trim();
  return rest.replace(/^["“']([^"”']+)["”']$/, "$1").replace(/(?<=[^.])\.$/, "") || undefined;
}

/** Whether a value comes from here or goes there, by its name, its words or its counterpart. */
export function directionOf(param: Param, params: readonly Param[]): "from" | "to" | undefined {
  const words = new Set([...param.words, ...rawWords(param.description).map(stem)]);
  if (["from", "source", "origin", "departure"].some((word) => words.has(stem(word))))
    return "from";
  if (
    ["to", "into", "destination", "target", "arrival"].some((word) =>
      param.words.includes(stem(word)),
    )
  )
    return "to";
  if (["into", "destination", "target", "arrival"].some((word) => words.has(stem(word))))
    return "to";
  const twin = params.find((other) => other.name !== param.name && shareNoun(param, other));
  const facing = twin ? directionOf(twin, []) : undefined;
  return facing === undefined ? undefined : facing === "to" ? "from" : "to";
}

/** Two that are said to be the same sort of thing: "the branch that …", "the branch to …". */
export function shareNoun(a: Param, b: Param): boolean {
  const own = new Set(rawWords(a.description).slice(0, 3).map(stem));
  return rawWords(b.description)
    .slice(0, 3)
    .some((word) => word.length > 3 && own.has(stem(word)));
}

const PREPOSITIONS = { from: "from", to: "to|into|onto" } as const;

export function directed(param: Param, filler: Filler): string | undefined {
  const way = directionOf(param, filler.params);
  return way === undefined
    ? undefined
    : after(filler, `\\b(?:${PREPOSITIONS[way]})\\s+(?:the\\s+)?`);
}

/** "in Bern", "at B-02", "to Legal": where something is or goes. */
export function placed(filler: Filler): string | undefined {
  return after(filler, "\\b(?:[Ii]n|[Aa]t|[Tt]o|into|for)\\s+(?:the\\s+)?(?=\\p{Lu})", "gu");
}

/** What follows a word: what can be told apart, or up to three words before the next preposition. */
function after(filler: Filler, lead: string, flags = "giu"): string | undefined {
  const { text } = filler.said;
  for (const match of text.matchAll(new RegExp(lead, flags))) {
    const at = match.index + match[0].length;
    if (filler.isUsed(at)) continue;
    const next = entityAt(filler, at, ["quote", "id", "path"]);
    if (next) {
      filler.used.add(next);
      return next.text;
    }
    if (filler.entities.some(({ start, kind }) => start === at && kind !== "name")) continue;
    const stop = filler.entities.find(({ start, kind }) => start > at && kind !== "name")?.start;
    const rest = text.slice(at, stop);
    const words = new RegExp(`^.{1,120}?(?=\\s+(?:${FOLLOWS})\\b|[,.;:?!\\n]|\\s*$)`, "iu").exec(
      rest,
    );
    const value = words?.[0].trim() ?? "";
    if (value === "" || value.split(" ").length > 6) continue;
    filler.used.add({ start: match.index, end: at + (words?.[0].length ?? 0) });
    return value;
  }
  return undefined;
}
