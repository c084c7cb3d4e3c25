// Slack, a Grid of two workspaces: conversations that open, close and are shared, guests, and files that follow
// their shares. It sends events, some of which are lost. The fake says itself who may read a conversation.
import { createHmac } from "node:crypto";
import { FakeSlack } from "../../../../connectors/test/slack/fake.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import type { Judge, Kind, Reader, Rng, Told } from "../judge.ts";
import { DOMAIN, MAIL } from "../people.ts";
import { connector } from "../quick/slack.ts";
import { serveFake } from "../served.ts";

const USERS: Readonly<Record<Reader, string>> = { employee: "U1", builder: "U2", approver: "U3" };
const IDS = Object.values(USERS);
const WORD = "harbour";
const SECRET = "shh";
const DAY = "2026-01-01";

function furnished(): FakeSlack {
  const slack = new FakeSlack();
  slack.person("U1", "full").mail = MAIL.employee;
  slack.person("U2", "full", ["T1", "T2"]).mail = MAIL.builder;
  slack.person("U3", "restricted").mail = MAIL.approver;
  slack.person("U9", "stranger");
  slack.channel("C1", "public", [["U1"]]);
  slack.channel("C2", "public", [[], ["T2"]]);
  slack.channel("C3", "public", [
    ["U3", "U9"],
    ["T1", "T9"],
  ]);
  slack.channel("G1", "private", [["U3"]]);
  slack.channel("G2", "private", [["U1", "U2"], ["T2"]]);
  slack.channel("D1", "im", [["U1", "U2"]]);
  slack.files.set("F0", { owner: "U3", shares: new Set(["G1"]), link: false });
  slack.files.set("F1", { owner: "U1", shares: new Set(["C1", "D1"]), link: true });
  return slack;
}

class SlackJudge {
  readonly slack = furnished();
  #made = 0;
  #events = 0;

