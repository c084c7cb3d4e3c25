// What detection says of a text: where something stands that a destination may not be cleared for.
import type { RE2JS } from "re2js";

/** UTF-16 offsets into the text, `to` behind the last; sorted by `from`, never overlapping. */
export interface Finding {
  readonly from: number;
  readonly to: number;
  /** What it is, in capitals: US_SSN, PERSON, IBAN, or the name of an organisation's own pattern. */
  readonly type: string;
  /**
   * "pii", "phi", "secret", "financial", or a class of the organisation's own; "quasi" for what
   * identifies nobody by itself: dates, places, organisations, ages.
   */
  readonly class: string;
  /** 0 to 1: how sure. What is below 0.5 is not told. */
  readonly score: number;
}

/** A pattern of the organisation's own, compiled by `ownPattern`: RE2, so linear in the text. */
export interface OwnPattern {
  readonly name: string;
  readonly class: string;
  readonly re: RE2JS;
}

export interface DetectOptions {
  readonly patterns?: readonly OwnPattern[];
}

/** What the built-in detectors are called in records; counted up when they find differently. */
export const DETECTOR: string = "stead-detect/1";
