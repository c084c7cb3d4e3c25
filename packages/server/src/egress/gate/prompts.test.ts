// The promise: no registered value reaches a provider, however it is written; and what the model says of it
// comes back whole. Through real model calls, to a fake provider.
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { silentLog } from "../../lib/log.ts";
import { ask, recorder, say, type Bench } from "../../models/models.fixture.ts";
import { createModels } from "../../models/models.ts";
import { deep, progress } from "../../../test/deep.ts";
import { closeAll, record, sender } from "../egress.fixture.ts";
import { picker, prompt, registered } from "../known/prompts.fixture.ts";
import { clearance, gateOf, KEY, nothingDetected, peer, streamOf } from "./gate.fixture.ts";
import type { GateSetup, Peer } from "./gate.fixture.ts";

afterEach(closeAll);

const ALL = { phi: "placeholder", pii: "placeholder", financial: "placeholder" } as const;

function benchAt(to: Peer, setup: GateSetup): Bench & { journal: ReturnType<typeof record> } {
  const gate = gateOf({ detect: nothingDetected, clearances: [clearance("fake", ALL)], ...setup });
  const out = sender(to.port, { gate });
  const journal = Object.assign(record(), { sent: 0 });
  gate.open(journal, { key: KEY, groups: () => [] });
  const egress = {
    gate,
    send: (_permit: unknown, ...args: Parameters<typeof out.send>) => out.send(...args),
  };
  const ids = createIds(systemClock);
  const provider = { id: "fake", wire: "openai-chat", key: "sk-fake-0123456789" } as const;
  const providers = [{ ...provider, baseUrl: to.url, models: [{ id: "m" }] }];
  const models = createModels({ providers, egress, ids, log: silentLog, clock: systemClock });
  return { models, journal, close: () => out.close() };
}

interface Message {
  readonly content: string;
}
const contentsOf = (body: string): string[] => {
  const { messages }: { messages: Message[] } = JSON.parse(body);
  return messages.map(({ content }) => content);
};
const squashed = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");

const COUNT = deep ? 100_000 : 2_000;

test(
  `of ${COUNT} prompts no value reaches the provider, in whatever writing`,
  { timeout: deep ? 7_200_000 : 900_000 },
  async () => {
    const to = await peer((_body, reply) => {
      reply.setHeader("content-type", "text/event-stream");
      reply.end(streamOf("ok"));
    });
    const registry = registered(400, 11);
    const bench = benchAt(to, { known: registry.known });
    const pick = picker(5);
    let refused = 0;
    /** As they were written. */
    const whole: string[] = [];
    for (let i = 0; i < COUNT; i++) {
      progress(i, COUNT);
      const { messages, planted } = prompt(registry, pick);
      to.got.length = 0;
      bench.journal.events.length = 0;
      const answer = await ask(bench, messages.map(say));
      // What can't be opened may not leave at all.
      if (!answer.ok) {
        expect(answer.failure.code).toBe("egress.not-cleared");
        // Half an archive is no archive, and tells nobody what was in it.
        if (!planted.some(({ how }) => how.some((each) => each.includes("zip")))) refused++;
      }
      for (const body of to.got) {
        const contents = contentsOf(body);
        const left = registry.known.findIn(contents).flat();
        expect(left, JSON.stringify(planted)).toEqual([]);
        const all = squashed(contents.join(""));
        for (const { value, message, from, to: end } of planted) {
          // Of fewer than five signs nothing is promised.
          if (squashed(value).length >= 5) expect(all).not.toContain(squashed(value));
          // Shorter ones stand in ordinary words.
          const run = (messages[message] ?? "").slice(from, end);
          if (run.length > 12 && contents.join("\n").includes(run)) whole.push(run);
        }
      }
    }
    expect(refused).toBeLessThan(COUNT / 10);
    expect(whole).toEqual([]);
  },
);

test("what streams back is whole for the person, in pieces of any length", async () => {
  for (const length of [1, 2, 7, 40, 1000]) {
    const to = await peer((body, reply) => {
      reply.setHeader("content-type", "text/event-stream");
      reply.end(streamOf(`You said: ${contentsOf(body).join(" ")} And Stead_PII_XXXX 1.`, length));
    });
    const registry = registered(20, 3);
    const bench = benchAt(to, { known: registry.known });
    const [name = "", mail = "", phone = "", number = ""] = registry.values;
    const text = `Tell ${name} <${mail}> or ${phone} of ${number}.`;
    const sink = recorder();
    const answer = await ask(bench, text, { sink });
    const expected = `You said: ${text} And [withheld] 1.`;
    expect(answer).toMatchObject({ ok: true, value: { text: expected } });
    expect(sink.text).toBe(expected);
    for (const value of [name, mail, phone, number]) expect(to.got[0]).not.toContain(value);
  }
});

test("a call's arguments come back as what they stand for, and a mangled one is marked", async () => {
  const registry = registered(20, 3);
  const [name = ""] = registry.values;
  const to = await peer((body, reply) => {
    const placeholder = /STEAD_PII_\w{12}/.exec(body)?.[0] ?? "";
    const given = JSON.stringify({ to: placeholder, again: placeholder.toLowerCase() });
    const call = { index: 0, id: "c1", function: { name: "mail_send", arguments: given } };
    const events = [{ choices: [{ delta: { tool_calls: [call] }, finish_reason: "tool_calls" }] }];
    reply.setHeader("content-type", "text/event-stream");
    reply.end(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""));
  });
  const tool = { name: "mail.send", description: "Sends", inputSchema: { type: "object" } };
  const answer = await ask(benchAt(to, { known: registry.known }), `Mail ${name}`, {
    tools: [tool],
  });
  expect(answer).toMatchObject({
    ok: true,
    value: { calls: [{ tool: "mail.send", arguments: { to: name, again: "STEAD_WITHHELD_0" } }] },
  });
});

test("a provider that echoes what it was sent, or its key, in an error", async () => {
  const registry = registered(20, 3);
  const [name = ""] = registry.values;
  const to = await peer((body, reply, { headers }) => {
    reply.statusCode = 400;
    const message = `bad: ${contentsOf(body).join()} for ${name}, ${headers.authorization}`;
    reply.end(JSON.stringify({ error: { message } }));
  });
  const answer = await ask(benchAt(to, { known: registry.known }), `About ${name}`);
  expect(answer.ok).toBe(false);
  const said = JSON.stringify(answer);
  expect(said).not.toContain(name);
  expect(said).not.toContain("sk-fake");
  expect(said).not.toMatch(/STEAD_PII_/);
});

test("a model that is not cleared is passed over, and the last one says why", async () => {
  const to = await peer((_body, reply) => {
    reply.setHeader("content-type", "text/event-stream");
    reply.end(streamOf("ok"));
  });
  const bench = benchAt(to, { clearances: [] });
  const label = { audience: [], classes: ["phi"], trust: "person" as const };
  const sink = recorder();
  const answer = await ask(bench, "Hello", { label, sink });
  expect(answer).toMatchObject({
    ok: false,
    failure: { code: "egress.not-cleared", detail: expect.stringContaining("class phi") },
  });
  expect(sink.attempts).toMatchObject([{ model: "fake/m", code: "egress.not-cleared" }]);
  expect(to.got).toEqual([]);
});
