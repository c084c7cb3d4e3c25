// Which values are words that stand in any text, so that they say nothing of anybody by themselves.
import { hashOf } from "../detect/alphabet.ts";
import { VOCABULARY } from "../detect/bits.ts";
import { lexicon } from "../detect/lexicon.ts";

/** One word of the language, however it is written. */
export function isCommon(value: string): boolean {
  const word = value.trim();
  return /^\p{L}+$/u.test(word) && (lexicon().of(hashOf(word)) & VOCABULARY) !== 0;
}
