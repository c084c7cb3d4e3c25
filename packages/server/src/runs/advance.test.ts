// What comes next, from logs written by hand.
import { describe, expect, test } from "vitest";
import type { NewRunEvent } from "@stead/protocol";
import { advance, type Facts } from "./advance.ts";
import { fold } from "./fold.ts";
import {
  answered,
  asked,
  begun,
  claimed,
  decided,
  done,
  logOf,
  replied,
  started,
} from "./runs.fixture.ts";

const facts: Facts = { nowMs: 0, windowTokens: 10, windowTokensMax: 100, compactable: true };

function next(events: readonly NewRunEvent[], more: Partial<Facts> = {}) {
  return advance(fold("run_1", logOf([started, claimed(), ...events])), { ...facts, ...more });
}

function idsOf(effect: ReturnType<typeof next>): string[] {
  return "calls" in effect ? effect.calls.map((call) => call.callId) : [];
}

function left(keyed: boolean): NewRunEvent[] {
  return [answered(1, ["a"]), decided("call_1_1", "permit"), begun("call_1_1", keyed)];
}

describe("advance", () => {
  test("an empty log and an ended run have no next effect", () => {
    expect(advance(fold("run_1", []), facts).kind).toBe("none");
    const end: NewRunEvent = {
      type: "run.finished",
      data: { status: "answered", label: { audience: [], classes: [], trust: "person" } },
    };
    expect(next([end]).kind).toBe("none");
  });

  test("asks the model first, then again after all results, then answers", () => {
    expect(next([])).toEqual({ kind: "call-model", step: 1 });
    const turn = [answered(1, ["t"]), decided("call_1_1", "permit"), begun("call_1_1", true)];
    expect(next([...turn, done("call_1_1")])).toEqual({ kind: "call-model", step: 2 });
    expect(next([answered(1, [])])).toEqual({ kind: "answer", text: "turn 1" });
  });

  test("decides every call of a turn before any is run", () => {
    const effect = next([answered(1, ["a", "b"]), decided("call_1_1", "permit")]);
    expect([effect.kind, idsOf(effect)]).toEqual(["decide", ["call_1_2"]]);
  });

  test("runs what is permitted while others wait for people", () => {
    const turn = [
      answered(1, ["a", "b", "c"]),
      decided("call_1_1", "ask"),
      asked("call_1_1"),
      decided("call_1_2", "permit"),
      decided("call_1_3", "deny"),
    ];
    expect(idsOf(next(turn))).toEqual(["call_1_2"]);
    const waiting = next([...turn, begun("call_1_2", true), done("call_1_2")]);
    expect(waiting).toEqual({ kind: "wait", untilMs: 10_000 });
  });

  test("no answer in time is no", () => {
    const turn = [answered(1, ["a"]), decided("call_1_1", "ask"), asked("call_1_1")];
    expect(next(turn, { nowMs: 10_000 }).kind).toBe("expire");
    expect(next([...turn, replied("call_1_1", "expired")]).kind).toBe("call-model");
  });

  test("a quorum is of different people", () => {
    const turn = [answered(1, ["a"]), decided("call_1_1", "ask"), asked("call_1_1", { quorum: 2 })];
    const once = [...turn, replied("call_1_1", "approved", { by: "usr_2" })];
    expect(next([...once, replied("call_1_1", "approved", { by: "usr_2" })]).kind).toBe("wait");
    expect(next([...once, replied("call_1_1", "approved", { by: "usr_3" })]).kind).toBe("execute");
  });

  test("an edit takes earlier answers back", () => {
    const turn = [answered(1, ["a"]), decided("call_1_1", "ask"), asked("call_1_1", { quorum: 2 })];
    const effect = next([
      ...turn,
      replied("call_1_1", "approved", { by: "usr_2" }),
      replied("call_1_1", "approved", { by: "usr_3", edited: true }),
    ]);
    expect(effect.kind).toBe("wait");
  });

  test("what a dead worker left: repeated with its key, asked about without one", () => {
    expect(next([...left(true), claimed("w2")]).kind).toBe("execute");
    expect(next([...left(false), claimed("w2")]).kind).toBe("ask-repeat");
    const again = [...left(false), claimed("w2"), asked("call_1_1", { kind: "repeat" })];
    expect(next(again).kind).toBe("wait");
    const yes = replied("call_1_1", "approved", { kind: "repeat", by: "usr_1" });
    expect(next([...again, yes]).kind).toBe("execute");
    const no = replied("call_1_1", "refused", { kind: "repeat", by: "usr_1" });
    expect(next([...again, no]).kind).toBe("call-model");
  });

  test("a cancel stops before the next effect, whatever it is", () => {
    const cancel: NewRunEvent = { type: "run.cancel-requested", data: { by: "usr_1" } };
    expect(next([cancel])).toMatchObject({ kind: "stop", status: "cancelled" });
    const turn = [answered(1, ["a"]), decided("call_1_1", "permit")];
    expect(next([...turn, cancel])).toMatchObject({ kind: "stop", status: "cancelled" });
  });

  test("each bound stops the run and says which", () => {
    const reason = (effect: ReturnType<typeof next>) => ("why" in effect ? effect.why.detail : "");
    expect(reason(next([answered(1, ["a"], 2000), decided("call_1_1", "permit")]))).toMatch(
      /tokens/,
    );
    expect(reason(next([], { nowMs: 70_000 }))).toMatch(/longer/);
    const turns = [1, 2, 3, 4, 5].flatMap((step) => [
      answered(step, ["a"]),
      decided(`call_${step}_1`, "deny"),
    ]);
    expect(reason(next(turns))).toMatch(/5 steps/);
    expect(reason(next([...turns.slice(0, 8), answered(5, [])]))).toBe("");
  });

  test("a full window is made smaller before the model is called", () => {
    expect(next([], { windowTokens: 101 })).toEqual({ kind: "compact", step: 1 });
    expect(next([], { windowTokens: 101, compactable: false }).kind).toBe("call-model");
  });
});

test("nothing that comes after the end begins the run anew", () => {
  const end: NewRunEvent = {
    type: "run.finished",
    data: { status: "answered", label: { audience: [], classes: [], trust: "person" } },
    bodies: { answer: { text: "done", citations: [] } },
  };
  expect(next([answered(1, []), end, claimed("w2")]).kind).toBe("none");
});

test("time with a question open counts against nothing, also across claims", () => {
  const turn = [answered(1, ["a", "b"]), decided("call_1_1", "ask"), decided("call_1_2", "ask")];
  const both = [...turn, asked("call_1_1"), asked("call_1_2")];
  const far = { nowMs: 5_000_000 };
  expect(next(both, far).kind).toBe("expire");
  const later = { expiresMs: 9e9 };
  const open = [
    ...turn,
    asked("call_1_1", later),
    asked("call_1_2", later),
    replied("call_1_1", "refused"),
    claimed("w2"),
  ];
  expect(next(open, far).kind).toBe("wait");
});
