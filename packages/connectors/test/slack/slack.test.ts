// Slack's rules one by one, then at random; and which events are believed.
import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { slack } from "../../src/index.ts";
import { crawl } from "../crawl.ts";
import { FakeSlack } from "./fake.ts";

function office(): FakeSlack {
  const fake = new FakeSlack();
  fake.person("U1", "full");
  fake.person("U2", "full", ["T2"]);
  fake.person("U3", "restricted");
  fake.person("U4", "ultra_restricted");
  fake.person("U5", "stranger");
  fake.channel("C1", "public", [["U1"]]);
  fake.channel("C2", "public", [[], ["T1", "T2"]]);
  fake.channel("G1", "private", [["U3"]]);
  fake.channel("D1", "im", [["U1", "U2"]]);
  fake.files.set("F1", { owner: "U4", shares: new Set(["G1"]), link: false });
  return fake;
}

async function finders(fake: FakeSlack, id: string): Promise<string[]> {
  return (await crawl(slack, fake.source())).finders(id);
}

describe("in Slack", () => {
  test("guests don't get public channels but those they are in", async () => {
    const fake = office();
    expect(await finders(fake, "C1/2026-01-01")).toEqual(["U1"]);
    fake.channels.get("C1")?.members.add("U4").add("U3");
    expect(await finders(fake, "C1/2026-01-01")).toEqual(["U1", "U3", "U4"]);
  });

  test("a Connect channel adds the outside people that are in it, and no organisation", async () => {
    const fake = office();
    fake.channel("C3", "public", [["U5"], ["T1", "T9"]]);
    expect(await finders(fake, "C3")).toEqual(["U1", "U5"]);
  });

  test("private channels and direct messages are their members' only", async () => {
    const fake = office();
    expect(await finders(fake, "G1/2026-01-01")).toEqual(["U3"]);
    expect(await finders(fake, "D1/2026-01-01")).toEqual(["U1", "U2"]);
  });

  test("a channel in several workspaces of a Grid is read by the full members of each", async () => {
    expect(await finders(office(), "C2/2026-01-01")).toEqual(["U1", "U2"]);
  });

  test("files follow their shares, and a public link finds nobody", async () => {
    const fake = office();
    expect(await finders(fake, "F1")).toEqual(["U3", "U4"]);
    fake.files.set("F1", { owner: "U4", shares: new Set(["D1"]), link: true });
    expect(await finders(fake, "F1")).toEqual(["U1", "U2", "U4"]);
  });

  test("members that can't be listed are not let in", async () => {
    const fake = office();
    fake.unlisted.add("G1");
    expect(await finders(fake, "G1/2026-01-01")).toEqual([]);
  });
});

const NOW_S = 1_800_000_000;

function deliver(body: unknown, change: { at?: number; secret?: string; sent?: string } = {}) {
  const text = JSON.stringify(body);
  const at = String(change.at ?? NOW_S);
  const hmac = createHmac("sha256", change.secret ?? "shh").update(`v0:${at}:${text}`);
  return slack.mirror?.push?.receive({
    headers: {
      "X-Slack-Request-Timestamp": at,
      "X-Slack-Signature": `v0=${hmac.digest("hex")}`,
    },
    body: new TextEncoder().encode(change.sent ?? text),
    watch: { signingSecret: "shh" },
    nowMs: NOW_S * 1000,
  });
}

