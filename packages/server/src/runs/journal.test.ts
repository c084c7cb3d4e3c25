// The run's pen: order, fences, lost answers and taken leases.
import { expect, test } from "vitest";
import { RunJournal } from "./journal.ts";
import { answered, claimed, decided, memoryLog, started, type MemoryLog } from "./runs.fixture.ts";

function open(log: MemoryLog, workerId = "w1"): RunJournal {
  const options = { runId: "run_1", workerId, log, now: () => 0, sleep: async () => undefined };
  return new RunJournal(options, log.events);
}

test("later is folded at once and committed with the next now, in order", async () => {
  const log = memoryLog([started]);
  const journal = open(log);
  journal.later([claimed()]);
  journal.later([answered(1, ["a"])]);
  expect(journal.state.turns).toHaveLength(1);
  expect(log.events).toHaveLength(1);
  await journal.now([decided("call_1_1", "permit")]);
  const types = log.events.map((event) => event.type);
  expect(types).toEqual(["run.started", "run.claimed", "model.answered", "call.decided"]);
});

test("calls of now made side by side all come back committed, each event once", async () => {
  const log = memoryLog([started, claimed(), answered(1, ["a", "b", "c"])]);
  const journal = open(log);
  const ids = ["call_1_1", "call_1_2", "call_1_3"];
  const results = await Promise.all(ids.map((id) => journal.now([decided(id, "permit")])));
  expect(results.every((result) => result.ok)).toBe(true);
  expect(log.events).toHaveLength(6);
});

test("what is added while a commit is under way goes with the next one", async () => {
  const log = memoryLog([started]);
  const journal = open(log);
  const first = journal.now([claimed()]);
  await Promise.resolve();
  journal.later([answered(1, ["a"])]);
  await first;
  await journal.now([decided("call_1_1", "permit")]);
  const types = log.events.map((event) => event.type);
  expect(types).toEqual(["run.started", "run.claimed", "model.answered", "call.decided"]);
  expect(journal.committed.map((event) => event.type)).toEqual(types);
});

test("a person's event in between is taken over, and what was pending follows it", async () => {
  const log = memoryLog([started]);
  const journal = open(log);
  await journal.now([claimed()]);
  await log.append(2, [{ type: "run.cancel-requested", data: { by: "usr_1" } }]);
  const written = await journal.now([answered(1, ["a"])]);
  expect(written.ok).toBe(true);
  expect(journal.state.cancelledBy).toBe("usr_1");
  expect(log.events.map((event) => event.type).slice(2)).toEqual([
    "run.cancel-requested",
    "model.answered",
  ]);
});

test("a worker that lost its lease can't append", async () => {
  const log = memoryLog([started]);
  const first = open(log, "w1");
  await first.now([claimed("w1")]);
  const second = open(log, "w2");
  await second.now([claimed("w2")]);
  const late = await first.now([answered(1, ["a"])]);
  expect(late).toMatchObject({ ok: false, failure: { code: "run.lease_lost" } });
  expect(log.events.filter((event) => event.type === "model.answered")).toHaveLength(0);
  expect((await first.now([])).ok).toBe(false);
});

test("an append whose answer was lost is found again, not written twice", async () => {
  const log = memoryLog([started]);
  const journal = open(log);
  log.failing = ["outage", "lost-answer"];
  const written = await journal.now([claimed(), answered(1, ["a"])]);
  expect(written.ok).toBe(true);
  expect(log.events.map((event) => event.type)).toEqual([
    "run.started",
    "run.claimed",
    "model.answered",
  ]);
  expect(journal.committed).toHaveLength(3);
  expect((await journal.now([decided("call_1_1", "permit")])).ok).toBe(true);
});

test("what belongs with an event goes with whichever commit takes the event", async () => {
  const log = memoryLog([started]);
  const together: string[][] = [];
  const watched: MemoryLog = {
    ...log,
    append: async (after, events, also) => {
      if (also) together.push(events.map(({ type }) => type));
      return log.append(after, events);
    },
  };
  const journal = open(watched);
  journal.later([claimed()]);
  const under = journal.flush();
  await Promise.resolve();
  // Waits for the one under way, and will take what is added meanwhile.
  const next = journal.flush();
  const written = journal.now([answered(1, ["a"])], async () => ({ ok: true, value: undefined }));
  expect((await Promise.all([under, next, written])).every(({ ok }) => ok)).toBe(true);
  expect(together).toEqual([["model.answered"]]);
});

test("what came after an append whose answer was lost is written once, after it", async () => {
  const log = memoryLog([started]);
  const journal = open(log);
  log.failing = ["lost-answer"];
  const first = journal.now([claimed()]);
  await Promise.resolve();
  // Comes while the first append is under way, so the next try has more than the one that was written.
  journal.later([answered(1, ["a"])]);
  expect((await first).ok).toBe(true);
  expect((await journal.flush()).ok).toBe(true);
  const types = ["run.started", "run.claimed", "model.answered"];
  expect(log.events.map(({ type }) => type)).toEqual(types);
  expect(journal.committed.map(({ type }) => type)).toEqual(types);
  expect(journal.state.turns).toHaveLength(1);
});

test("a look at the log beside a commit takes nothing twice", async () => {
  const log = memoryLog([started, claimed()]);
  const slow: MemoryLog = {
    ...log,
    read: async (after) => {
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      return log.read(after);
    },
  };
  const journal = open(slow);
  const looked = journal.refresh();
  await new Promise((resolve) => setImmediate(resolve));
  const written = journal.now([answered(1, ["a"])]);
  expect(await looked).toEqual({ ok: true, value: false });
  expect((await written).ok).toBe(true);
  expect(journal.committed.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(journal.state.turns).toHaveLength(1);
});
