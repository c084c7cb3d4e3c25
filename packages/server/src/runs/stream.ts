// A run as it happens, for one reader: committed events as frames, and the text under way. Resumes
// after any frame; who comes back gets the text so far, a new attempt resets it.
import type { Label, Principal, RunEvent, StreamFrame } from "@stead/protocol";
import type { Frame } from "../lib/handler.ts";
import type { RunDeps } from "./deps.ts";
import { framesOf } from "./frames.ts";
import { WATCHED_MS, type LiveSignal, type LiveText } from "./live.ts";
import { liveTextOf } from "./live-text/queries.ts";
import type { RunRow } from "./queries.ts";
import { seenAs, sightOf, type SeenAs } from "./view.ts";

/** How often the log is read for a run that another process drives. */
const POLL_MS = 250;
/** The same while it waits for people, or while this process drives it and tells of each event. */
const POLL_QUIET_MS = 1000;
const SIGNALS_MAX = 10_000;
/** How often the process that drives a run is told that it is watched. */
const WATCH_MS = WATCHED_MS / 3;

interface Reading {
  readonly deps: RunDeps;
  readonly reader: Principal;
  readonly row: RunRow;
  readonly as: SeenAs;
  seq: number;
  /** Frames of the next event that the reader has already. */
  skip: number;
  /** The step whose text the reader may watch; 0: none. */
  watching: number;
  /** What of that text was sent: another process's text is sent by difference. */
  sent: { step: number; attempt: number; text: number; reasoning: number };
  /** When the process that drives the run was last told of this reader. */
  toldAtMs: number;
  /** Of the calls so far: the log is read in pieces. */
  readonly callLabels: Map<string, Label>;
  /** The last that happened is a question to people. */
  waiting: boolean;
  ended: boolean;
}

export async function* streamRun(
  deps: RunDeps,
  asked: { reader: Principal; row: RunRow; lastEventId: string | null; signal: AbortSignal },
): AsyncGenerator<Frame<StreamFrame>, void, undefined> {
  const { reader, row, signal } = asked;
  const seen = await seenAs(deps.ctx, reader, row);
  if (!seen.ok) return;
  const { seq, skip } = placeOf(asked.lastEventId);
  const reading: Reading = {
    deps,
    reader,
    row,
    as: seen.value.as,
    seq,
    skip,
    watching: 0,
    sent: { step: 0, attempt: 0, text: 0, reasoning: 0 },
    toldAtMs: Number.NEGATIVE_INFINITY,
    callLabels: new Map(),
    waiting: false,
    ended: false,
  };
  const signals: LiveSignal[] = [];
  let slept = new AbortController();
  const off = deps.live.subscribe(row.id, (live) => {
    // A reader too slow for this is served from the log instead.
    if (signals.length < SIGNALS_MAX) signals.push(live);
    slept.abort();
  });
  try {
    yield* catchUp(reading);
    yield* textSoFar(reading);
    while (!reading.ended && !signal.aborted) {
      const next = signals.splice(0);
      if (next.length > 0) for (const live of next) yield* onSignal(reading, live);
      else {
        const nap = new AbortController();
        slept = nap;
        const wake = (): void => nap.abort();
        signal.addEventListener("abort", wake, { once: true });
        const quiet = reading.waiting || deps.live.drives(row.id);
        const pollMs = quiet ? POLL_QUIET_MS : POLL_MS;
        if (signals.length === 0) await deps.ctx.clock.sleep(pollMs, nap.signal);
        signal.removeEventListener("abort", wake);
        if (signals.length === 0) yield* poll(reading);
      }
    }
  } finally {
    off();
  }
}

/** An id is a place in the log, with how much of the next event had been sent, or of a text. */
function placeOf(lastEventId: string | null): Pick<Reading, "seq" | "skip"> {
  const [, seq = "0", skip = "0"] = /^(\d{1,9})(?:\+(\d{1,3}))?/.exec(lastEventId ?? "") ?? [];
  return { seq: Number(seq), skip: Number(skip) };
}

async function* catchUp(reading: Reading): AsyncGenerator<Frame<StreamFrame>> {
  const events = await reading.deps.openLog(reading.row.id, []).read(0);
  if (!events.ok) return;
  // What may be watched follows from the whole log, also from what this client has seen before.
  for (const event of events.value) {
    if (event.seq > reading.seq) break;
    if (event.type === "call.decided") reading.callLabels.set(event.data.callId, event.data.label);
    await watch(reading, event);
  }
  yield* emit(
    reading,
    events.value.filter((event) => event.seq > reading.seq),
  );
}

