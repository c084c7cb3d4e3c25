// What stands in a request: known values first, what detection tells beside them. Texts that come again
// with each request of a run are looked at once.
import type { Finding } from "../detect/finding.ts";
import type { KnownFinding, KnownValues } from "../known/finding.ts";
import type { Leaf } from "./json-text.ts";

export interface Finders {
  readonly detect: (text: string) => readonly Finding[];
  /** What the detectors are called in records: another name, other findings. */
  readonly detector: () => string;
  /** As they are now. */
  readonly known: () => KnownValues;
}

/** A stretch of a text and the class that it is of. */
export interface Found {
  readonly from: number;
  readonly to: number;
  readonly class: string;
  /** False: detection alone says so, which may err. */
  readonly isKnown: boolean;
}

export interface FoundIn {
  readonly leaf: Leaf;
  readonly found: readonly Found[];
}

// Words of the wires and not of any person (and a model's name is its administrator's); between two
// messages, they would hide what runs over both.
const STRUCTURE = new Set(
  (
    "user assistant system tool text function object string number integer boolean array" +
    " tool_use tool_result tool_calls thinking ephemeral type role content name id model messages" +
    " tools parameters properties description required enum input arguments input_schema" +
    " tool_call_id tool_use_id cache_control stream stream_options include_usage max_tokens items" +
    " max_completion_tokens jsonrpc method params format additionalProperties $schema 2.0 tools/call"
  ).split(" "),
);
/** Of a model's wire, fields whose values are names of things, or sealed by whoever wants them back. */
const NAMING = new Set(
  "model role type id name method tool_call_id tool_use_id signature encrypted_content data $schema prompt_cache_key uri jsonrpc".split(
    " ",
  ),
);
const NAME = /^[\w.:/@+=-]{1,}$/;

const REMEMBERED_CHARS_MAX = 8_000_000;
const REMEMBERED_FROM = 48;

export class Searcher {
  readonly #finders: Finders;
  #detected = new Map<string, readonly Finding[]>();
  #chars = 0;
  #detector = "";

  constructor(finders: Finders) {
    this.#finders = finders;
  }

  get detector(): string {
    return this.#finders.detector();
  }

  get registry(): string {
    return String(this.#finders.known().version);
  }

  search(leaves: readonly Leaf[], { isModel = false } = {}): FoundIn[] {
    const told = leaves.filter(
      ({ text, key, isWire = false }) =>
        text !== "" && !STRUCTURE.has(text) && !(isModel && isWire && key === "model"),
    );
    const values = this.#finders.known();
    const known = values.size === 0 ? [] : values.findIn(told.map(({ text }) => text));
    const all: FoundIn[] = [];
    for (const [i, leaf] of told.entries()) {
      const found = together(known[i] ?? [], this.#detectIn(leaf, isModel));
      if (found.length > 0) all.push({ leaf, found });
    }
    return all;
  }

  /** Whether any known value stands in a text, in whatever writing. */
  knownIn(text: string): readonly KnownFinding[] {
    const values = this.#finders.known();
    return values.size === 0 ? [] : values.find(text);
  }

  #detectIn({ text, kind, key, isWire = false }: Leaf, isModel: boolean): readonly Finding[] {
    if (kind !== "text" || text.length < 3) return [];
    if (isModel && isWire && NAMING.has(key) && NAME.test(text)) return [];
    if (text.length < REMEMBERED_FROM) return this.#finders.detect(text);
    if (this.detector !== this.#detector) this.#forget();
    const remembered = this.#detected.get(text);
    if (remembered) return remembered;
    const found = this.#finders.detect(text);
    if (this.#chars + text.length > REMEMBERED_CHARS_MAX) this.#forget();
    if (text.length <= REMEMBERED_CHARS_MAX / 4) {
      this.#detected.set(text, found);
      this.#chars += text.length;
    }
    return found;
  }

  #forget(): void {
    this.#detector = this.detector;
    this.#detected = new Map();
    this.#chars = 0;
  }
}

/** Sorted, none over another: where both find something, what is known says what it is. */
function together(known: readonly KnownFinding[], detected: readonly Finding[]): Found[] {
  const out: Found[] = known.map(({ from, to, class: of }) => ({
    from,
    to,
    class: of,
    isKnown: true,
  }));
  if (detected.length === 0) return out;
  let at = 0;
  for (const each of detected) {
    while (at < known.length && (known[at]?.to ?? 0) <= each.from) at++;
    let { from } = each;
    for (let i = at; i < known.length && from < each.to; i++) {
      const other = known[i];
      if (!other || other.from >= each.to) break;
      if (other.from > from) out.push({ from, to: other.from, class: each.class, isKnown: false });
      from = Math.max(from, other.to);
    }
    if (from < each.to) out.push({ from, to: each.to, class: each.class, isKnown: false });
  }
  return out.toSorted((a, b) => a.from - b.from);
}
