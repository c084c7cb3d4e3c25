// The text of each step, assembled from deltas: a new attempt starts afresh, a repeat adds nothing.
import type { StreamFrame } from "@stead/protocol";

export interface StepText {
  readonly attempt: number;
  readonly text: string;
  readonly reasoning: string;
}

export interface Transcript {
  /** Takes a frame in; undefined when it brings nothing new, a shorter delta when part of it does. */
  apply(frame: StreamFrame): StreamFrame | undefined;
  /** What stands at a step so far. */
  step(step: number): StepText;
  /** The text of the newest step. */
  readonly text: string;
}

const EMPTY: StepText = { attempt: 0, text: "", reasoning: "" };

export function createTranscript(): Transcript {
  const steps = new Map<number, StepText>();
  let newest = 0;
  const step = (number: number): StepText => steps.get(number) ?? EMPTY;
  const set = (number: number, text: StepText): void => {
    steps.set(number, text);
    newest = Math.max(newest, number);
  };
  return {
    step,
    get text() {
      return step(newest).text;
    },
    apply(frame) {
      if (frame.type === "text-reset") {
        if (frame.attempt < step(frame.step).attempt) return undefined;
        set(frame.step, { attempt: frame.attempt, text: "", reasoning: "" });
      }
      if (frame.type === "step-end") set(frame.step, { ...step(frame.step), text: frame.text });
      if (frame.type !== "text-delta") return frame;
      const fresh = freshPart(step(frame.step), frame);
      if (fresh) set(frame.step, grown(step(frame.step), fresh));
      return fresh;
    },
  };
}

type Delta = Extract<StreamFrame, { type: "text-delta" }>;

/** What of a delta is not there yet. */
function freshPart(known: StepText, delta: Delta): Delta | undefined {
  if (delta.attempt < known.attempt) return undefined;
  const have = delta.attempt > known.attempt ? 0 : known[delta.kind].length;
  const overlap = have - delta.offset;
  if (overlap <= 0) return delta;
  if (overlap >= delta.text.length) return undefined;
  return { ...delta, offset: have, text: delta.text.slice(overlap) };
}

function grown(known: StepText, delta: Delta): StepText {
  const { attempt, kind } = delta;
  const base = attempt > known.attempt ? { ...EMPTY, attempt } : known;
  return { ...base, [kind]: base[kind] + delta.text };
}
