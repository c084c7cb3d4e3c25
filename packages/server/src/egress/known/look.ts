// Looks at a text, at what comes out of it by decoding, at what comes out of that, ... ten times at most and
// within bounds that grow with the text; where a bound is met, what is behind it must not leave.
import { openArchive, UNPACKED_MAX, type Room } from "./archive.ts";
import { base64Runs, base64Spaced, type Bytes } from "./base64.ts";
import { textOfBytes } from "./bytes.ts";
import { wideTextOf } from "./wide.ts";
import type { KnownEncoding } from "./finding.ts";
import { inLatin } from "./fold.ts";
import { hexRuns } from "./hex.ts";
import { eachFrom, within, wholly, type Decoded, type Layer, type Span } from "./layer.ts";
import { rolled } from "./rolling.ts";
import type { Hit, Hits, Scanner } from "./scan.ts";
import { SPACE, squeezed, turned, wordsTurned } from "./turn.ts";
import { unescaped } from "./unescape.ts";

const DEPTH_MAX = 10;
const TURNS_MAX = 3;
/** Units that may be looked at for each of the text itself, and for any text. */
const WORK_EACH = 40;
const WORK_ANY = 1 << 20;

/** A hit, and where it stands in the text itself. */
export interface Placed extends Span {
  readonly hit: Hit;
  readonly encoding: KnownEncoding | undefined;
}

export interface Seen {
  readonly strong: Placed[];
  readonly weak: Placed[];
  readonly unopened: Span[];
}

const itself = (span: Span): Span => span;