describe("an event", () => {
  const left = {
    type: "event_callback",
    event_id: "Ev1",
    team_id: "T1",
    event: { type: "member_left_channel", user: "U1", channel: "C1" },
  };

  test("is believed when it is signed, and has the same id each time", () => {
    const due = { ok: true, events: [{ id: "Ev1 0", change: { kind: "group", id: "C1" } }] };
    expect(deliver(left)).toEqual(due);
    expect(deliver(left, { at: NOW_S - 299 })).toEqual(due);
  });

  test("is refused with another signature, another body or out of its five minutes", () => {
    expect(deliver(left, { secret: "other" })).toMatchObject({ ok: false });
    expect(deliver(left, { sent: "{}" })).toMatchObject({ ok: false });
    expect(deliver(left, { at: NOW_S - 301 })).toMatchObject({ ok: false });
    expect(deliver(left, { at: NOW_S + 301 })).toMatchObject({ ok: false });
  });

  test("of the handshake is answered with its challenge, if it is signed", () => {
    const hello = { type: "url_verification", challenge: "abc" };
    expect(deliver(hello)).toEqual({ ok: true, events: [], reply: "abc" });
    expect(deliver(hello, { secret: "other" })).toMatchObject({ ok: false });
  });

  test("of a user has the user read again, and who is a full member of their workspaces", () => {
    const user = { id: "U1", team_id: "T1", deleted: true };
    const event = { type: "user_change", user };
    expect(deliver({ type: "event_callback", event_id: "Ev2", team_id: "T1", event })).toEqual({
      ok: true,
      events: [
        { id: "Ev2 0", change: { kind: "user", id: "U1" } },
        { id: "Ev2 1", change: { kind: "group", id: "T1" } },
      ],
    });
  });

  test("of a reply, an edit or a deletion has the thread's day read again", () => {
    const event = { type: "message", subtype: "message_changed", channel: "C1" };
    const message = { ts: "1767355200.000100", thread_ts: "1767268800.000100" };
    const body = { type: "event_callback", event_id: "Ev2", event: { ...event, message } };
    expect(deliver(body)).toMatchObject({
      events: [{ change: { kind: "item", id: "C1/2026-01-01" } }],
    });
  });
});

const who = fc.constantFrom("U1", "U2", "U3", "U4", "U5");
const where = fc.constantFrom("C1", "C2", "G1", "D1");
const mutation = fc.oneof(
  fc.record({ do: fc.constant("join" as const), who, where }),
  fc.record({ do: fc.constant("leave" as const), who, where }),
  fc.record({ do: fc.constant("delete" as const), who }),
  fc.record({
    do: fc.constant("become" as const),
    who: fc.constantFrom("U1", "U2", "U3", "U4"),
    kind: fc.constantFrom("full" as const, "restricted" as const, "ultra_restricted" as const),
  }),
  fc.record({
    do: fc.constant("convert" as const),
    where: fc.constantFrom("C1", "C2", "G1"),
    kind: fc.constantFrom("public" as const, "private" as const),
  }),
  fc.record({
    do: fc.constant("span" as const),
    where,
    teams: fc.constantFrom(["T1"], ["T2"], ["T1", "T2"], ["T1", "T9"]),
  }),
  fc.record({ do: fc.constant("share" as const), where }),
  fc.record({ do: fc.constant("unshare" as const), where }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(fake: FakeSlack, one: Mutation): void {
  const channel = "where" in one ? fake.channels.get(one.where) : undefined;
  const person = "who" in one ? fake.people.get(one.who) : undefined;
  const shares = fake.files.get("F1")?.shares;
  if (one.do === "join") channel?.members.add(one.who);
  else if (one.do === "leave") channel?.members.delete(one.who);
  else if (one.do === "delete" && person) person.deleted = !person.deleted;
  else if (one.do === "become" && person) person.kind = one.kind;
  else if (one.do === "convert" && channel) channel.kind = one.kind;
  else if (one.do === "span" && channel) channel.teams = [...one.teams];
  else if (one.do === "share") shares?.add(one.where);
  else if (one.do === "unshare") shares?.delete(one.where);
}

test("no leak and no loss under random joins, guests, conversions and shares", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 12 }), async (mutations) => {
      const fake = office();
      for (const one of mutations) {
        mutate(fake, one);
        // oxlint-disable-next-line no-await-in-loop -- each state is judged
        const found = await crawl(slack, fake.source());
        const people = [...fake.people.keys()];
        for (const id of fake.channels.keys()) {
          const due = people.filter((name) => fake.mayRead(name, id));
          expect(found.finders(`${id}/2026-01-01`), id).toEqual(due);
        }
        expect(found.finders("F1")).toEqual(people.filter((name) => fake.mayReadFile(name, "F1")));
      }
    }),
    { numRuns: 60 },
  );
});
