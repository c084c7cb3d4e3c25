// Verifies an exported ledger without any of Stead's code: node verify-ledger.mjs export.jsonl
//   --key <name+id+base64>   the ledger's key as you know it (else the export's own is believed)
//   --seen <file>            a checkpoint that you or a witness kept: it must be in the export
// Exit code 0: sound, 1: not sound, 2: could not be read. RFC 9162, C2SP signed notes, RFC 8785.
import { createHash, createPublicKey, verify as verifySignature } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const SECTION = {
  ledger: 0,
  leaf: 1,
  checkpoint: 1,
  witness: 1,
  number: 2,
  event: 3,
  body: 3,
  end: 4,
};
const FIELDS = {
  ledger: "format key kind org witnesses",
  leaf: "from head idx kind stream to",
  checkpoint: "at kind note root size",
  witness: "kind line size witness",
  number: "destination kind leaf number seq stream",
  event: "at bodies data hash kind prev seq stream type",
  body: "bytes id kind name sealed seq stream",
  end: "kind records",
};
const ZEROS = "0".repeat(64);

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const bytewise = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

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
  if (typed.length !== 33 || typed[0] !== 1 || id !== ownId || typed.toString("base64") !== encoded)
    throw new Error(`${text} is no Ed25519 verifier key`);
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), typed.subarray(1)]);
  return {
    name,
    raw: typed.subarray(1),
    key: createPublicKey({ key: der, format: "der", type: "spki" }),
  };
}

/** The signature of `key` on a line of a note, by kind (1: the log's own, 4: a witness's). */
function signatureOn(line, { name, raw }, kind) {
  const [, signer, encoded] = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
  const bytes = Buffer.from(encoded ?? "", "base64");
  const id = sha256(`${name}\n`, Buffer.of(kind), raw).subarray(0, 4);
  if (signer !== name || bytes.toString("base64") !== encoded) return undefined;
  return bytes.subarray(0, 4).equals(id) ? bytes.subarray(4) : undefined;
}

/** A checkpoint's lines, when `key` signed them. */
function readNote(note, key) {
  const [, text, line] = /^((?:[^\n]+\n){5})\n(— [^\n]+)\n$/.exec(note) ?? [];
  const signature = line && signatureOn(line, key, 1);
  if (!signature || !verifySignature(null, Buffer.from(text), key.key, signature)) return undefined;
  const [origin, size, root, previous, at] = text.split("\n");
  return { text, origin, size, root, previous, at };
}

class Bad extends Error {
  constructor(where, why) {
    super(`${where}: ${why}`);
  }
}

/** Takes the lines of an export one by one; throws at the first that is not as it must be. */
export class LedgerCheck {
  section = -1;
  records = 0;
  size = 0;
  signed = 0;
  /** Complete subtrees not yet paired, largest first: the tree's frontier. */
  frontier = [];
  roots = new Map();
  leaves = new Map();
  numbers = new Map();
  refs = [];
  counts = { events: 0, streams: 0, checkpoints: 0, uncovered: 0, unwitnessed: 0 };

  constructor(trustedKey) {
    this.trustedKey = trustedKey;
  }

  line(line) {
    const where = `line ${this.records + 1}`;
    let record;
    try {
      record = JSON.parse(line);
    } catch {
      throw new Bad(where, "is not JSON");
    }
    if (canonical(record) !== line || !Object.hasOwn(FIELDS, record?.kind))
      throw new Bad(where, "is not as an export writes it");
    if (Object.keys(record).join(" ") !== FIELDS[record.kind])
      throw new Bad(where, `is not a whole ${record.kind}`);
    const section = SECTION[record.kind];
    if (section < this.section || this.section === 4 || (this.records === 0) !== (section === 0))
      throw new Bad(where, `a ${record.kind} does not belong here`);
    if (section > 1 && this.signed !== this.size)
      throw new Bad("log", "the last checkpoint is missing");
    if (section === 3 && this.section < 3) this.due = [...this.leaves.keys()].toSorted(bytewise);
    this.section = section;
    this[record.kind](record);
    this.records++;
  }

