// A small Confluence Cloud that keeps state, answers in the vendor's contract, and says itself who may view.
import { SourceError, type HttpReply, type HttpRequest, type Source } from "@stead/sdk";
import { hold } from "./contract.ts";

export interface Principals {
  users: Set<string>;
  groups: Set<string>;
}
export interface Place {
  id: string;
  type: "page" | "blogpost" | "folder" | "whiteboard" | "attachment";
  space: string;
  parent: string | null;
  status: "current" | "archived" | "trashed";
  view: Principals;
  edited: number;
}
interface Account {
  id: string;
  type: "atlassian" | "app" | "customer";
  active: boolean;
  /** Where the profile shows it. */
  mail?: string;
}

export const nobody = (): Principals => ({ users: new Set(), groups: new Set() });
const WHEN = "2026-01-01T00:00:00.000Z";

export class FakeConfluence {
  readonly accounts: Account[] = [];
  readonly groups = new Map<string, Set<string>>();
  /** Who holds "view" on each space. */
  readonly spaces = new Map<string, Principals & { anonymous: boolean }>();
  readonly places = new Map<string, Place>();
  /** Whether the site's global permissions let anonymous visitors in at all. */
  anonymousSite = false;
  /** Addresses that fail, or are answered otherwise. */
  readonly faults: { at: RegExp; answer: (whole: unknown) => unknown }[] = [];
  readonly asked: string[] = [];
  /** What the audit log has, oldest first. */
  readonly audits: { atMs: number; summary: string; names: [type: string, name: string][] }[] = [];
  clock = 1;

  person(id: string, type: Account["type"] = "atlassian"): void {
    this.accounts.push({ id, type, active: true });
  }

  space(id: string): Principals & { anonymous: boolean } {
    const made = { ...nobody(), anonymous: false };
    this.spaces.set(id, made);
    return made;
  }

  add(place: Partial<Place> & { id: string; space: string }): Place {
    const whole: Place = {
      type: "page",
      parent: null,
      status: "current",
      view: nobody(),
      edited: this.clock++,
      ...place,
    };
    this.places.set(whole.id, whole);
    return whole;
  }

  at(id: string): Place {
    const place = this.places.get(id);
    if (place === undefined) throw new SourceError("missing", "404");
    return place;
  }

  /** In the vendor's own words: from the space downwards, each level takes away whom it does not name. */
  viewers(id: string): string[] {
    const place = this.at(id);
    if (place.status === "trashed") return [];
    const space = this.spaces.get(place.space);
    if (space === undefined) return [];
    const licensed = this.accounts.filter(({ type, active }) => active && type === "atlassian");
    let left = licensed.map((account) => account.id);
    if (!(space.anonymous && this.anonymousSite)) {
      left = left.filter((user) => this.named(space, user));
    }
    const way: Place[] = [];
    for (let at: Place | undefined = place; at; at = at.parent ? this.at(at.parent) : undefined) {
      way.unshift(at);
    }
    for (const { view } of way) {
      if (view.users.size + view.groups.size > 0)
        left = left.filter((user) => this.named(view, user));
    }
    return left.toSorted();
  }

  private named({ users, groups }: Principals, user: string): boolean {
    return users.has(user) || [...groups].some((group) => this.groups.get(group)?.has(user));
  }

  source(settings: Record<string, unknown> = {}): Source<unknown> {
    return {
      id: "src_wiki",
      settings: { site: "https://acme.test", ...settings },
      secrets: {},
      http: async (request) => reply(this.answer(request)),
      dial: () => Promise.reject(new Error("no dial")),
      run: () => Promise.reject(new Error("no run")),
      signal: new AbortController().signal,
      log: () => {},
    };
  }

  private answer(request: HttpRequest): unknown {
    const url = new URL(request.url);
    if (url.origin !== "https://acme.test") throw new Error(`asked elsewhere: ${request.url}`);
    this.asked.push(url.pathname);
    const fault = this.faults.find(({ at }) => at.test(url.pathname));
    const whole = this.whole(url.pathname, request);
    if (!url.pathname.endsWith("/download")) hold(url.pathname, whole);
    return fault === undefined ? whole : fault.answer(structuredClone(whole));
  }

