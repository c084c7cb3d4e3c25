// Counts tokens offline, without a vocabulary (one costs half a second to load, 75 MB, and quadratic
// time on hostile text): one pass, within a fifth of the real count. Answers bring real counts.

/** Words up to this length are mostly one token; what is longer breaks into pieces. */
const WORD_LETTERS = 8;
const LETTERS_PER_PIECE = 4;
/** Letters beyond ASCII break words up more often. */
const FOREIGN_COST = 0.1;
const MARKS_PER_TOKEN = 4;
const TOKENS_PER_WIDE = 0.7;
/** An estimate that errs should err upwards. */
const CAUTION = 1.05;
const DIGITS_PER_TOKEN = 3;
const KEPT_MAX = 4096;
const KEPT_CHARS_MAX = 2048;

const LETTER = 1;
const DIGIT = 2;
const SPACE = 3;
const MARK = 4;
const WIDE = 5;

function kindOf(code: number): number {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return LETTER;
  if (code >= 48 && code <= 57) return DIGIT;
  if (code === 32 || (code >= 9 && code <= 13)) return SPACE;
  if (code < 128) return MARK;
  // Latin with accents, Greek and Cyrillic are letters; the rest is about a token a character.
  return code < 0x600 ? LETTER : WIDE;
}

/** Tokens of one run of characters of a kind. */
function tokensOf(kind: number, chars: number, foreign: number): number {
  switch (kind) {
    case LETTER:
      return 1 + Math.max(0, chars - WORD_LETTERS) / LETTERS_PER_PIECE + foreign * FOREIGN_COST;
    case DIGIT:
      return Math.ceil(chars / DIGITS_PER_TOKEN);
    case MARK:
      return Math.ceil(chars / MARKS_PER_TOKEN);
    case WIDE:
      return chars * TOKENS_PER_WIDE;
    default:
      // A single space belongs to the word after it; longer runs are tokens of their own.
      return chars > 1 ? 1 : 0;
  }
}

export function estimateTokens(text: string): number {
  let tokens = 0;
  let kind = 0;
  let chars = 0;
  let foreign = 0;
  let lower = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const next = kindOf(code);
    const upper = code >= 65 && code <= 90;
    // camelCase is two words.
    if (next !== kind || (upper && lower)) {
      tokens += tokensOf(kind, chars, foreign);
      kind = next;
      chars = 0;
      foreign = 0;
    }
    lower = next === LETTER && !upper;
    if (next === LETTER && code >= 128) foreign++;
    chars++;
  }
  return Math.ceil((tokens + tokensOf(kind, chars, foreign)) * CAUTION);
}

/** Counts with a memory: a run counts the same spans at every step. */
export class TokenCounter {
  readonly #kept = new Map<string, number>();

  count(text: string): number {
    if (text.length > KEPT_CHARS_MAX) return estimateTokens(text);
    const known = this.#kept.get(text);
    if (known !== undefined) return known;
    const tokens = estimateTokens(text);
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    this.#kept.set(text, tokens);
    return tokens;
  }
}