  ledger({ format, org, key, witnesses }) {
    if (format !== "stead-ledger/1") throw new Bad("header", "another format");
    if (this.trustedKey && this.trustedKey !== key) throw new Bad("header", "another ledger's key");
    this.org = org;
    this.key = readKey(key);
    this.witnesses = new Map(witnesses.map((each) => [each.split("+")[0], readKey(each)]));
  }

  leaf({ idx, stream, from, to, head }) {
    const own = this.leaves.get(stream) ?? [];
    if (idx !== this.size || from !== (own.at(-1)?.to ?? 0) + 1 || to < from)
      throw new Bad(
        `leaf ${this.size}`,
        "is missing or does not go on where the stream's last ended",
      );
    own.push({ idx, to, head });
    this.leaves.set(stream, own);
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
    if (!said) throw new Bad(where, "is not signed by the ledger's key");
    const hashes = this.frontier.map(({ hash }) => hash);
    const actual = hashes.reduceRight((right, left) => sha256(Buffer.of(1), left, right));
    const expected = [
      [said.origin, this.key.name],
      [said.size, String(size)],
      [size, this.size],
      [said.root, actual.toString("base64")],
      [root, actual.toString("hex")],
      [said.previous, `previous ${this.signed}`],
      [said.at, `at ${new Date(at).toISOString()}`],
    ];
    if (size <= this.signed || expected.some(([is, should]) => is !== should))
      throw new Bad(where, "is not over these leaves, or the one before it is missing");
    this.roots.set(size, said.root);
    this.note = said;
    this.signed = size;
    this.lastWitness = "";
    this.counts.checkpoints++;
    this.counts.unwitnessed++;
  }

  witness({ size, witness, line }) {
    const key = this.witnesses.get(witness);
    const signature = key && signatureOn(line, key, 4);
    const time = signature?.length === 72 && signature.readBigUInt64BE();
    const text = `cosignature/v1\ntime ${time}\n${this.note?.text}`;
    const sound = signature?.length === 72 && size === this.size && size === this.signed;
    if (!sound || witness <= this.lastWitness)
      throw new Bad(`checkpoint ${size}`, `the line of ${witness} is out of place`);
    if (!verifySignature(null, Buffer.from(text), key.key, signature.subarray(8)))
      throw new Bad(`checkpoint ${size}`, `the line of ${witness} is not valid`);
    this.lastWitness = witness;
    this.counts.unwitnessed = 0;
  }

  number(record) {
    const { destination, number, leaf, stream, seq } = record;
    const last = this.lastNumber;
    const same = last?.destination === destination;
    const after = !same || last.leaf < leaf || (last.leaf === leaf && last.seq < seq);
    const sorted = same || !last || bytewise(last.destination, destination) < 0;
    if (number !== (same ? last.number + 1 : 1) || !after || !sorted)
      throw new Bad(`${stream} ${seq}`, `number ${number} of ${destination} is out of place`);
    if (this.numbers.has(`${stream}/${seq}`)) throw new Bad(`${stream} ${seq}`, "two numbers");
    this.numbers.set(`${stream}/${seq}`, record);
    this.lastNumber = record;
  }

  event(event) {
    this.endBodies();
    const { stream, type, data, bodies } = event;
    const last = this.last?.stream === stream ? this.last : this.open(stream);
    const [seq, prev] = [(last?.seq ?? 0) + 1, last?.hash ?? ZEROS];
    const where = `${stream} ${seq}`;
    if (event.seq !== seq) throw new Bad(where, "the event is missing or there twice");
    if (event.prev !== prev) throw new Bad(where, "is not chained to the event before it");
    const hashed = ["stead/event/1", this.org, stream, seq, event.at, type, data, bodies, prev];
    if (sha256(canonical(hashed)).toString("hex") !== event.hash)
      throw new Bad(where, "its content is not what was hashed");
    this.last = event;
    this.refs = [...bodies];
    this.lastBody = "";
    this.counts.events++;
    const leaf = this.covering?.[0];
    if (!leaf) this.counts.uncovered++;
    else if (type === "egress.sent") {
      const numbered = this.numbers.get(`${stream}/${seq}`);
      if (numbered?.leaf !== leaf.idx || numbered.destination !== data.destination)
        throw new Bad(where, "the send has no number, or that of another");
      this.numbers.delete(`${stream}/${seq}`);
    }
    if (leaf?.to === seq && this.covering.shift().head !== event.hash)
      throw new Bad(where, `it or one before it was rewritten: leaf ${leaf.idx} has another head`);
  }

