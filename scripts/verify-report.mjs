// Verifies a non-egress report without any of Stead's code: node verify-report.mjs report.note
//   --key <name+id+base64>   the ledger's key as you know it (else the report's own is believed)
//   --export <file>          the ledger's export: no send may be missing from the report
// Needs verify-ledger.mjs beside it. Exit code 0: it holds, 1: it does not, 2: could not be read.
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  canonical,
  isSigned,
  LedgerCheck,
  linesOf,
  readKey,
  readNote,
  sha256,
} from "./verify-ledger.mjs";

const FORMAT = "stead-non-egress/1";
const DOUBTS = {
  "period-open": "the period was not over",
  "ungated-path": "a path that is not gated was open",
  uncovered: "a send is under no checkpoint",
  gap: "numbers of sends have a gap",
  clock: "the clock went back",
  unread: "what a send carried can't be read again",
  unsettled: "whether data of the class arrived is not known",
};
const keyOf = ({ stream, seq }) => `${stream} ${seq}`;

/** The report in a file: one line of canonical JSON, a blank line, one signature of `trustedKey`. */
export function openReport(bytes, trustedKey) {
  const file = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const [, line, signature] = /^([^\n]+)\n\n(— [^\n]+)\n$/.exec(file) ?? [];
  assert(line, "the file is not a report with one signature");
  let report;
  try {
    report = JSON.parse(line);
  } catch {
    assert.fail("the report is not JSON");
  }
  assert(report?.format === FORMAT, "the report is of another format");
  assert(!trustedKey || trustedKey === report.key, "another ledger's key signed it");
  let key;
  try {
    key = readKey(report.key, 1);
  } catch (error) {
    assert.fail(error.message);
  }
  assert(isSigned(`${line}\n`, signature, key), "the signature is not the key's: it was changed");
  assert(canonical(report) === line, "the report is not written as a report is");
  return { report, key };
}

/** Throws when anything in it does not follow; returns what can be said. */
export function checkReport(bytes, trustedKey) {
  const { report, key } = openReport(bytes, trustedKey);
  const events = checkEvidence(report, key);
  const found = assess(report, events);
  assert.deepEqual(report.doubts, found.doubts, "its doubts are not what its evidence gives");
  assert(report.answer === found.answer, `its answer is not what its evidence gives`);
  return { report, events, key };
}

/** Every piece of evidence leads to the checkpoint's root; returns the events by place. */
function checkEvidence({ checkpoint, evidence, org }, key) {
  const text = checkpoint && readNote(checkpoint.note, key);
  assert(text !== undefined, "the checkpoint is not signed by the ledger's key");
  const [origin, size, root] = text?.split("\n") ?? [];
  assert(!text || origin === key.name, "the checkpoint is of another ledger");
  const events = new Map();
  for (const { stream, leaf, prev, events: own } of evidence) {
    let hash = prev;
    let { seq } = own[0] ?? assert.fail(`${stream}: evidence without an event`);
    for (const event of own) {
      const where = `${stream} ${seq}`;
      assert(event.seq === seq++ && !events.has(where), `${where}: is out of place`);
      const { at, type, data, bodies } = event;
      const hashed = ["stead/event/1", org, stream, event.seq, at, type, data, bodies, hash];
      hash = sha256(canonical(hashed)).toString("hex");
      events.set(where, { ...event, stream, hash, leaf: leaf && leaf.idx });
    }
    if (leaf === null) continue;
    assert(text && own[0].seq >= leaf.from && seq - 1 === leaf.to, `${stream}: is not its leaf's`);
    const leafHash = sha256(Buffer.of(0), canonical([stream, leaf.from, leaf.to, hash]));
    const actual = climb(leafHash, leaf.proof, { idx: leaf.idx, size: Number(size) });
    assert(actual === root, `${stream} ${leaf.to}: is not in the signed tree`);
  }
  return events;
}

const half = (n) => Math.floor(n / 2);