export class Looker {
  readonly #scanner: Scanner;
  readonly #seen: Seen = { strong: [], weak: [], unopened: [] };
  readonly #room: Room = { bytes: UNPACKED_MAX };
  readonly #known = new Set<string>();
  #work = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  look(units: Uint16Array): Seen {
    this.#work = WORK_ANY + WORK_EACH * units.length;
    this.#layer({
      units,
      depth: 0,
      encoding: undefined,
      origin: itself,
      isScanned: true,
      isBelieved: true,
      isTurned: false,
      turns: 0,
    });
    return this.#seen;
  }

  #layer(layer: Layer): void {
    const { units } = layer;
    this.#work -= units.length;
    if (units.length === 0 || (layer.depth > 0 && this.#isKnown(layer))) return;
    if (this.#work < 0) {
      this.#refuse(layer, { from: 0, to: units.length });
      return;
    }
    const latin = inLatin(units);
    const readings = latin ? [units, latin] : [units];
    for (const read of readings) if (layer.isScanned) this.#scan(layer, read);
    if (layer.depth === 0) this.#scanWords(layer);
    this.#unescape(layer);
    // Turned around, runs are read as they are: either way is tried.
    if (layer.isTurned) return;
    for (const read of readings) this.#runsOf(layer, read);
  }

  #runsOf(layer: Layer, units: Uint16Array): void {
    this.#runs(layer, "base64", base64Runs(units));
    this.#runs(layer, "hex", hexRuns(units));
    if (!layer.isBelieved) return;
    this.#runs(layer, "base64", base64Spaced(units));
    for (const raw of rawArchives(units)) this.#bytes(layer, "archive", raw);
  }

  /** Many ways lead to the same. */
  #isKnown({ units, origin }: Layer): boolean {
    let hash = 0;
    for (let i = 0; i < units.length; i++) hash = rolled(hash, units[i] ?? 0);
    const { from, to } = origin({ from: 0, to: units.length });
    const key = `${hash} ${units.length} ${from} ${to}`;
    if (this.#known.has(key)) return true;
    this.#known.add(key);
    return false;
  }

  #unescape(layer: Layer): void {
    const { units } = layer;
    const isLast = layer.depth >= DEPTH_MAX;
    this.#into(layer, isLast, unescaped(units, "common"));
    if (!layer.isBelieved) return;
    this.#into(layer, isLast, unescaped(units, "mail"));
    if (!layer.isTurned && layer.turns < TURNS_MAX) this.#into(layer, isLast, turned(units));
    this.#into(layer, isLast, squeezed(units));
  }

  #scan(layer: Layer, units: Uint16Array): void {
    const hits: Hits = { strong: [], weak: [] };
    this.#scanner.scan(units, false, hits);
    this.#scanner.scan(units, true, hits);
    for (const hit of hits.strong) this.#seen.strong.push(this.#placed(layer, hit));
    for (const hit of hits.weak) this.#seen.weak.push(this.#placed(layer, hit));
  }

  /** Of one word, what is read backwards says the same, and says it more carefully. */
  #scanWords({ units }: Layer): void {
    const each = wordsTurned(units);
    if (!each) return;
    const hits: Hits = { strong: [], weak: [] };
    this.#scanner.scan(each.units, false, hits);
    const encoding = "reversed";
    for (const hit of hits.strong)
      if (units.subarray(hit.from, hit.to).includes(SPACE))
        this.#seen.strong.push({ ...each.origin(hit), hit, encoding });
  }

  #placed(layer: Layer, hit: Hit): Placed {
    const encoding = layer.encoding ?? (hit.isBackward ? "reversed" : undefined);
    return { ...layer.origin(hit), hit, encoding };
  }

  #into(layer: Layer, isLast: boolean, decoded: Decoded | undefined): void {
    if (!decoded) return;
    if (isLast) this.#refuse(layer, { from: 0, to: layer.units.length });
    else this.#layer(within(layer, decoded));
  }

  #runs(layer: Layer, encoding: KnownEncoding, runs: Iterable<Bytes>): void {
    for (const run of runs) this.#bytes(layer, encoding, run);
  }

  #bytes(layer: Layer, encoding: KnownEncoding, { bytes, origin }: Bytes): void {
    const run = origin({ from: 0, to: bytes.length });
    if (layer.depth >= DEPTH_MAX) {
      this.#refuse(layer, run);
      return;
    }
    const { units, starts, isBelieved } = textOfBytes(bytes);
    const ends = starts.map((at) => at + 1);
    const inBytes = eachFrom(starts, ends);
    const text = { units, encoding, isBelieved, origin: (span: Span) => origin(inBytes(span)) };
    if (units.length > 0) this.#layer(within(layer, text));
    const wide = wideTextOf(bytes);
    if (wide)
      this.#layer(
        within(layer, { ...wide, encoding, origin: (span) => origin(wide.origin(span)) }),
      );
    const opened = openArchive(bytes, this.#room);
    if (!opened) return;
    const whole = { encoding: "archive", origin: wholly(run) } as const;
    const holder = within(layer, { ...whole, units });
    for (const content of opened.contents)
      this.#bytes(holder, "archive", { bytes: content, origin: () => ({ from: 0, to: 1 }) });
    if (opened.isRefused) this.#refuse(layer, run);
  }

  #refuse(layer: Layer, span: Span): void {
    this.#seen.unopened.push(layer.origin(span));
  }
}

const MAGICS = ["\u001f\u008b\b", "\u001f\ufffd\b", "PK\u0003\u0004"].map((magic) =>
  Uint16Array.from(magic, (char) => char.charCodeAt(0)),
);

/** Archives whose bytes were made characters, one each; or bytes that are lost: then nobody can look. */
function* rawArchives(units: Uint16Array): Generator<Bytes> {
  for (const codes of MAGICS) {
    const from = indexOf(units, codes);
    if (from < 0) continue;
    let to = from;
    while (to < units.length && ((units[to] ?? 0) < 256 || units[to] === 0xfffd)) to++;
    const bytes = Uint8Array.from(units.subarray(from, to), (unit) => unit & 255);
    if (bytes[1] === 0xfd) bytes[1] = 0x8b;
    yield { bytes, origin: () => ({ from, to }) };
  }
}

function indexOf(units: Uint16Array, codes: Uint16Array): number {
  const [first = 0] = codes;
  for (let at = units.indexOf(first); at >= 0; at = units.indexOf(first, at + 1))
    if (codes.every((code, i) => units[at + i] === code)) return at;
  return -1;
}