  private whole(path: string, { query = {}, body }: HttpRequest): unknown {
    const parts = path.split("/").slice(2).map(decodeURIComponent);
    const isV2 = parts[0] === "api";
    const [what = "", id = "", sub = ""] = parts.slice(2);
    if (isV2) return this.version2({ what, id, sub, query });
    if (what === "content") return this.content(id, { sub, query, body });
    if (what === "group") return this.group(id, sub, query);
    if (what === "user") return this.user(this.accounts[0]?.id ?? "");
    if (what === "audit") return this.audit(query);
    if (what === "search" && id === "user") {
      const users = this.accounts.map((account) => ({
        ...result("user"),
        user: this.user(account.id),
      }));
      return { ...sliced(users, query, 2), ...SEARCH };
    }
    return this.search(query);
  }

  private version2(asked: { what: string; id: string; sub: string; query: Query }): unknown {
    const { what, id, sub, query } = asked;
    if (what === "spaces" && id === "") {
      return paged(
        [...this.spaces.keys()].map((space) => wireSpace(space)),
        query,
      );
    }
    if (what === "spaces") return this.inSpace(id, sub, query);
    const type = what === "blogposts" ? "blogpost" : what.slice(0, -1);
    const place = this.at(id);
    if (place.type !== type) throw new SourceError("missing", "404");
    if (sub !== "attachments")
      return { ...this.wire(place), body: { view: { value: "<p>Nine.</p>" } } };
    const files = [...this.places.values()].filter(
      (one) => one.type === "attachment" && one.parent === id,
    );
    return paged(
      files.map((file) => this.wire(file)),
      query,
    );
  }

  private inSpace(id: string, sub: string, query: Query): unknown {
    const space = this.spaces.get(id);
    if (space === undefined) throw new SourceError("missing", "404");
    if (sub === "") return wireSpace(id);
    if (sub === "role-assignments") {
      const principal = { principalType: "ACCESS_CLASS", principalId: "anonymous-users" };
      return paged(space.anonymous ? [{ principal, roleId: "viewer" }] : [], query);
    }
    if (sub === "permissions") {
      // Whoever may only write comments into it is named here, too, and reads nothing by that.
      const read = [
        ...this.accounts.map((account) => permission("user", account.id, "create")),
        ...[...space.users].map((one) => permission("user", one, "read")),
        ...[...space.groups].map((one) => permission("group", one, "read")),
        permission("role", "all-licensed-users", "read"),
      ];
      return paged(read, query);
    }
    const type = sub === "pages" ? "page" : "blogpost";
    const found = [...this.places.values()].filter((one) => one.space === id && one.type === type);
    // Latest first, so that children come before their parents.
    return paged(
      found.toReversed().map((one) => this.wire(one)),
      query,
    );
  }

  private wire(place: Place): Record<string, unknown> {
    const { id, type, status, space, parent, edited } = place;
    const version = { number: edited, createdAt: WHEN };
    const own = { id, status, title: id, createdAt: WHEN, version };
    if (type === "attachment") {
      const page = this.at(parent ?? "");
      const key = page.type === "blogpost" ? "blogPostId" : "pageId";
      return { ...own, [key]: page.id, mediaType: "text/plain", fileSize: 4 };
    }
    if (type === "blogpost") return { ...own, spaceId: space };
    const parentType = parent === null ? null : this.at(parent).type;
    return { ...own, spaceId: space, parentId: parent, parentType };
  }

  private content(id: string, asked: { sub: string; query: Query; body: unknown }): unknown {
    const { view } = this.at(id);
    if (asked.sub === "permission") {
      const user = JSON.stringify(asked.body);
      return { hasPermission: this.viewers(id).some((one) => user.includes(JSON.stringify(one))) };
    }
    const users = [...view.users].map((one) => this.user(one));
    const groups = [...view.groups].map((one) => wireGroup(one));
    return {
      operation: "read",
      restrictions: { user: sliced(users, asked.query, 2), group: sliced(groups, asked.query, 2) },
      _expandable: {},
      _links: {},
    };
  }

