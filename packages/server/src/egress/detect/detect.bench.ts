// What detection costs, on ordinary text and on texts made to be slow, and how well it does on the
// development data where it is. Beside it, in the same run, each word of the text looked up in a Set:
// the floor of anything that knows words.
import { readFileSync } from "node:fs";
import { detect } from "./detect.ts";
import { hasData, readCases, readSentences, scoreCases, scoreSentences } from "./score.fixture.ts";
import type { Find } from "./score.fixture.ts";

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const ROUNDS = 9;
/** Of fewer findings a share says nothing. */
const TOLD_MIN = 20;
const ORDINARY_CHARS = 4_000_000;
const HOSTILE_CHARS = 100_000;
/** Ordinary text: pages about software, with a name or a date here and there. */
const ORDINARY = ["GLOSSARY.md", "ARCHITECTURE.md", "STYLE.md", "SECURITY.md", "README.md"];

const HOSTILE: Readonly<Record<string, string>> = {
  cards: "4111 1111 1111 1112 ",
  dates: "5 May 2021 ",
  digits: "1 ",
  groups: "123-",
  colons: "a:",
  streets: "1 Main ",
  suites: "Suite 1 ",
  capitals: "Aa ",
  names: "John Smith ",
  plates: "B AB 1",
  phones: "+1(",
  mails: "a.a@a.a",
  urls: "http://",
  tokens: "eyJaaaaaaaaaaaaaaaa.",
  keys: "sk-ant-",
  coins: "1BoatSLRHtKNngkdXEeobR76b53LETtpyT ",
  pem: "-----BEGIN PRIVATE KEY",
  passwords: "password: ",
  groupsOfTwo: "12 ",
  bracketed: "1(2)",
  zeros: "0049 ",
  socials: "123 45 6789 ",
  months: "May 1 ",
  asked: "1 1 1 1 ssn ",
  letters: "AB 12 CD 34 ",
  quads: "1.1.1.1 ",
  base64: "aGVsbG8gd29ybGQ+/9",
  hex: "deadbeef00",
  shouted: "JOHN SMITH ",
  sparse: "1 N ",
  fractions: "12/34 ",
  pairsOfGroups: "12 1234 ",
  surrogates: "\ud800",
};

export function measureDetect(): Figure[] {
  const root = new URL("../../../../../", import.meta.url);
  const pages = ORDINARY.map((name) => readFileSync(new URL(name, root), "utf8")).join("\n");
  const ordinary = filled(pages, ORDINARY_CHARS);
  const figures: Figure[] = [
    { name: "detect.first-use", value: cpuMs(() => detect("x"), 1), unit: "ms" },
    speed("detect.ordinary-text", ordinary, detect),
    speed("detect.floor.words-in-a-set", ordinary, wordsInSet),
  ];
  let worst = { name: "", ms: 0 };
  for (const [name, piece] of Object.entries(HOSTILE)) {
    const text = filled(piece, HOSTILE_CHARS);
    const ms = cpuMs(() => detect(text), ROUNDS);
    if (ms > worst.ms) worst = { name, ms };
  }
  figures.push({
    name: `detect.hostile-100-kb.worst (${worst.name})`,
    value: worst.ms,
    unit: "ms",
  });
  if (hasData) figures.push(...quality("stead", detect));
  return figures;
}

/** Recall, precision and what leaks, for ours and for whatever else finds spans. */
export function quality(name: string, find: Find): Figure[] {
  const score = scoreSentences(find, readSentences());
  const cases = scoreCases(find, readCases());
  const figures: Figure[] = [
    { name: "covered", value: share(score.covered, score.spans), unit: "of spans" },
    { name: "leaked", value: share(score.leaked, score.chars), unit: "of characters" },
    { name: "precision", value: share(score.right, score.found), unit: "of findings" },
    { name: "clean-flagged", value: share(score.cleanFlagged, score.clean), unit: "of sentences" },
    { name: "cases-found", value: share(cases.found, cases.positives), unit: "of positives" },
    { name: "cases-flagged", value: share(cases.flagged, cases.negatives), unit: "of negatives" },
  ];
  for (const [type, of] of score.types) {
    figures.push({ name: `${type}.covered`, value: share(of.covered, of.spans), unit: "of spans" });
    figures.push({
      name: `${type}.leaked`,
      value: share(of.leaked, of.chars),
      unit: "of characters",
    });
  }
  for (const [type, { found, right }] of score.told)
    if (type !== "" && found >= TOLD_MIN)
      figures.push({
        name: `told-as.${type}.precision`,
        value: share(right, found),
        unit: "of findings",
      });
  return figures.map((figure) => ({ ...figure, name: `detect.${name}.${figure.name}` }));
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function wordsInSet(text: string): number {
  const known = new Set(["the", "of", "and"]);
  let met = 0;
  for (const [word] of text.matchAll(/[\p{L}\d]+/gu)) if (known.has(word.toLowerCase())) met++;
  return met;
}

function filled(piece: string, chars: number): string {
  return piece.repeat(Math.ceil(chars / piece.length)).slice(0, chars);
}

function speed(name: string, text: string, work: (text: string) => unknown): Figure {
  const ms = cpuMs(() => work(text), ROUNDS);
  return { name, value: text.length / 1_000 / ms, unit: "MB/s" };
}

/** The least of the rounds: what is more is the machine's other work. */
function cpuMs(work: () => unknown, rounds: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}
