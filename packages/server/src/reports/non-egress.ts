// Makes a non-egress report: what was sent, what covers it, what its bytes hold today; assessed and signed.
import { sha256, asJsonObject, canonical } from "../lib/json.ts";
import {
  NON_EGRESS_FORMAT,
  type NonEgressQuestion,
  type NonEgressReply,
  type NonEgressReport,
  type Scan,
} from "@stead/protocol";
import { Slots } from "../lib/bounded.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { append } from "../ledger/append.ts";
import { checkpoint } from "../ledger/checkpoint.ts";
import { AUDIT } from "../ledger/event.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { signNote } from "../ledger/tree/note.ts";
import { whileAvailable } from "../store/available.ts";
import { assess, sentSchema } from "./assess.ts";
import type { ReportsCtx } from "./context.ts";
import { gatherEvidence } from "./evidence.ts";
import { lookUp, settledOf, type Facts, type Send } from "./facts.ts";
import { rescan, type Finders } from "./rescan.ts";
import { replyOf } from "./reply.ts";

const CHECKPOINTS_MAX = 40;
const BUSY_MS = 250;
const WAITING_MAX = 4;

/** One at a time: a report reads everything that went to a destination. */
const slot = new Slots(1, WAITING_MAX);

export interface Asked {
  readonly question: NonEgressQuestion;
  readonly by: string;
  readonly signal: AbortSignal;
}

export async function reportNonEgress(
  ctx: ReportsCtx,
  asked: Asked,
): Promise<Result<NonEgressReply>> {
  const question = normal(asked.question);
  if (Date.parse(question.from) >= Date.parse(question.to))
    return fail("request.invalid", "The period ends before it begins.");
  const release = await slot.acquire();
  if (!release) return fail("request.rate_limited", "Other reports are being made; try again.");
  try {
    return await make(ctx, { ...asked, question });
  } finally {
    release();
  }
}

/** As the record writes destinations: in lower case, with the port. */
function normal(question: NonEgressQuestion): NonEgressQuestion {
  const name = question.destination.trim().toLowerCase();
  const from = new Date(question.from).toISOString();
  const to = new Date(question.to).toISOString();
  return { ...question, from, to, destination: /:\d+$/.test(name) ? name : `${name}:443` };
}

async function make(ctx: ReportsCtx, asked: Asked): Promise<Result<NonEgressReply>> {
  const { ledger } = ctx;
  const madeAt = new Date(ledger.clock.now()).toISOString();
  const id = ledger.ids.next("rep");
  const covered = await cover(ledger);
  if (!covered.ok) return covered;
  const looked = await whileAvailable(() => lookUp(ledger, asked.question));
  const facts = looked.ok ? looked.value : looked;
  if (!facts.ok) return facts;
  const { sends } = facts.value;
  const about = { reportId: id, by: asked.by, ...asked.question };
  // No reading without its own event, as when an auditor opens a body.
  const reading = { type: "bodies.scanned", data: { ...about, sends: sends.length } };
  const recorded = await append(ledger, { stream: AUDIT, after: "tail", events: [reading] });
  if (!recorded.ok) return recorded;
  const ready = await ctx.ready();
  if (!ready.ok) return ready;
  const finders = ctx.finders();
  const scans: Scan[] = [];
  for (const send of sends) {
    if (asked.signal.aborted) return fail("request.conflict", "Nobody waits for this report.");
    scans.push(await rescan(ledger, finders, send));
  }
  const content = await whileAvailable(() =>
    contentOf(ledger, { id, madeAt, asked, facts: facts.value, scans, finders }),
  );
  const report = content.ok ? content.value : content;
  if (!report.ok) return report;
  return finish(ledger, report.value, about);
}