  /** The stream before is over, and none that has leaves was left out. */
  open(stream) {
    this.endStream();
    const due = this.due[0];
    if (this.last && bytewise(this.last.stream, stream) >= 0)
      throw new Bad(stream, "is out of place");
    if (due !== undefined && bytewise(due, stream) < 0)
      throw new Bad(`${due} 1`, "the stream is missing");
    if (due === stream) this.due.shift();
    this.covering = [...(this.leaves.get(stream) ?? [])];
    this.counts.streams++;
    return undefined;
  }

  body({ stream, seq, name, id, bytes, sealed }) {
    const raw = Buffer.from(sealed, "base64");
    const at = this.refs.findIndex((ref) => ref.name === name);
    const own = { bytes, id, name, sha256: sha256(raw).toString("hex") };
    const placed = this.last?.stream === stream && this.last.seq === seq && name > this.lastBody;
    const whole = raw.toString("base64") === sealed && raw.length - 28 === bytes;
    if (!placed || !whole || at < 0 || canonical(this.refs[at]) !== canonical(own))
      throw new Bad(`${stream} ${seq}`, `body ${name} is not one that its event refers to`);
    this.refs.splice(at, 1);
    this.lastBody = name;
  }

  endBodies() {
    if (this.refs.length > 0)
      throw new Bad(`${this.last.stream} ${this.last.seq}`, `body ${this.refs[0].name} is missing`);
  }

  endStream() {
    if (this.last && this.covering.length > 0)
      throw new Bad(`${this.last.stream} ${this.last.seq + 1}`, "the event is missing");
  }

  end({ records }) {
    this.endBodies();
    this.endStream();
    if (this.due?.length > 0 || (!this.due && this.leaves.size > 0))
      throw new Bad(`${this.due?.[0] ?? [...this.leaves.keys()][0]} 1`, "the stream is missing");
    for (const { stream, seq, destination } of this.numbers.values())
      throw new Bad(`${stream} ${seq}`, `a number of ${destination} belongs to no send`);
    if (records !== this.records) throw new Bad("the end", "records are missing");
  }

  /** After the last line; `seen` is a checkpoint that somebody kept. */
  finish(seen) {
    if (this.section !== 4) throw new Bad("the end", "the export breaks off");
    if (seen === undefined) return;
    const said = readNote(seen.replace(/(\n— [^\n]+\n)[^]*$/, "$1"), this.key);
    if (!said || this.roots.get(Number(said.size)) !== said.root)
      throw new Bad("log", `the checkpoint that was seen (${said?.size}) is not in this ledger`);
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
  if (rest + decoder.decode() !== "") throw new Bad("the end", "the last line breaks off");
}

async function main(argv) {
  const files = [];
  const options = {};
  for (let i = 0; i < argv.length; i++)
    if (argv[i] === "--key" || argv[i] === "--seen") options[argv[i].slice(2)] = argv[++i];
    else files.push(argv[i]);
  if (files.length !== 1) {
    console.error("usage: node verify-ledger.mjs export.jsonl [--key KEY] [--seen CHECKPOINT]");
    return 2;
  }
  const check = new LedgerCheck(options.key);
  try {
    const seen = options.seen && readFileSync(options.seen, "utf8");
    for await (const line of linesOf(files[0])) check.line(line);
    check.finish(seen);
  } catch (error) {
    console.error(
      error instanceof Bad ? `NOT SOUND: ${error.message}` : `unreadable: ${error.message}`,
    );
    return error instanceof Bad ? 1 : 2;
  }
  const { events, streams, checkpoints, uncovered, unwitnessed } = check.counts;
  console.log(`sound: ${events} events in ${streams} streams under ${checkpoints} checkpoints`);
  if (uncovered > 0)
    console.log(`${uncovered} events are after the last checkpoint: not signed yet`);
  if (unwitnessed > 0)
    console.log(`${unwitnessed} checkpoints have no witness: a fork would not show`);
  if (!options.key)
    console.log(`the key was the export's own: ${check.key.name}; compare it, use --key`);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = await main(process.argv.slice(2));