  /** One in four events is lost, and found by reading everything again. */
  #told(rng: Rng, event: object): Told {
    if (rng.int(4) === 0) return "poll";
    const body = { type: "event_callback", team_id: "T1", event_id: `Ev${this.#events++}`, event };
    return { events: [body] };
  }

  change(kind: Kind, rng: Rng): Told {
    const { slack } = this;
    if (kind === "join" || kind === "leave") return this.#member(kind, rng);
    if (kind === "lock" || kind === "unlock") {
      const all = IDS.filter((id) => slack.people.get(id)?.deleted === (kind === "unlock"));
      return all.length === 0
        ? undefined
        : this.#user(rng, rng.pick(all), { deleted: kind === "lock" });
    }
    // Made a guest, who has of the public channels those alone that they were put in; or one no more.
    if (kind === "deny") {
      const id = rng.pick(IDS);
      const isFull = slack.people.get(id)?.kind === "full";
      return this.#user(rng, id, { kind: isFull ? "restricted" : "full" });
    }
    const channels = [...slack.channels.values()].filter((one) => one.kind !== "im");
    if (kind === "break" || kind === "restore") {
      const from = kind === "break" ? "public" : "private";
      const all = channels.filter((one) => one.kind === from);
      if (all.length === 0) return undefined;
      rng.pick(all).kind = from === "public" ? "private" : "public";
      return "poll";
    }
    if (kind === "move") {
      const channel = rng.pick(channels);
      channel.teams = rng.pick([["T1"], ["T2"], ["T1", "T2"], ["T1", "T9"]]);
      return this.#told(rng, { type: "channel_shared", channel: channel.id });
    }
    if (kind === "delete") return this.#delete(rng);
    const id = rng.pick([...slack.files.keys()]);
    const shares = new Set(rng.some([...slack.channels.keys()]).slice(0, 2));
    slack.files.set(id, { owner: rng.pick(IDS), shares, link: rng.int(2) === 0 });
    return this.#told(rng, { type: "file_change", file_id: id });
  }

  #member(kind: "join" | "leave", rng: Rng): Told {
    const pairs = [...this.slack.channels.values()].flatMap(({ id, kind: what, members }) =>
      what === "im"
        ? []
        : IDS.filter((user) => members.has(user) === (kind === "leave")).map(
            (user) => ({ id, members, user }) as const,
          ),
    );
    if (pairs.length === 0) return undefined;
    const { id, members, user } = rng.pick(pairs);
    if (kind === "join") members.add(user);
    else members.delete(user);
    const type = kind === "join" ? "member_joined_channel" : "member_left_channel";
    return this.#told(rng, { type, user, channel: id });
  }

  #user(rng: Rng, id: string, change: { deleted?: boolean; kind?: "full" | "restricted" }): Told {
    const person = this.slack.people.get(id);
    if (!person) return undefined;
    Object.assign(person, change);
    const { teams } = person;
    const user = { id, team_id: teams[0], enterprise_user: { teams }, deleted: person.deleted };
    return this.#told(rng, { type: "user_change", user });
  }

  #delete(rng: Rng): Told {
    const { slack } = this;
    const made = this.#made++;
    if (rng.int(2) === 0) {
      const id = rng.pick([...slack.files.keys()]);
      slack.files.delete(id);
      slack.files.set(`F9${made}`, { owner: "U1", shares: new Set(), link: false });
      return "poll";
    }
    const channels = [...slack.channels.values()].filter((one) => one.kind !== "im");
    const { id } = rng.pick(channels);
    slack.channels.delete(id);
    for (const { shares } of slack.files.values()) shares.delete(id);
    slack.channel(`C9${made}`, "public", [[rng.pick(IDS)]]);
    return "poll";
  }

  titles(): string[] {
    const { channels, files } = this.slack;
    return [...[...channels.keys()].map(dayOf), ...files.keys()];
  }

  readable(reader: Reader): string[] {
    const { slack } = this;
    const user = USERS[reader];
    return [
      ...[...slack.channels.keys()].filter((id) => slack.mayRead(user, id)).map(dayOf),
      ...[...slack.files.keys()].filter((id) => slack.mayReadFile(user, id)),
    ];
  }
}

function dayOf(channel: string): string {
  return `${channel.toLowerCase()} ${DAY}`;
}

export async function openSlack(): Promise<Judge> {
  const own = new SlackJudge();
  const served = await serveFake({
    http: own.slack.source().http,
    origin: "https://slack.com",
    refusal: (error) => ({ body: JSON.stringify({ ok: false, error: error.message }) }),
    instead: ({ pathname }) => {
      const [, what, id] = pathname.split("/");
      if (what !== "files") return undefined;
      return { type: "text/plain", body: `At the ${WORD} there is ${id}.` };
    },
    rewrite: (text, _url, here) =>
      text
        .replaceAll("https://files.slack.test/", `${here}/files/`)
        .replaceAll("Good day", `A good day at the ${WORD}`),
  });
  const { url, host, faults } = served;
  return {
    name: "slack",
    kinds: [
      "join",
      "leave",
      "move",
      "break",
      "restore",
      "deny",
      "lock",
      "unlock",
      "delete",
      "share",
    ],
    host,
    faults,
    connection: {
      connector: connector.manifest.name,
      settings: { apiUrl: `${url}/api`, joinPublic: false },
      fields: { token: "xoxb-1", signingSecret: SECRET },
      trustedDomains: [DOMAIN],
      word: WORD,
    },
    change: (kind, rng) => own.change(kind, rng),
    titles: () => own.titles(),
    readable: (reader) => own.readable(reader),
    sign: (body) => {
      const at = `${Math.floor(systemClock.now() / 1000)}`;
      const hmac = createHmac("sha256", SECRET).update(`v0:${at}:${body}`).digest("hex");
      return { "x-slack-request-timestamp": at, "x-slack-signature": `v0=${hmac}` };
    },
    close: () => served.close(),
  };
}
