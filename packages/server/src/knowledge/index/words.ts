// The words that a text is found by: lower case, without accents, English endings and stop words; runs of
// scripts that are written without spaces as pairs of characters.
import { stemmer } from "stemmer";

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}]/u;
const WORD_CHARS_MAX = 40;
const STEMS_MAX = 200_000;
const STOP = new Set(
  (
    "a about above after again against all am an and any are as at be because been before being " +
    "below between both but by can could did do does doing down during each few for from further " +
    "had has have having he her here hers him his how i if in into is it its just me more most my " +
    "no nor not now of off on once only or other our ours out over own same she should so some " +
    "such than that the their theirs them then there these they this those through to too under " +
    "until up very was we were what when where which while who whom why will with would you your"
  ).split(" "),
);
/** Stemming is by far the dearest part, and texts repeat themselves. */
const stems = new Map<string, string>();

export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [found] of text.normalize("NFKD").toLowerCase().matchAll(WORD)) {
    const word = found.replaceAll(/\p{M}/gu, "");
    if (UNSPACED.test(word)) words.push(...pairsOf(word));
    else if (word !== "" && !STOP.has(word)) words.push(stemOf(word.slice(0, WORD_CHARS_MAX)));
  }
  return words;
}

function pairsOf(run: string): string[] {
  // oxlint-disable-next-line typescript/no-misused-spread
  const characters = [...run.normalize("NFC")];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, i) => `${characters[i]}${character}`);
}

function stemOf(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size >= STEMS_MAX) stems.clear();
  const stem = stemmer(word);
  stems.set(word, stem);
  return stem;
}
