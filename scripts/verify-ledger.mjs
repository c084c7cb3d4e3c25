// Verifies an exported ledger without any of Stead's code: node verify-ledger.mjs export.jsonl
//   --key <name+id+base64>   the ledger's key as you know it (else the export's own is believed)
//   --seen <file>            a checkpoint that you or a witness kept: it must be in the export
// Exit code 0: sound, 1: not sound, 2: could not be read. RFC 9162, C2SP signed notes, RFC 8785.
import assert from "node:assert";
import { createHash, createPublicKey, verify as verifySignature } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** Each kind of line: the part of the export where it stands, and its fields. */
const KINDS = {
  ledger: [0, "format key kind org witnesses"],
  leaf: [1, "from head idx kind stream to"],
  checkpoint: [1, "at kind note root size"],
  witness: [1, "kind line size witness"],
  number: [2, "destination kind leaf number seq stream"],
  event: [3, "at bodies data hash kind prev seq stream type"],
  body: [3, "bytes id kind name sealed seq stream"],
  end: [4, "kind records"],
};

export const sha256 = (...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const bytewise = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const isBase64 = (text, bytes) => bytes.toString("base64") === text;

/** RFC 8785: what is hashed, and the only form in which a line may stand. */
export function canonical(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** C2SP: keys are told apart by four bytes, hashed of name, kind (1: log, 4: witness) and key. */
const idOf = (name, kind, raw) => sha256(`${name}\n`, Buffer.of(kind), raw).toString("hex", 0, 4);

/** `name+id+base64(1, 32 bytes)`: an Ed25519 key under a name; `kind` is what it signs as. */
export function readKey(text, kind) {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text) ?? [];
  const typed = Buffer.from(encoded ?? "", "base64");
  const raw = typed.subarray(1);
  const own = typed[0] === 1 && id === idOf(name, 1, raw);
  if (!own) throw new Error(`${text} is no Ed25519 verifier key`);
  const jwk = { kty: "OKP", crv: "Ed25519", x: raw.toString("base64url") };
  const key = createPublicKey({ key: jwk, format: "jwk" });
  return { id: idOf(name, kind, raw), name, kind, key };
}

/** Does this line of a note sign `text`? It holds the key's id, a witness's time, 64 bytes. */
export function isSigned(text, line, { id, name, kind, key }) {
  const [, signer, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
  const bytes = Buffer.from(encoded ?? "", "base64");
  const own = signer === name && isBase64(encoded, bytes) && bytes.toString("hex", 0, 4) === id;
  if (!own || bytes.length !== (kind === 1 ? 68 : 76)) return false;
  const time = kind === 1 ? "" : `cosignature/v1\ntime ${bytes.readBigUInt64BE(4)}\n`;
  return verifySignature(null, Buffer.from(time + text), key, bytes.subarray(-64));
}

/** A checkpoint's text, when `key` signed it: its lines are origin, size, root, previous, at. */
export function readNote(note, key) {
  const [, text, line] = /^((?:[^\n]+\n){5})\n(— [^\n]+)\n$/.exec(note) ?? [];
  return isSigned(text, line, key) ? text : undefined;
}

/** Takes the lines of an export one by one; throws at the first that is not as it must be. */
export class LedgerCheck {
  part = -1;
  records = 0;
  size = 0;
  /** Hashes of complete subtrees not yet paired, largest first: the tree's frontier. */
  frontier = [];
  signed = { size: 0 };
  roots = new Map();
  leaves = new Map();
  numbers = new Map();
  /** What must still come: bodies of the last event, leaves of its stream (the next one last). */
  refs = [];
  covering = [];
  counts = { events: 0, streams: 0, uncovered: 0, unwitnessed: 0 };

  constructor(trustedKey) {
    this.trustedKey = trustedKey;
  }

  line(line) {
    const where = `line ${this.records + 1}`;
    let record;
    try {
      record = JSON.parse(line);
    } catch {
      assert.fail(`${where}: is not JSON`);
    }
    const [part, fields] = Object.hasOwn(KINDS, record?.kind) ? KINDS[record.kind] : [];
    assert(fields === Object.keys(record ?? {}).join(" "), `${where}: is not a whole record`);
    assert(canonical(record) === line, `${where}: is not as an export writes it`);
    const placed = part >= this.part && this.part < 4 && (this.records === 0) === (part === 0);
    assert(placed, `${where}: a ${record.kind} does not belong here`);
    assert(part < 2 || this.signed.size === this.size, "log: the last checkpoint is missing");
    if (part >= 3) this.due ??= [...this.leaves.keys()].toSorted((a, b) => bytewise(b, a));
    this.part = part;
    this[record.kind](record);
    this.records++;
  }

  ledger({ format, org, key, witnesses }) {
    assert(format === "stead-ledger/1", "header: another format");
    assert(!this.trustedKey || this.trustedKey === key, "header: another ledger's key");
    this.org = org;
    this.key = readKey(key, 1);
    this.witnesses = new Map(witnesses.map((each) => [each.split("+")[0], readKey(each, 4)]));
  }

  leaf({ idx, stream, from, to, head }) {
    const own = this.leaves.get(stream) ?? [];
    const next = idx === this.size && from === (own.at(-1)?.to ?? 0) + 1 && to >= from;
    assert(next, `leaf ${this.size}: is missing or does not go on where the stream's last ended`);
    own.push({ idx, to, head });
    this.leaves.set(stream, own);
    let hash = sha256(Buffer.of(0), canonical([stream, from, to, head]));
    // RFC 9162, 2.1.2: a leaf completes as many subtrees as its index ends in one-bits.
    for (let ones = idx; ones % 2 === 1; ones = (ones - 1) / 2)
      hash = sha256(Buffer.of(1), this.frontier.pop(), hash);
    this.frontier.push(hash);
    this.size++;
  }

  checkpoint({ size, root, note, at }) {
    const where = `checkpoint ${size}`;
    const text = readNote(note, this.key);
    assert(text, `${where}: is not signed by the ledger's key`);
    const next = size === this.size && size > this.signed.size;
    assert(next, `${where}: is out of place, or the one before it is missing`);
    const actual = this.frontier.reduceRight((right, left) => sha256(Buffer.of(1), left, right));
    const tree = `${this.key.name}\n${size}\n${actual.toString("base64")}\n`;
    const times = `previous ${this.signed.size}\nat ${new Date(at).toISOString()}\n`;
    const right = text === tree + times && root === actual.toString("hex");
    assert(right, `${where}: is not over these leaves`);
    this.roots.set(size, actual.toString("base64"));
    this.signed = { size, text, witness: "" };
    this.counts.unwitnessed++;
  }

  witness({ size, witness, line }) {
    const where = `checkpoint ${size}`;
    const { signed } = this;
    const key = this.witnesses.get(witness);
    const placed = size === this.size && size === signed.size && witness > signed.witness;
    assert(key && placed, `${where}: the line of ${witness} is out of place`);
    assert(isSigned(signed.text, line, key), `${where}: the line of ${witness} is not valid`);
    signed.witness = witness;
    this.counts.unwitnessed = 0;
  }

  number(record) {
    const { destination, number, leaf, stream, seq } = record;
    const where = `${stream} ${seq}`;
    const last = this.lastNumber;
    const same = last?.destination === destination;
    const after = same && (last.leaf < leaf || (last.leaf === leaf && last.seq < seq));
    const first = !same && (!last || bytewise(last.destination, destination) < 0);
    const placed = (after && number === last.number + 1) || (first && number === 1);
    assert(placed, `${where}: number ${number} of ${destination} is out of place`);
    assert(!this.numbers.has(where), `${where}: two numbers`);
    this.numbers.set(where, record);
    this.lastNumber = record;
  }

  event(event) {
    const { stream, type, data, bodies } = event;
    this.mustBeWhole(stream);
    if (this.last?.stream !== stream) {
      if (this.due.at(-1) === stream) this.due.pop();
      this.covering = this.leaves.get(stream)?.toReversed() ?? [];
      this.last = { stream, seq: 0, hash: "0".repeat(64) };
      this.counts.streams++;
    }
    const { seq: before, hash: prev } = this.last;
    const seq = before + 1;
    const where = `${stream} ${seq}`;
    assert(event.seq === seq, `${where}: the event is missing or there twice`);
    assert(event.prev === prev, `${where}: is not chained to the event before it`);
    const hashed = ["stead/event/1", this.org, stream, seq, event.at, type, data, bodies, prev];
    const hash = sha256(canonical(hashed)).toString("hex");
    assert(hash === event.hash, `${where}: its content is not what was hashed`);
    this.last = event;
    this.refs = bodies.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.counts.events++;
    const leaf = this.covering.at(-1);
    if (!leaf) this.counts.uncovered++;
    if (leaf && type === "egress.sent") {
      const number = this.numbers.get(where);
      const own = number?.leaf === leaf.idx && number.destination === data.destination;
      assert(own, `${where}: the send has no number, or that of another`);
      this.numbers.delete(where);
    }
    if (leaf?.to !== seq) return;
    const kept = leaf.head === hash;
    assert(kept, `${where}: it or one before it was rewritten: leaf ${leaf.idx} differs`);
    this.covering.pop();
  }

  /** The last event is whole, and, if `next` is another stream (or the end), all until there. */
  mustBeWhole(next) {
    const { last, refs, covering } = this;
    assert(refs.length === 0, `${last?.stream} ${last?.seq}: body ${refs[0]?.name} is missing`);
    if (last && last.stream === next) return;
    assert(covering.length === 0, `${last?.stream} ${last?.seq + 1}: the event is missing`);
    const isBefore = (stream) => next === undefined || bytewise(stream, next) < 0;
    assert(!last || isBefore(last.stream), `${next}: is out of place`);
    const due = this.due.at(-1);
    assert(due === undefined || !isBefore(due), `${due} 1: the stream is missing`);
  }

  body({ stream, seq, name, id, bytes, sealed }) {
    const raw = Buffer.from(sealed, "base64");
    const own = { bytes, id, name, sha256: sha256(raw).toString("hex") };
    const placed = this.last?.stream === stream && this.last.seq === seq;
    const whole = isBase64(sealed, raw) && raw.length - 28 === bytes;
    const referred = this.refs.length > 0 && canonical(this.refs.shift()) === canonical(own);
    assert(placed && whole && referred, `${stream} ${seq}: body ${name} is not its event's next`);
  }

  end({ records }) {
    this.mustBeWhole();
    const [where] = this.numbers.keys();
    assert(where === undefined, `${where}: its number belongs to no send`);
    assert(records === this.records, "the end: records are missing");
  }

  /** After the last line; `seen` is a checkpoint that somebody kept. Returns what can be said. */
  finish(seen) {
    assert(this.part === 4, "the end: the export breaks off");
    if (seen !== undefined) {
      const text = readNote(seen.replace(/(\n— [^\n]+\n)[^]*$/, "$1"), this.key);
      const [, size, root] = text?.split("\n") ?? [];
      const known = text && this.roots.get(Number(size)) === root;
      assert(known, `log: the checkpoint that was seen (${size}) is not in this ledger`);
    }
    const { events, streams, uncovered, unwitnessed } = this.counts;
    return [
      `sound: ${events} events in ${streams} streams under ${this.roots.size} checkpoints`,
      uncovered > 0 && `${uncovered} events are after the last checkpoint: not signed yet`,
      unwitnessed > 0 && `${unwitnessed} checkpoints have no witness: a fork would not show`,
      !this.trustedKey && `the key was the export's own: ${this.key.name}; compare it, use --key`,
    ].filter(Boolean);
  }
}

/** Lines end in one newline byte and nothing else; what is not UTF-8 throws. */
export async function* linesOf(file) {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  for await (const chunk of createReadStream(file)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop();
    yield* lines;
  }
  assert(rest + decoder.decode() === "", "the end: the last line breaks off");
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  try {
    const options = { key: { type: "string" }, seen: { type: "string" } };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (positionals.length !== 1) throw new Error("name one file: export.jsonl [--key] [--seen]");
    const check = new LedgerCheck(values.key);
    const seen = values.seen && readFileSync(values.seen, "utf8");
    for await (const line of linesOf(positionals[0])) check.line(line);
    for (const sentence of check.finish(seen)) console.log(sentence);
  } catch (error) {
    const unsound = error instanceof assert.AssertionError;
    console.error(`${unsound ? "NOT SOUND" : "unreadable"}: ${error.message}`);
    process.exitCode = unsound ? 1 : 2;
  }