/** RFC 9162, 2.1.3.2: the root that a proof gives. */
function climb(leafHash, proof, { idx, size }) {
  let [fn, sn, hash] = [idx, size - 1, leafHash];
  assert(Number.isSafeInteger(idx) && idx >= 0 && idx < size, `leaf ${idx}: is not in the tree`);
  for (const step of proof) {
    const other = Buffer.from(step, "base64");
    assert(sn > 0 && other.toString("base64") === step, `leaf ${idx}: its proof is malformed`);
    if (fn % 2 === 1 || fn === sn) {
      hash = sha256(Buffer.of(1), other, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else hash = sha256(Buffer.of(1), hash, other);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 ? hash.toString("base64") : undefined;
}

/** The answer, from the evidence alone. */
function assess(report, events) {
  const { question, coverage } = report;
  const [from, to] = [Date.parse(question.from), Date.parse(question.to)];
  const outcomes = new Map();
  for (const { type, stream, data } of events.values())
    if (type === "egress.settled") outcomes.set(`${stream} ${data.sendId}`, data);
  const sends = report.sends.map((send) => assessSend(send, { events, outcomes, question }));
  checkOrder(sends, { from, to });
  const carried = sends.filter((send) => send.carried);
  const has = {
    "period-open": to > Date.parse(report.madeAt),
    "ungated-path": isUngated(report, events, { from, to }),
    uncovered: sends.some(({ number, leaf }) => leaf === null || number === null),
    gap: coverage.numbered !== coverage.highest || !isGapless(sends),
    clock: coverage.checkpoints.backwards > 0,
    unread: sends.some((send) => send.unread && !send.carried),
    unsettled: carried.some(({ outcome }) => outcome === "unknown"),
  };
  const doubts = Object.keys(DOUBTS).filter((doubt) => has[doubt]);
  const arrived = carried.some(({ outcome }) => outcome === "arrived");
  return { doubts, answer: arrived ? "yes" : doubts.length > 0 ? "not-proven" : "no" };
}

function assessSend(send, { events, outcomes, question }) {
  const where = keyOf(send);
  const event = events.get(where);
  assert(event?.type === "egress.sent", `${where}: the send is not in the evidence`);
  const { destination, classes = [], found: then = [], replaced = [], sendId } = event.data;
  assert(destination === question.destination, `${where}: went to ${destination}`);
  const wanted = (each) => each.class === question.class;
  const { found = [], unread } = send.scan;
  const labelled = [...classes, ...then].includes(question.class) && !replaced.some(wanted);
  const settled = outcomes.get(`${send.stream} ${sendId}`);
  const outcome = !settled
    ? "unknown"
    : settled.status !== null || settled.code === null
      ? "arrived"
      : settled.code === "egress.blocked"
        ? "stopped"
        : "unknown";
  return {
    ...event,
    number: send.number,
    carried: labelled || found.some(wanted),
    unread:
      found.some((each) => each.class === "unopened") ||
      (unread !== undefined && (unread !== "withheld" || question.class === "secret")),
    outcome,
  };
}

/** Numbers go up with the leaves; what is out of the period stands between what is in it. */
function checkOrder(sends, { from, to }) {
  const numbered = sends.filter(({ number, leaf }) => number !== null && leaf !== null);
  for (const [i, send] of numbered.entries()) {
    const before = numbered[i - 1];
    const after =
      !before || before.leaf < send.leaf || (before.leaf === send.leaf && before.seq < send.seq);
    assert(after, `${keyOf(send)}: its number is not in the order of the tree`);
  }
  const isIn = ({ at }) => at >= from && at < to;
  const ends = sends.length === 0 || (isIn(sends[0]) && isIn(sends.at(-1)));
  assert(ends, "a send of another time is in the report");
}

function isGapless(sends) {
  const numbers = sends.map(({ number }) => number).filter((number) => number !== null);
  return numbers.every((number, i) => i === 0 || number === numbers[i - 1] + 1);
}

function isUngated({ ungated }, events, { from, to }) {
  const open = new Set();
  let was = false;
  for (const place of ungated) {
    const { type, at, data } = events.get(keyOf(place)) ?? {};
    const known = type === "egress.ungated-opened" || type === "egress.ungated-closed";
    assert(known && place.stream === "egress" && at < to, `${keyOf(place)}: tells of no path`);
    if (type === "egress.ungated-opened") open.add(data.path);
    else was = (open.delete(data.path) && at >= from) || was;
  }
  return was || open.size > 0;
}

/** Takes an export line by line, and notes what should be in the report. */
export class Completeness extends LedgerCheck {
  constructor({ report, events, key: trustedKey }) {
    super(trustedKey);
    this.report = report;
    this.known = events;
    this.told = new Set([...report.sends, ...report.ungated].map(keyOf));
    this.covered = Number(report.checkpoint?.note.split("\n")[1] ?? 0);
  }

  event(event) {
    super.event(event);
    const { question, madeAt } = this.report;
    const [from, to] = [Date.parse(question.from), Date.parse(question.to)];
    const { type, at, data, stream } = event;
    const where = keyOf(event);
    const held = this.known.get(where);
    assert(!held || held.hash === event.hash, `${where}: the report has another event there`);
    const sent =
      type === "egress.sent" && data.destination === question.destination && at >= from && at < to;
    const path = stream === "egress" && type.startsWith("egress.ungated-") && at < to;
    const due = (sent || path) && at < Date.parse(madeAt);
    assert(!due || this.told.delete(where), `${where}: is not in the report`);
    this.told.delete(where);
  }

  finish() {
    const [sentence] = super.finish();
    const [missing] = this.told;
    assert(missing === undefined, `${missing}: is in the report and not in the ledger`);
    return [`complete: no send and no path of the export is missing from it; ${sentence}`];
  }
}

/** What a sound report says, in sentences. */
export function sentencesOf({ report, events, key }, trusted) {
  const { question, answer, doubts, sends, coverage, detectors } = report;
  const { witnessed } = coverage.checkpoints;
  const leafOf = (send) => events.get(keyOf(send))?.leaf;
  const unwitnessed = sends.filter((send) => !(leafOf(send) < witnessed)).length;
  const said = {
    no: `no ${question.class} reached ${question.destination}`,
    yes: `${question.class} REACHED ${question.destination}`,
    "not-proven": `NOT PROVEN that no ${question.class} reached ${question.destination}`,
  };
  const { reading } = detectors;
  return [
    `verifies: ${said[answer]}`,
    `from ${question.from} to ${question.to} (made ${report.madeAt}, ${report.id})`,
    ...doubts.map((doubt) => `not certain: ${DOUBTS[doubt]}`),
    `${sends.length} sends, each in the signed tree; read again with ${reading.detector}` +
      (reading.registry === null ? "" : ` and known values ${reading.registry}`),
    unwitnessed > 0 && `${unwitnessed} sends are under no witnessed checkpoint`,
    !trusted && `the key was the report's own: ${key.name}; compare it, use --key`,
  ].filter(Boolean);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  try {
    const options = { key: { type: "string" }, export: { type: "string" } };
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (positionals.length !== 1) throw new Error("name one file: report.note [--key] [--export]");
    const checked = checkReport(readFileSync(positionals[0]), values.key);
    const told = sentencesOf(checked, values.key !== undefined);
    if (values.export !== undefined) {
      const whole = new Completeness({ ...checked, key: checked.report.key });
      for await (const line of linesOf(values.export)) whole.line(line);
      told.push(...whole.finish());
    }
    for (const sentence of told) console.log(sentence);
  } catch (error) {
    const wrong = error instanceof assert.AssertionError;
    console.error(`${wrong ? "DOES NOT VERIFY" : "unreadable"}: ${error.message}`);
    process.exitCode = wrong ? 1 : 2;
  }
