// A number or code of known form, told by its shape, its check digits and the words beside it.
import { hashesOf } from "./asked.ts";
import { ID_WORD } from "./bits.ts";

/** How many letters and digits: what decides which recognisers look at a run of words at all. */
export type Size = readonly [letters: number, digits: number];

export interface Recogniser {
  readonly type: string;
  readonly class: string;
  readonly sizes: readonly Size[];
  /** Of how many words at most, "078 05 1120" being three. */
  readonly words: number;
  /** The whole run as it stands; bounded, as a run is at most 48 characters. */
  readonly shape: RegExp;
  /** Upper case letters and digits alone. */
  readonly check: (compact: string) => boolean;
  /** It has check digits, or a rule of its own. */
  readonly checked: boolean;
  /** Without anything beside it. */
  readonly score: number;
  /** Written with the separators of its kind. */
  readonly formatted: number;
  /** Hashes of words that say what it is. */
  readonly beside: ReadonlySet<number>;
}

interface Form {
  readonly class?: string;
  readonly words?: number;
  readonly shape: RegExp;
  readonly check?: (compact: string) => boolean;
  readonly score: number;
  readonly formatted?: number;
  readonly beside?: string;
}

/** `sizes` as "0:9 1:8": no letter and nine digits, or one letter and eight. */
export function recogniser(type: string, sizes: string, form: Form): Recogniser {
  return {
    type,
    class: form.class ?? "pii",
    sizes: sizes.split(" ").map((size) => {
      const [letters = 0, digits = 0] = size.split(":").map(Number);
      return [letters, digits];
    }),
    words: form.words ?? 1,
    shape: form.shape,
    checked: form.check !== undefined,
    check: form.check ?? (() => true),
    score: form.score,
    formatted: form.formatted ?? form.score,
    beside: hashesOf(form.beside ?? "", ID_WORD),
  };
}