async function finish(
  ledger: Ledger,
  content: Omit<NonEgressReport, "answer" | "doubts">,
  about: Readonly<Record<string, string>>,
): Promise<Result<NonEgressReply>> {
  const assessment = assess(content);
  const { answer, doubts } = assessment;
  const report: NonEgressReport = { ...content, answer, doubts: [...doubts] };
  const file = signNote(`${canonical(asJsonObject(report))}\n`, ledger.keys.signer);
  const data = { ...about, kind: "non-egress", answer, sha256: sha256(file) };
  const events = [{ type: "report.made", data }];
  const done = await append(ledger, { stream: AUDIT, after: "tail", events });
  return done.ok ? ok(replyOf(report, assessment, file)) : done;
}

/** Until everything that is there is under a checkpoint, or another process can't be waited for. */
async function cover(ledger: Ledger): Promise<Result<void>> {
  for (let tries = 0; tries < CHECKPOINTS_MAX; tries++) {
    const made = await checkpoint(ledger);
    if (!made.ok) return made;
    if (made.value === "checkpoint" || made.value === "nothing") break;
    if (made.value === "busy") await ledger.clock.sleep(BUSY_MS);
  }
  return ok();
}

interface Gathered {
  readonly id: string;
  readonly madeAt: string;
  readonly asked: Asked;
  readonly facts: Facts;
  readonly scans: readonly Scan[];
  readonly finders: Finders;
}

async function contentOf(
  ledger: Ledger,
  gathered: Gathered,
): Promise<Result<Omit<NonEgressReport, "answer" | "doubts">>> {
  const { id, madeAt, asked, facts, scans, finders } = gathered;
  const { sends, ungated, tripped, coverage, last } = facts;
  const { question } = asked;
  const carrying = sends.filter((send, i) => mayCarry(send, scans[i], question.class));
  const settled = await settledOf(ledger, carrying);
  const places = [...sends, ...settled, ...ungated, ...tripped].map(({ stream, seq }) => ({
    stream,
    seq,
  }));
  const sought = { db: ledger.db, places, size: last?.size ?? 0 };
  const evidence = await gatherEvidence(ledger, sought);
  if (!evidence.ok) return evidence;
  return ok({
    format: NON_EGRESS_FORMAT,
    id,
    org: ledger.orgId,
    key: ledger.keys.signer.verifierKey,
    madeAt,
    by: asked.by,
    question,
    sends: sends.map(({ stream, seq, number }, i) => ({
      stream,
      seq,
      number,
      scan: scans[i] ?? { unread: "damaged" },
    })),
    ungated,
    tripped,
    coverage,
    detectors: {
      sending: detectorsOf(sends),
      reading: { detector: finders.detect.version, registry: finders.known?.version ?? null },
    },
    findings: findingsOf(scans),
    checkpoint: last ? { note: last.note, witnesses: [...last.witnesses] } : null,
    evidence: evidence.value,
  });
}

function mayCarry(send: Send, scan: Scan | undefined, wanted: string): boolean {
  const { classes, found } = sentSchema.parse(send.data);
  if (classes.includes(wanted) || found.includes(wanted)) return true;
  return scan !== undefined && "found" in scan && scan.found.some((each) => each.class === wanted);
}

function detectorsOf(sends: readonly Send[]): NonEgressReport["detectors"]["sending"] {
  const counts = new Map<string, NonEgressReport["detectors"]["sending"][number]>();
  for (const send of sends) {
    const { detector, registry } = sentSchema.parse(send.data);
    const named = registry === undefined || registry === null ? null : String(registry);
    const key = `${detector} ${named}`;
    const before = counts.get(key)?.sends ?? 0;
    counts.set(key, { detector, registry: named, sends: before + 1 });
  }
  return [...counts.values()];
}

function findingsOf(scans: readonly Scan[]): NonEgressReport["findings"] {
  const byClass = new Map<string, { count: number; sends: number }>();
  for (const scan of scans)
    for (const { class: name, count } of "found" in scan ? scan.found : []) {
      const before = byClass.get(name) ?? { count: 0, sends: 0 };
      byClass.set(name, { count: before.count + count, sends: before.sends + 1 });
    }
  const names = [...byClass].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return names.map(([name, counted]) => ({ class: name, ...counted }));
}