async function* poll(reading: Reading): AsyncGenerator<Frame<StreamFrame>> {
  const events = await reading.deps.openLog(reading.row.id, []).read(reading.seq);
  if (events.ok && events.value.length > 0) yield* emit(reading, events.value);
  if (!reading.ended) yield* textSoFar(reading);
}

async function* onSignal(reading: Reading, live: LiveSignal): AsyncGenerator<Frame<StreamFrame>> {
  if (live.kind === "event") {
    if (live.event.seq <= reading.seq) return;
    if (live.event.seq === reading.seq + 1) yield* emit(reading, [live.event]);
    else yield* poll(reading);
    return;
  }
  if (live.step !== reading.watching) return;
  const { step, attempt } = live;
  if (live.kind === "reset") {
    yield reset(reading, step, attempt);
    return;
  }
  const { sent } = reading;
  if (sent.step !== step || sent.attempt !== attempt) yield reset(reading, step, attempt);
  yield* delta(reading, live.part, { offset: live.offset, text: live.text });
}

/** The text under way, from this process or from the table that its owner writes. */
async function* textSoFar(reading: Reading): AsyncGenerator<Frame<StreamFrame>> {
  if (reading.watching === 0) return;
  const { live } = reading.deps;
  const current = live.current(reading.row.id) ?? (await textElsewhere(reading));
  if (!current || current.step !== reading.watching) return;
  const { step, attempt } = current;
  if (reading.sent.step !== step || reading.sent.attempt !== attempt)
    yield reset(reading, step, attempt);
  yield* delta(reading, "reasoning", { offset: 0, text: current.reasoning });
  yield* delta(reading, "text", { offset: 0, text: current.text });
}

/** The text that another process saves, once it knows that somebody watches. */
async function textElsewhere(reading: Reading): Promise<LiveText | undefined> {
  const { deps, row } = reading;
  if (deps.live.drives(row.id)) return undefined;
  const nowMs = deps.ctx.clock.monotonicMs();
  if (nowMs - reading.toldAtMs >= WATCH_MS) {
    reading.toldAtMs = nowMs;
    deps.watch(row.id);
  }
  return liveTextOf(deps.ctx.db, deps.ctx.orgId, row.id);
}

function reset(reading: Reading, step: number, attempt: number): Frame<StreamFrame> {
  reading.sent = { step, attempt, text: 0, reasoning: 0 };
  return frame(reading, { type: "text-reset", step, attempt });
}

/** Sends what of a piece has not been sent yet. */
function* delta(
  reading: Reading,
  kind: "text" | "reasoning",
  piece: { offset: number; text: string },
): Generator<Frame<StreamFrame>> {
  const { step, attempt } = reading.sent;
  const from = reading.sent[kind] - piece.offset;
  const text = from > 0 ? piece.text.slice(from) : piece.text;
  if (text === "" || from < 0) return;
  const offset = reading.sent[kind];
  reading.sent[kind] += text.length;
  yield frame(reading, { type: "text-delta", step, attempt, offset, kind, text });
}

function frame(reading: Reading, data: StreamFrame): Frame<StreamFrame> {
  const { attempt, text } = reading.sent;
  return { id: `${reading.seq}.${attempt}.${text}`, data };
}

async function* emit(
  reading: Reading,
  events: readonly RunEvent[],
): AsyncGenerator<Frame<StreamFrame>> {
  const { deps, reader, row, as, callLabels } = reading;
  const seen = await seenAs(deps.ctx, reader, row);
  if (!seen.ok) {
    reading.ended = true;
    return;
  }
  const { approvals } = seen.value;
  const sight = await sightOf(deps.ctx, reader, { row, as, approvals, events, callLabels });
  const titleOf = (tool: string): string => deps.registry.get(tool)?.tool.title ?? tool;
  for (const event of events) {
    const frames = framesOf(event, sight, titleOf);
    for (const [i, each] of frames.entries()) {
      if (i < reading.skip) continue;
      const last = i === frames.length - 1;
      const data = each.type === "run-start" ? { ...each, runId: row.id } : each;
      yield { id: last ? String(event.seq) : `${event.seq - 1}+${i + 1}`, data };
    }
    reading.skip = 0;
    reading.seq = event.seq;
    await watch(reading, event);
    if (event.type === "run.finished") reading.ended = true;
  }
}

/** Text under way may be watched by who may read everything that it is made from. */
async function watch(reading: Reading, event: RunEvent): Promise<void> {
  reading.waiting = event.type === "approval.requested";
  if (event.type === "model.answered" || event.type === "model.failed") reading.watching = 0;
  if (event.type !== "model.requested" || event.data.purpose !== "answer") return;
  const { deps, reader, row, as } = reading;
  const sight = await sightOf(deps.ctx, reader, { row, as, approvals: [], events: [event] });
  reading.watching = sight.sees(event.data.label) ? event.data.step : 0;
}
