// A text as it was found, or what came out of one by decoding: with the way back to where it stood.
import type { KnownEncoding } from "./finding.ts";

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Layer {
  readonly units: Uint16Array;
  /** How often something was decoded to come to it. */
  readonly depth: number;
  /** The outermost encoding that it was in; the text itself has none. */
  readonly encoding: KnownEncoding | undefined;
  /** Where these units stand in the text itself, with the whole of what encodes them. */
  readonly origin: (span: Span) => Span;
  /** Left out where folding sees the same as in the layer that it came from. */
  readonly isScanned: boolean;
  /** Text, or what may be chance: the latter is not looked at from all sides. */
  readonly isBelieved: boolean;
  /** How often it was turned around. */
  readonly turns: number;
  /** Just turned: runs in it were read from behind before. */
  readonly isTurned: boolean;
}

export interface Decoded {
  readonly units: Uint16Array;
  readonly encoding: KnownEncoding;
  readonly origin: (span: Span) => Span;
  readonly isScanned?: boolean;
  readonly isTurned?: boolean;
  readonly isBelieved?: boolean;
}

/** A layer out of another; `decoded.origin` leads into the units of the latter. */
export function within(layer: Layer, decoded: Decoded): Layer {
  return {
    units: decoded.units,
    depth: layer.depth + 1,
    encoding: layer.encoding ?? decoded.encoding,
    origin: (span) => layer.origin(decoded.origin(span)),
    isScanned: decoded.isScanned ?? true,
    isTurned: decoded.isTurned ?? false,
    isBelieved: decoded.isBelieved ?? layer.isBelieved,
    turns: layer.turns + (decoded.isTurned ? 1 : 0),
  };
}

/** All units come from one run. */
export function wholly(run: Span): (span: Span) => Span {
  return () => run;
}

/** Each unit comes from units of its own. */
export function eachFrom(starts: Uint32Array, ends: Uint32Array): (span: Span) => Span {
  return ({ from, to }) => ({ from: starts[from] ?? 0, to: ends[to - 1] ?? 0 });
}
