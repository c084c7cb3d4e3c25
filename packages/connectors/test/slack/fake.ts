// A small Slack Grid that keeps state and says itself who may read a conversation.
import { SourceError, type HttpReply, type HttpRequest, type Source } from "@stead/sdk";

export interface Person {
  id: string;
  teams: string[];
  /** Single- and multi-channel guests; whoever belongs to another organisation is a stranger. */
  kind: "full" | "restricted" | "ultra_restricted" | "stranger";
  deleted: boolean;
  /** Confirmed, as the workspace says. */
  mail?: string;
}
export interface Conversation {
  id: string;
  kind: "public" | "private" | "im" | "mpim";
  teams: string[];
  members: Set<string>;
}

export class FakeSlack {
  readonly teams = ["T1", "T2"];
  readonly people = new Map<string, Person>();
  readonly channels = new Map<string, Conversation>();
  readonly files = new Map<string, { owner: string; shares: Set<string>; link: boolean }>();
  readonly unlisted = new Set<string>();

  person(id: string, kind: Person["kind"], teams = ["T1"]): Person {
    const person: Person = { id, kind, teams, deleted: false };
    this.people.set(id, person);
    return person;
  }

  channel(id: string, kind: Conversation["kind"], [members, teams]: [string[], string[]?]): void {
    this.channels.set(id, { id, kind, teams: teams ?? ["T1"], members: new Set(members) });
  }

  mayRead(userId: string, channelId: string): boolean {
    const user = this.people.get(userId);
    const channel = this.channels.get(channelId);
    if (user === undefined || channel === undefined || user.deleted) return false;
    if (channel.members.has(userId)) return true;
    if (channel.kind !== "public" || user.kind !== "full") return false;
    return user.teams.some((team) => this.teams.includes(team) && channel.teams.includes(team));
  }

  mayReadFile(userId: string, fileId: string): boolean {
    const file = this.files.get(fileId);
    if (file === undefined || this.people.get(userId)?.deleted !== false) return false;
    return file.owner === userId || [...file.shares].some((one) => this.mayRead(userId, one));
  }

  source(): Source<unknown> {
    return {
      id: "src_slack",
      settings: {},
      secrets: { signingSecret: "shh" },
      http: async (request) => reply(this.answer(request)),
      dial: () => Promise.reject(new Error("no dial")),
      run: () => Promise.reject(new Error("no run")),
      signal: new AbortController().signal,
      log: () => {},
    };
  }

  private answer({ url, query = {} }: HttpRequest): Record<string, unknown> {
    const team = String(query["team_id"]);
    const channel = String(query["channel"]);
    switch (url.slice(url.lastIndexOf("/") + 1)) {
      case "auth.test":
        return { team: "One", team_id: "T1", enterprise_id: "E1" };
      case "auth.teams.list":
        return { teams: this.teams.map((id) => ({ id, name: id })) };
      case "users.list":
        return this.page(
          "members",
          [...this.people.values()].filter((one) => one.teams.includes(team)).map(wireUser),
          query,
        );
      case "users.info": {
        const found = this.people.get(String(query["user"]));
        if (found === undefined) throw new SourceError("missing", "user_not_found");
        return { user: wireUser(found) };
      }
      case "conversations.list":
        return this.page(
          "channels",
          [...this.channels.values()].filter((one) => one.teams.includes(team)).map(wireChannel),
          query,
        );
      case "conversations.info":
        return { channel: wireChannel(this.conversation(channel)) };
      case "conversations.members": {
        if (this.unlisted.has(channel)) throw new SourceError("forbidden", "missing_scope");
        return this.page("members", [...this.conversation(channel).members], query);
      }
      case "conversations.history":
        return { messages: history(query) };
      case "files.list":
        return { files: [...this.files.keys()].map((id) => this.file(id)), paging: { pages: 1 } };
      case "files.info":
        if (!this.files.has(String(query["file"])))
          throw new SourceError("missing", "file_not_found");
        return { file: this.file(String(query["file"])) };
      case "download":
        return {};
      default:
        return { ok: false, error: "unknown_method" };
    }
  }

  /** Two a page, so that reading one page alone is found out. */
  private page(name: string, all: unknown[], query: NonNullable<HttpRequest["query"]>) {
    const from = Number(query["cursor"] ?? 0);
    const next = from + 2 < all.length ? String(from + 2) : "";
    return { [name]: all.slice(from, from + 2), response_metadata: { next_cursor: next } };
  }

  private conversation(id: string): Conversation {
    const found = this.channels.get(id);
    if (found === undefined) throw new SourceError("missing", "channel_not_found");
    return found;
  }

  private file(id: string) {
    const file = this.files.get(id);
    const shares = [...(file?.shares ?? [])];
    const isPublic = (one: string) => this.channels.get(one)?.kind === "public";
    return {
      id,
      created: 1_767_225_600,
      user: file?.owner,
      url_private_download: `https://files.slack.test/${id}/download`,
      public_url_shared: file?.link,
      channels: shares.filter(isPublic),
      groups: shares.filter((one) => !isPublic(one)),
    };
  }
}

const SAID_AT = 1_767_268_800;

function history(query: NonNullable<HttpRequest["query"]>) {
  const after = Number(query["oldest"] ?? 0);
  const before = Number(query["latest"] ?? Number.MAX_SAFE_INTEGER);
  return SAID_AT > after && SAID_AT < before ? [{ ts: `${SAID_AT}.000100`, text: "Good day" }] : [];
}

function wireUser(one: Person) {
  return {
    id: one.id,
    team_id: one.kind === "stranger" ? "T9" : one.teams[0],
    deleted: one.deleted,
    is_restricted: one.kind === "restricted" || one.kind === "ultra_restricted",
    is_ultra_restricted: one.kind === "ultra_restricted",
    is_stranger: one.kind === "stranger",
    ...(one.mail && { is_email_confirmed: true, profile: { email: one.mail } }),
    enterprise_user: { teams: one.kind === "stranger" ? [] : one.teams },
  };
}

function wireChannel(one: Conversation) {
  return {
    id: one.id,
    name: one.id.toLowerCase(),
    is_private: one.kind !== "public",
    is_im: one.kind === "im",
    is_mpim: one.kind === "mpim",
    is_member: true,
    internal_team_ids: one.teams.filter((team) => team !== "T9"),
    shared_team_ids: one.teams,
  };
}

function reply(value: Record<string, unknown>): HttpReply {
  return {
    status: 200,
    headers: {},
    json: async () => ({ ok: true, ...structuredClone(value) }),
    text: async () => "",
    bytes: (async function* () {})(),
  };
}
