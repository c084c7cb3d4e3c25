// Streams of runs: resumed after every frame, watched through another process, and by those who may see
// little or nothing.
import type { StreamFrame } from "@stead/protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { send, type Entered } from "../src/http/edge.fixture.ts";
import { answer, cardOf, startRun } from "./loop/ask.ts";
import type { Script } from "./loop/model.ts";
import { clientOf, kept, texts, watched } from "./loop/watch.ts";
import { makeAgent, openYard, type Yard } from "./loop/yard.ts";

const CANARIES = ["canary-input", "canary-step", "canary-answer", "word word"];
const WORDS = "canary-step one two three four five six seven eight nine ten ";
const write = (n: number) => ({ name: "effect.write", arguments: { n } });
const note = { name: "note.read", arguments: { n: 1, words: 3 } };
const pay = { name: "payment.make", arguments: { amountCents: 900, to: "Acme" } };

const script: Script = ({ plan, turn }) => {
  if (plan.startsWith("endless")) return { text: WORDS.repeat(300), pieceMs: 20 };
  if (turn === 0) return { text: WORDS, calls: [note, write(1)], pieceMs: 2 };
  if (turn === 1)
    return {
      text: "now a refusal and a payment",
      calls: [{ ...pay, arguments: { amountCents: 200_000, to: "Acme" } }, pay],
    };
  return { text: "canary-answer: all is done, and paid.", pieceMs: 2 };
};

let yard: Yard;
let other: Yard;
let agentId: string;
let ada: Entered;
let finn: Entered;

beforeAll(async () => {
  yard = await openYard({ script });
  // A second server on the same database, which drives no runs.
  const { connection, dataDir } = yard;
  other = await openYard({ script, connection, dataDir, role: "api", fill: false });
  agentId = await makeAgent(yard, { name: "Streamer" });
  ada = await yard.enter("employee");
  finn = await yard.enter("approver");
});
afterAll(async () => {
  await other.close();
  await yard.close();
});

const begin = (input = "canary-input") => startRun(yard, ada, { agentId, input });

async function approveSoon(runId: string): Promise<void> {
  expect(await answer(yard, finn, { card: await cardOf(yard, finn, runId) })).toBe("yes");
}

const framesOf = (seen: readonly { frame: StreamFrame }[]) => seen.map(({ frame }) => frame);

test("a run that has ended is resumed after each frame: nothing twice, nothing lost", async () => {
  const runId = await begin();
  await approveSoon(runId);
  await yard.ended(runId);
  const whole = await watched(clientOf(yard, ada), runId);
  const all = kept(framesOf(whole));
  expect(all.length).toBeGreaterThan(15);
  expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
  for (let n = 1; n < whole.length; n++) {
    const before = whole.slice(0, n);
    const rest = await watched(clientOf(yard, ada), runId, before.at(-1)?.id);
    expect(kept(framesOf([...before, ...rest])), `after ${n}`).toEqual(all);
  }
});

test(
  "a run under way, cut after every n frames, reads as if it had never been",
  { timeout: 120_000 },
  async () => {
    const shapes = new Set<string>();
    for (let n = 1; n <= 24; n++) {
      const runId = await begin();
      const watching = watched(clientOf(yard, ada, n), runId);
      await approveSoon(runId);
      const seen = framesOf(await watching);
      const whole = framesOf(await watched(clientOf(yard, ada), runId));
      expect(kept(seen), `cut after ${n}`).toEqual(kept(whole));
      for (const [key, text] of texts(seen)) {
        const step = Number(key.split(" ")[0]);
        const end = seen.find((frame) => frame.type === "step-end" && frame.step === step);
        expect(end?.type === "step-end" && end.text.startsWith(text), `${n}: ${key}`).toBe(true);
      }
      shapes.add(
        kept(seen)
          .map((frame) => /"type":"([a-z-]+)"/.exec(frame)?.[1])
          .join(" "),
      );
    }
    expect(shapes.size).toBe(1);
  },
);

test("text under way is seen through a server that does not drive the run", async () => {
  const runId = await begin("endless");
  const frames: StreamFrame[] = [];
  let deltas = 0;
  for await (const { data } of clientOf(other, ada).frames("run.stream", { params: { runId } })) {
    frames.push(data);
    if (data.type === "text-delta" && ++deltas === 3)
      await send(yard, `/api/runs/${runId}/cancel`, { as: ada, method: "POST" });
  }
  expect(frames.at(-1)).toMatchObject({ type: "run-end", status: "cancelled" });
  const said = [...texts(frames).values()].join("");
  expect(said.length).toBeGreaterThan(10);
  expect(WORDS.repeat(300).startsWith(said)).toBe(true);
  // The model was in the middle of it.
  expect(frames.some(({ type }) => type === "step-end")).toBe(false);
});

test("an approver watches the call and that all else is withheld, live and as a trace", async () => {
  const runId = await begin();
  const card = await cardOf(yard, finn, runId);
  const watching = watched(clientOf(yard, finn), runId);
  expect(await answer(yard, finn, { card })).toBe("yes");
  const live = framesOf(await watching);
  const later = framesOf(await watched(clientOf(yard, finn), runId));
  const through = framesOf(await watched(clientOf(other, finn), runId));
  expect(kept(later)).toEqual(kept(through));
  const { body } = await send(yard, `/api/runs/${runId}/trace`, { as: finn });
  for (const seen of [live, later]) {
    const said = JSON.stringify(seen);
    for (const canary of CANARIES) expect(said).not.toContain(canary);
    expect(said).toContain("[withheld");
    expect(seen.some(({ type }) => type === "text-delta" || type === "text-reset")).toBe(false);
    const calls = seen.flatMap((frame) => (frame.type === "tool-call" ? [frame.arguments] : []));
    expect(calls).toEqual([pay.arguments]);
    expect(seen.at(-1)).toMatchObject({
      type: "run-end",
      text: expect.stringContaining("withheld"),
    });
  }
  const trace = JSON.stringify(body);
  for (const canary of CANARIES) expect(trace).not.toContain(canary);
  expect(trace).toContain('"seenAs":"approver"');
  expect(trace).toContain("Outside of what you are asked to approve.");
  expect(trace).toContain('"amountCents":900');
  expect(trace).not.toContain('"amountCents":200000');
});

test("who may not see a run gets no stream of it, and does not learn that it exists", async () => {
  const runId = await begin();
  const stream = (as: Entered | undefined, id: string) =>
    send(yard, `/api/runs/${id}/stream`, { as });
  const [bea, amy] = [await yard.enter("builder"), await yard.enter("administrator")];
  for (const as of [bea, amy]) {
    const [there, nowhere] = [await stream(as, runId), await stream(as, "run_nowhere")];
    expect(there).toMatchObject({ status: 404, body: { error: { code: "resource.not_found" } } });
    expect(there.body).toEqual(nowhere.body);
  }
  expect((await stream(undefined, runId)).status).toBe(401);
  await approveSoon(runId);
  await yard.ended(runId);
});
