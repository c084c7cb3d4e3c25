// Drive's calls: a channel per log, and none is believed but by its own token, while it lasts, for what it is.
import { SourceError, type PushRequest } from "@stead/sdk";
import { beforeEach, describe, expect, test } from "vitest";
import { googleDrive } from "../../src/index.ts";
import type { Delivery } from "./channels.ts";
import { FakeDrive } from "./fake.ts";

const [ADA, BOB] = ["ada@a.test", "bob@a.test"] as const;
const CALLBACK = "https://stead.example.org/api/sources/src_drive/push";
const found = googleDrive.mirror?.push;
if (found === undefined) throw new Error("no push");
const push = found;

let fake: FakeDrive;
beforeEach(() => {
  fake = new FakeDrive();
  for (const owner of fake.users) fake.add({ id: `root ${owner}`, owner, folder: true });
  const manager = { type: "user" as const, id: BOB, role: "organizer" };
  fake.add({ id: "team", drive: "team", folder: true, grants: [manager] });
});

const begin = (before?: unknown) => push.start(fake.source(), CALLBACK, before);
const judge = (watch: unknown, delivery: Delivery, over: Partial<PushRequest> = {}) =>
  push.receive({ ...delivery, watch, nowMs: Date.now(), ...over });
const told = (of: { user: string } | { drive: string }): Delivery => {
  const [delivery] = fake.channels.tell(of);
  if (delivery === undefined) throw new Error("no channel");
  return delivery;
};

const without = (name: string) => (one: Record<string, string>) => delete one[name];

describe("channels", () => {
  test("one for each person and each shared drive, as who sees all of it, with its end", async () => {
    const { watch, expiresAtMs } = await begin();
    const of = [...fake.channels.live.values()].map((one) => `${one.drive ?? ""} ${one.asUser}`);
    expect(of.toSorted()).toEqual(
      ["team bob@a.test", ...fake.users.map((one) => ` ${one}`)].toSorted(),
    );
    expect(expiresAtMs).toBe(Math.min(...[...fake.channels.live.values()].map((c) => c.untilMs)));
    for (const delivery of fake.channels.sent)
      expect(judge(watch, delivery)).toEqual({ ok: true, events: [] });
  });

  test("are opened anew before they end, and the former are closed and no longer believed", async () => {
    fake.channels.longestMs = 3_600_000;
    const first = await begin();
    const former = told({ user: ADA });
    const second = await begin(first.watch);
    expect(fake.channels.live.size).toBe(fake.users.length + 1);
    expect(judge(second.watch, former)).toMatchObject({ ok: false });
    expect(judge(second.watch, told({ user: ADA }))).toMatchObject({ ok: true });
  });

  test("are all closed at the end, and one that is gone is closed", async () => {
    const { watch } = await begin();
    fake.channels.live.delete([...fake.channels.live.keys()][0] ?? "");
    await push.stop(fake.source(), watch);
    expect(fake.channels.live.size).toBe(0);
    await push.stop(fake.source(), { of: "another kind" });
  });

  test("of somebody without a Drive there is none; the others' are open", async () => {
    fake.channels.refused.add(ADA);
    const { watch } = await begin();
    expect(fake.channels.live.size).toBe(fake.users.length);
    expect(judge(watch, told({ user: BOB }))).toMatchObject({ ok: true });
  });

  test.each([
    [
      "where every one is refused",
      "forbidden",
      ["ada@a.test", "bob@a.test", "cyd@a.test", "dan@b.test"],
    ],
    ["where Drive is away halfway", "unavailable", ["dan@b.test"]],
  ] as const)("%s none is left open", async (_, code, refused) => {
    for (const one of refused) fake.channels.refused.add(one);
    fake.channels.refusal = new SourceError(code, "No.");
    await expect(begin()).rejects.toMatchObject({ code });
    expect(fake.channels.live.size).toBe(0);
  });
});

describe("a call", () => {
  test("has what changed looked up, under the same id however often it comes", async () => {
    const { watch } = await begin();
    const delivery = told({ drive: "team" });
    const verdict = judge(watch, delivery);
    expect(verdict).toMatchObject({ ok: true, events: [{ change: { kind: "poll" } }] });
    expect(judge(watch, delivery)).toEqual(verdict);
    const next = judge(watch, told({ drive: "team" }));
    const other = judge(watch, told({ user: ADA }));
    const ids = [verdict, next, other].map((one) => (one.ok ? one.events[0]?.id : ""));
    expect(new Set(ids).size).toBe(3);
  });

  test("that comes late or out of order says nothing that could be believed", async () => {
    const { watch } = await begin();
    const [first, second] = [told({ user: ADA }), told({ user: ADA })];
    for (const delivery of [second, first])
      expect(judge(watch, delivery)).toMatchObject({
        ok: true,
        events: [{ change: { kind: "poll" } }],
      });
  });

  test("with headers in any case is the same", async () => {
    const { watch } = await begin();
    const delivery = told({ user: ADA });
    const upper = Object.entries(delivery.headers).map(([name, one]) => [name.toUpperCase(), one]);
    expect(judge(watch, { ...delivery, headers: Object.fromEntries(upper) })).toEqual(
      judge(watch, delivery),
    );
  });

  test.each<[string, (headers: Record<string, string>) => unknown]>([
    ["no token", without("x-goog-channel-token")],
    ["a guessed token", (one) => (one["x-goog-channel-token"] = "a".repeat(43))],
    ["no channel", without("x-goog-channel-id")],
    [
      "another channel",
      (one) => (one["x-goog-channel-id"] = "00000000-0000-0000-0000-000000000000"),
    ],
    ["another resource", (one) => (one["x-goog-resource-id"] = "res")],
    ["no number", without("x-goog-message-number")],
    ["a number that is none", (one) => (one["x-goog-message-number"] = "1 or 1=1")],
  ])("with %s is refused", async (_, change) => {
    const { watch } = await begin();
    const { body, headers } = told({ user: ADA });
    const changed = { ...headers };
    change(changed);
    expect(judge(watch, { headers: changed, body })).toMatchObject({ ok: false });
  });

  test("with one channel's token for another is refused", async () => {
    const { watch } = await begin();
    const [mine, other] = [told({ user: ADA }), told({ user: BOB })];
    const token = other.headers["x-goog-channel-token"] ?? "";
    const headers = { ...mine.headers, "x-goog-channel-token": token };
    expect(judge(watch, { ...mine, headers })).toMatchObject({ ok: false });
  });

  test("of another subscription, or after the end of its own, is refused", async () => {
    const { watch, expiresAtMs } = await begin();
    const delivery = told({ user: ADA });
    fake.channels.live.clear();
    const { watch: other } = await begin();
    expect(judge(other, delivery)).toMatchObject({ ok: false });
    const nowMs = (expiresAtMs ?? 0) + 1_000;
    expect(judge(watch, delivery, { nowMs })).toMatchObject({ ok: false });
  });
});