  private group(id: string, sub: string, query: Query): unknown {
    if (id === "")
      return { ...sliced([...this.groups.keys()].map(wireGroup), query, 2), _links: {} };
    if (id === "by-id") return wireGroup(String(query["id"]));
    const members = this.groups.get(id);
    if (sub !== "membersByGroupId" || members === undefined)
      throw new SourceError("missing", "404");
    return sliced(
      [...members].map((one) => this.user(one)),
      query,
      2,
    );
  }

  private user(id: string): Record<string, unknown> {
    const found = this.accounts.find((account) => account.id === id);
    return {
      type: "known",
      accountId: id,
      accountType: found?.type ?? "atlassian",
      accountStatus: found?.active === false ? "inactive" : "active",
      displayName: id,
      email: found?.mail ?? "",
    };
  }

  private audit(query: Query): unknown {
    const since = Number(query["startDate"] ?? 0);
    const kept = this.audits.filter(({ atMs }) => atMs >= since).toReversed();
    const records = kept.map(({ atMs, summary, names }) => {
      const [affectedObject, ...associatedObjects] = names.map(([objectType, name]) => ({
        name,
        objectType,
      }));
      const author = { type: "user", displayName: "Admin", operations: null };
      const said = { summary, description: "", category: "Permissions", sysAdmin: false };
      const what = { affectedObject, associatedObjects, changedValues: [] };
      return { author, remoteAddress: "", creationDate: atMs, ...said, ...what };
    });
    return { ...sliced(records, query, 2), _links: {} };
  }

  private search(query: Query): unknown {
    const title = /^title = ("(?:[^"\\]|\\.)*")/.exec(String(query["cql"]))?.[1];
    const found = [...this.places.values()]
      .filter(({ id }) => title === undefined || id === JSON.parse(title))
      .filter(
        ({ type, status }) => type !== "folder" && type !== "whiteboard" && status !== "trashed",
      )
      .toSorted((one, other) => other.edited - one.edited)
      .map((place) => ({
        ...result(place.id),
        lastModified: new Date(place.edited).toISOString(),
        content: { id: place.id, type: place.type, status: place.status },
      }));
    return { ...sliced(found, query, 3), ...SEARCH, cqlQuery: String(query["cql"]) };
  }
}

type Query = NonNullable<HttpRequest["query"]>;
const SEARCH = { totalSize: 0, cqlQuery: "", searchDuration: 1, _links: {} };

function result(title: string) {
  return {
    title,
    excerpt: "",
    url: "",
    breadcrumbs: [],
    entityType: "",
    iconCssClass: "",
    lastModified: WHEN,
  };
}

function wireSpace(id: string) {
  return {
    id,
    key: id.toUpperCase(),
    name: id,
    type: "global",
    status: "current",
    createdAt: WHEN,
  };
}

function permission(type: string, one: string, key: string) {
  return {
    id: `${type} ${one} ${key}`,
    principal: { type, id: one },
    operation: { key, targetType: key === "read" ? "space" : "page" },
  };
}

function wireGroup(id: string) {
  return { type: "group", id, name: `name of ${id}` };
}

/** Two a page, so that reading one page alone is found out. */
function paged(all: readonly unknown[], { cursor }: Query): unknown {
  const from = Number(cursor ?? 0);
  const results = all.slice(from, from + 2);
  const next = `/wiki/api/v2/anything?cursor=${from + 2}`;
  return { results, _links: from + 2 < all.length ? { next } : {} };
}

/** The vendor may give fewer than were asked for, and says how many it gave. */
function sliced<T>(all: readonly T[], query: Query, limit: number) {
  const start = Number(query["start"] ?? 0);
  const results = all.slice(start, start + limit);
  return { results, start, limit, size: results.length };
}

function reply(value: unknown): HttpReply {
  return {
    status: 200,
    headers: {},
    json: async () => structuredClone(value),
    text: async () => JSON.stringify(value),
    bytes: (async function* () {})(),
  };
}
