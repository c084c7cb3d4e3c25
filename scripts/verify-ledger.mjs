// Verifies an exported ledger without any of Stead's code: node verify-ledger.mjs export.jsonl
//   --key <name+id+base64>   the ledger's key as you know it (else the export's own is believed)
//   --seen <file>            a checkpoint that you or a witness kept: it must be in the export
// Exit code 0: sound, 1: not sound, 2: could not be read. RFC 9162, C2SP signed notes, RFC 8785.
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

class Bad extends Error {}
function must(fits, where, why) {
  if (!fits) throw new Bad(`${where}: ${why}`);
}

const sha256 = (...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const bytewise = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const isBase64 = (text, bytes) => bytes.toString("base64") === text;

/** RFC 8785: what is hashed, and the only form in which a line may stand. */
function canonical(value) {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** `name+id+base64(kind, 32 bytes)`: an Ed25519 key under a name. */
function readKey(text) {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  const typed = Buffer.from(encoded ?? "", "base64");
  const ownId = sha256(`${name}\n`, typed).subarray(0, 4).toString("hex");
  if (typed.length !== 33 || typed[0] !== 1 || id !== ownId || !isBase64(encoded, typed))
    throw new Error(`${text} is no Ed25519 verifier key`);
  const raw = typed.subarray(1);
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
  return { name, raw, key: createPublicKey({ key: der, format: "der", type: "spki" }) };
}

/** The signature of `key` on a line of a note, by kind (1: the log's own, 4: a witness's). */
function signatureOn(line, { name, raw }, kind) {
  const [, signer, encoded] = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
  const bytes = Buffer.from(encoded ?? "", "base64");
  const id = sha256(`${name}\n`, Buffer.of(kind), raw).subarray(0, 4);
  const own = signer === name && isBase64(encoded, bytes) && bytes.subarray(0, 4).equals(id);
  return own ? bytes.subarray(4) : undefined;
}

/** A checkpoint's lines, when `key` signed them. */
function readNote(note, key) {
  const [, text, line] = /^((?:[^\n]+\n){5})\n(— [^\n]+)\n$/.exec(note) ?? [];
  const signature = line && signatureOn(line, key, 1);
  if (!signature || !verifySignature(null, Buffer.from(text), key.key, signature)) return undefined;
  const [origin, size, root, previous, at] = text.split("\n");
  return { text, origin, size, root, previous, at };
}

/** Takes the lines of an export one by one; throws at the first that is not as it must be. */
export class LedgerCheck {
  part = -1;
  records = 0;
  size = 0;
  signed = 0;
  /** Complete subtrees not yet paired, largest first: the tree's frontier. */
  frontier = [];
  roots = new Map();
  leaves = new Map();
  numbers = new Map();
  refs = [];
  covering = [];
  counts = { events: 0, streams: 0, checkpoints: 0, uncovered: 0, unwitnessed: 0 };

  constructor(trustedKey) {
    this.trustedKey = trustedKey;
  }

  line(line) {
    const where = `line ${this.records + 1}`;
    const record = parsed(line, where);
    const [part, fields] = Object.hasOwn(KINDS, record?.kind) ? KINDS[record.kind] : [];
    must(fields === Object.keys(record ?? {}).join(" "), where, "is not a whole record");
    must(canonical(record) === line, where, "is not as an export writes it");
    const placed = part >= this.part && this.part < 4 && (this.records === 0) === (part === 0);
    must(placed, where, `a ${record.kind} does not belong here`);
    must(part < 2 || this.signed === this.size, "log", "the last checkpoint is missing");
    if (part >= 3) this.due ??= [...this.leaves.keys()].toSorted(bytewise);
    this.part = part;
    this[record.kind](record);
    this.records++;
  }

  ledger({ format, org, key, witnesses }) {
    must(format === "stead-ledger/1", "header", "another format");
    must(!this.trustedKey || this.trustedKey === key, "header", "another ledger's key");
    this.org = org;
    this.key = readKey(key);
    this.witnesses = new Map(witnesses.map((each) => [each.split("+")[0], readKey(each)]));
  }

  leaf({ idx, stream, from, to, head }) {
    const own = this.leaves.get(stream) ?? [];
    const next = idx === this.size && from === (own.at(-1)?.to ?? 0) + 1 && to >= from;
    must(next, `leaf ${this.size}`, "is missing or does not go on where the stream's last ended");
    this.leaves.set(stream, [...own, { idx, to, head }]);
    let node = { leaves: 1, hash: sha256(Buffer.of(0), canonical([stream, from, to, head])) };
    while (this.frontier.at(-1)?.leaves === node.leaves) {
      const left = this.frontier.pop();
      node = { leaves: node.leaves * 2, hash: sha256(Buffer.of(1), left.hash, node.hash) };
    }
    this.frontier.push(node);
    this.size++;
  }

  checkpoint({ size, root, note, at }) {
    const where = `checkpoint ${size}`;
    const said = readNote(note, this.key);
    must(said, where, "is not signed by the ledger's key");
    const next = size === this.size && size > this.signed;
    must(next, where, "is out of place, or the one before it is missing");
    const hashes = this.frontier.map(({ hash }) => hash);
    const actual = hashes.reduceRight((right, left) => sha256(Buffer.of(1), left, right));
    const { name: origin } = this.key;
    const own = { origin, size: String(this.size), root: actual.toString("base64") };
    const times = { previous: `previous ${this.signed}`, at: `at ${new Date(at).toISOString()}` };
    const right = canonical({ text: said.text, ...own, ...times }) === canonical(said);
    must(right && root === actual.toString("hex"), where, "is not over these leaves");
    this.roots.set(size, said.root);
    this.note = said;
    this.signed = size;
    this.lastWitness = "";
    this.counts.checkpoints++;
    this.counts.unwitnessed++;
  }

  witness({ size, witness, line }) {
    const where = `checkpoint ${size}`;
    const key = this.witnesses.get(witness);
    const placed = size === this.size && size === this.signed && witness > this.lastWitness;
    must(key && placed, where, `the line of ${witness} is out of place`);
    const signature = signatureOn(line, key, 4);
    const time = signature?.length === 72 ? signature.readBigUInt64BE() : "";
    const text = Buffer.from(`cosignature/v1\ntime ${time}\n${this.note.text}`);
    const valid = time !== "" && verifySignature(null, text, key.key, signature.subarray(8));
    must(valid, where, `the line of ${witness} is not valid`);
    this.lastWitness = witness;
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
    must(placed, where, `number ${number} of ${destination} is out of place`);
    must(!this.numbers.has(where), where, "two numbers");
    this.numbers.set(where, record);
    this.lastNumber = record;
  }

  event(event) {
    const { stream, type, data, bodies } = event;
    this.endBodies();
    if (this.last?.stream !== stream) this.open(stream);
    const seq = (this.last?.seq ?? 0) + 1;
    const prev = this.last?.hash ?? "0".repeat(64);
    const where = `${stream} ${seq}`;
    must(event.seq === seq, where, "the event is missing or there twice");
    must(event.prev === prev, where, "is not chained to the event before it");
    const hashed = ["stead/event/1", this.org, stream, seq, event.at, type, data, bodies, prev];
    const hash = sha256(canonical(hashed)).toString("hex");
    must(hash === event.hash, where, "its content is not what was hashed");
    this.last = event;
    this.refs = bodies.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    this.counts.events++;
    const [leaf] = this.covering;
    if (!leaf) this.counts.uncovered++;
    else if (type === "egress.sent") {
      const { leaf: idx, destination } = this.numbers.get(where) ?? {};
      const own = idx === leaf.idx && destination === data.destination;
      must(own, where, "the send has no number, or that of another");
      this.numbers.delete(where);
    }
    if (leaf?.to !== seq) return;
    must(leaf.head === hash, where, `it or one before it was rewritten: leaf ${leaf.idx} differs`);
    this.covering.shift();
  }

  /** The stream before is over, and none that has leaves was left out. */
  open(stream) {
    this.endStream();
    must(!this.last || bytewise(this.last.stream, stream) < 0, stream, "is out of place");
    const [due] = this.due;
    must(due === undefined || bytewise(due, stream) >= 0, `${due} 1`, "the stream is missing");
    if (due === stream) this.due.shift();
    this.covering = [...(this.leaves.get(stream) ?? [])];
    this.last = undefined;
    this.counts.streams++;
  }

  body({ stream, seq, name, id, bytes, sealed }) {
    const raw = Buffer.from(sealed, "base64");
    const own = { bytes, id, name, sha256: sha256(raw).toString("hex") };
    const placed = this.last?.stream === stream && this.last.seq === seq;
    const whole = isBase64(sealed, raw) && raw.length - 28 === bytes;
    const referred = this.refs.length > 0 && canonical(this.refs.shift()) === canonical(own);
    must(placed && whole && referred, `${stream} ${seq}`, `body ${name} is not its event's next`);
  }

  endBodies() {
    const [ref] = this.refs;
    must(!ref, `${this.last?.stream} ${this.last?.seq}`, `body ${ref?.name} is missing`);
  }

  endStream() {
    const { stream, seq } = this.last ?? {};
    must(this.covering.length === 0, `${stream} ${seq + 1}`, "the event is missing");
  }

  end({ records }) {
    this.endBodies();
    this.endStream();
    must(this.due.length === 0, `${this.due[0]} 1`, "the stream is missing");
    const [where] = this.numbers.keys();
    must(where === undefined, where, "its number belongs to no send");
    must(records === this.records, "the end", "records are missing");
  }

  /** After the last line; `seen` is a checkpoint that somebody kept. */
  finish(seen) {
    must(this.part === 4, "the end", "the export breaks off");
    if (seen === undefined) return;
    const said = readNote(seen.replace(/(\n— [^\n]+\n)[^]*$/, "$1"), this.key);
    const known = said && this.roots.get(Number(said.size)) === said.root;
    must(known, "log", `the checkpoint that was seen (${said?.size}) is not in this ledger`);
  }
}

function parsed(line, where) {
  try {
    return JSON.parse(line);
  } catch {
    throw new Bad(`${where}: is not JSON`);
  }
}

/** Lines end in one newline byte and nothing else; what is not UTF-8 throws. */
async function* linesOf(file) {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  for await (const chunk of createReadStream(file)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop();
    yield* lines;
  }
  must(rest + decoder.decode() === "", "the end", "the last line breaks off");
}

function report({ counts, key }, trusted) {
  const { events, streams, checkpoints, uncovered, unwitnessed } = counts;
  console.log(`sound: ${events} events in ${streams} streams under ${checkpoints} checkpoints`);
  if (uncovered > 0)
    console.log(`${uncovered} events are after the last checkpoint: not signed yet`);
  if (unwitnessed > 0)
    console.log(`${unwitnessed} checkpoints have no witness: a fork would not show`);
  if (!trusted) console.log(`the key was the export's own: ${key.name}; compare it, use --key`);
}

async function main() {
  try {
    const options = { key: { type: "string" }, seen: { type: "string" } };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (positionals.length !== 1) throw new Error("name one file: export.jsonl [--key] [--seen]");
    const check = new LedgerCheck(values.key);
    const seen = values.seen && readFileSync(values.seen, "utf8");
    for await (const line of linesOf(positionals[0])) check.line(line);
    check.finish(seen);
    report(check, values.key);
    return 0;
  } catch (error) {
    console.error(`${error instanceof Bad ? "NOT SOUND" : "unreadable"}: ${error.message}`);
    return error instanceof Bad ? 1 : 2;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
