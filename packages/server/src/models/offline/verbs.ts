// Says what a tool does as English needs it: "book a room", "have booked a room".
import type { KnownTool } from "./tool-kind.ts";
import { isVerb, verbIn } from "./tool-kind.ts";
import { rawWords, stem } from "./words.ts";

const IRREGULAR: Readonly<Record<string, string>> = Object.fromEntries(
  (
    "send sent|make made|put put|set set|pay paid|buy bought|withdraw withdrawn|write written|take taken|" +
    "give given|get got|find found|draw drawn|lend lent|sell sold|tell told|hold held|begin begun|" +
    "cut cut|let let|run run|reset reset|do done|bring brought|leave left|keep kept|show shown|" +
    "read read|build built|draft drafted|edit edited|enter entered|open opened|offer offered|" +
    "register registered|deliver delivered|visit visited|limit limited|credit credited|audit audited|" +
    "order ordered|alter altered|answer answered|render rendered|trigger triggered|log logged|" +
    "freeze frozen|choose chosen|speak spoken|swap swapped|rewrite rewritten|overwrite overwritten|undo undone"
  )
    .split("|")
    .map((pair) => pair.split(" ")),
);

export interface Deed {
  /** "book a meeting room" */
  readonly plain: string;
  /** "booked a meeting room" */
  readonly past: string;
}

export function deedOf(known: KnownTool): Deed {
  const { tool, title, nouns } = known;
  const [first = "", ...rest] = title.split(/\s+/);
  const base = baseOf(first.toLowerCase());
  const name = verbIn(tool);
  const spoken = rawWords(tool.name).find((word) => stem(word) === name);
  const thing = rawWords(tool.name).filter((word) => nouns.includes(stem(word)));
  // A description that goes on past a comma makes half a sentence: then the name says it.
  const whole = !/[,;(]/.test(title) || spoken === undefined || thing.length === 0;
  if (whole && /^[A-Za-z]+$/.test(first) && isSpoken(first, rest[0], known)) {
    const object = objectOf(rest.join(" "));
    return { plain: joined(base, object), past: joined(pastOf(base), object) };
  }
  if (spoken === undefined) return { plain: `use “${title}”`, past: `used “${title}”` };
  const object = thing.length > 0 ? `the ${thing.join(" ")}` : "it";
  return { plain: joined(spoken, object), past: joined(pastOf(spoken), object) };
}

/** A description mostly begins with its verb: "Books a …", "Subscribe an …". */
function isSpoken(first: string, next: string | undefined, { tool }: KnownTool): boolean {
  const base = baseOf(first.toLowerCase());
  const own = rawWords(tool.name).map(stem);
  const before = /^(?:an?|the|one|all|new|some|every|this|your)$/i.test(next ?? "");
  return isVerb(base) || own.includes(stem(base)) || before || first.endsWith("s");
}

function joined(verb: string, object: string): string {
  return object === "" ? verb : `${verb} ${object}`;
}

const OBJECT_WORDS_MAX = 7;

/** Up to where a description goes into detail, and without a second verb. */
function objectOf(rest: string): string {
  const [short = ""] = rest.replace(/^(?:or|and) [a-z]+ /i, "").split(/[,;(]|\s[–—-]\s/);
  const words = short.trim().split(" ");
  const second = words.findIndex(
    (word, i) =>
      /^(?:or|and)$/.test(word) &&
      words.slice(i + 1, i + 3).some((next) => isVerb(baseOf(next.toLowerCase()))),
  );
  const kept = second < 0 ? words : words.slice(0, second);
  if (kept.length <= OBJECT_WORDS_MAX) return kept.join(" ");
  const cut = kept.findLastIndex(
    (word, i) =>
      i > 1 && i <= OBJECT_WORDS_MAX && /^(?:for|by|from|with|to|in|on|at|of)$/.test(word),
  );
  return kept.slice(0, cut < 0 ? undefined : cut).join(" ");
}

/** "books" -> "book", "replies" -> "reply", "pushes" -> "push". */
export function baseOf(word: string): string {
  if (/[^aeiou]ies$/.test(word)) return word.replace(/ies$/, "y");
  if (/(?:sh|ch|ss|x|zz)es$/.test(word)) return word.slice(0, -2);
  return /[^su]s$/.test(word) || word.endsWith("ues") ? word.slice(0, -1) : word;
}

export function pastOf(verb: string): string {
  const known = IRREGULAR[verb];
  if (known !== undefined) return known;
  if (verb.endsWith("e")) return `${verb}d`;
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ied`;
  // "submit", "ship", "transfer", "cancel": the last consonant doubles.
  const doubles =
    /^[^aeiou]*[aeiou][bdgklmnprt]$/.test(verb) || /(?:mit|fer|cur|pel|cel|trol)$/.test(verb);
  return doubles ? `${verb}${verb.at(-1)}ed` : `${verb}ed`;
}
