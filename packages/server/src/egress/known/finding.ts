// What the registry says of a text: where a value that the organisation registered stands in it, in
// whatever writing.

/** How the value is written where it was found; of several, the outermost. */
export const KNOWN_ENCODINGS = [
  "plain",
  "case",
  "spacing",
  "look-alike",
  "zero-width",
  "reversed",
  "url",
  "html",
  "json",
  "base64",
  "hex",
  "archive",
  "split",
  "unopened",
] as const;

export type KnownEncoding = (typeof KNOWN_ENCODINGS)[number];

/** UTF-16 offsets into the text, `to` behind the last; sorted by `from`, never overlapping. */
export interface KnownFinding {
  readonly from: number;
  readonly to: number;
  /** The same for the same value, as long as its source is not fed anew; empty for "unopened". */
  readonly valueId: string;
  /** As its column is mapped ("pii", "phi", ...); "unopened" for what could not be looked into. */
  readonly class: string;
  /** The name of its column or field. */
  readonly field: string;
  /** The whole encoded run is the finding; "unopened": it must not leave, for nobody could look. */
  readonly encoding: KnownEncoding;
}

export interface KnownValues {
  find(text: string): KnownFinding[];
  /** The same for messages that leave together: values that run over their borders are found too. */
  findIn(parts: readonly string[]): KnownFinding[][];
  /** Counted up whenever its values change. */
  readonly version: number;
  /** How many different values it looks for. */
  readonly size: number;
}

/** What nobody has registered anything in. */
export const NO_KNOWN_VALUES: KnownValues = {
  find: () => [],
  findIn: (parts) => parts.map(() => []),
  version: 0,
  size: 0,
};
