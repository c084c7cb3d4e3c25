// A small Drive that keeps state, answers in Google's published types, and says itself who may find what.
import type { drive_v3 } from "@googleapis/drive";
import { SourceError, type HttpReply, type HttpRequest, type Source } from "@stead/sdk";
import { FakeChannels } from "./channels.ts";

export interface Grant {
  type: "user" | "group" | "domain" | "anyone";
  id: string;
  role: string;
  found?: boolean;
  view?: string;
}
export interface Node {
  id: string;
  parent: string | null;
  drive: string | null;
  owner: string | null;
  folder: boolean;
  limited: boolean;
  grants: Grant[];
}
type Effective = Grant & { inherited: boolean };

export class FakeDrive {
  readonly users = ["ada@a.test", "bob@a.test", "cyd@a.test", "dan@b.test"];
  readonly groups = new Map<string, Set<string>>();
  readonly nodes = new Map<string, Node>();
  readonly log: string[] = [];
  readonly channels = new FakeChannels();
  /** Shut out by the administrator: nothing of theirs is lost, and they read nothing but what all may. */
  readonly suspended = new Set<string>();
  /** Permission lists that the source refuses to show. */
  readonly hidden = new Set<string>();

  add(node: Partial<Node> & { id: string }): Node {
    const parent = node.parent === undefined || node.parent === null ? null : this.at(node.parent);
    const whole: Node = {
      parent: null,
      drive: parent?.drive ?? null,
      owner: parent?.owner ?? null,
      folder: false,
      limited: false,
      grants: [],
      ...node,
    };
    if (whole.drive === null && whole.owner !== null) {
      whole.grants.push({ type: "user", id: whole.owner, role: "owner" });
    }
    this.nodes.set(whole.id, whole);
    return whole;
  }

  at(id: string): Node {
    const node = this.nodes.get(id);
    if (node === undefined) throw new SourceError("missing", "404");
    return node;
  }

  /** As Drive keeps it: handed down from the top, cut at limited folders. */
  effective(id: string): Effective[] {
    const node = this.at(id);
    const own = node.grants.map((grant) => ({ ...grant, inherited: false }));
    if (node.parent === null) return own;
    const handed = this.effective(node.parent).map((grant) => ({ ...grant, inherited: true }));
    const kept = node.limited ? handed.filter((grant) => grant.role === "organizer") : handed;
    return [...own, ...kept];
  }

  membersOf(group: string, seen = new Set<string>()): Set<string> {
    const found = new Set<string>();
    if (seen.has(group)) return found;
    seen.add(group);
    for (const member of this.groups.get(group) ?? []) {
      if (!this.groups.has(member)) found.add(member);
      else for (const nested of this.membersOf(member, seen)) found.add(nested);
    }
    return found;
  }

  mayFind(user: string, id: string): boolean {
    return this.effective(id).some((grant) => grant.view === undefined && this.gives(grant, user));
  }

  private gives(grant: Grant, user: string): boolean {
    // Who can't sign in is anybody at all.
    if (this.suspended.has(user)) return grant.type === "anyone" && grant.found === true;
    if (grant.type === "user") return grant.id === user;
    if (grant.type === "group") return this.membersOf(grant.id).has(user);
    if (grant.found !== true) return false;
    return grant.type === "anyone" || user.endsWith(`@${grant.id}`);
  }

  private permission(grant: Effective): drive_v3.Schema$Permission {
    const link = grant.type === "domain" || grant.type === "anyone";
    return {
      id: idOf(grant.id),
      type: grant.type,
      role: grant.role,
      ...(grant.view !== undefined && { view: grant.view }),
      ...(link ? { allowFileDiscovery: grant.found === true } : { emailAddress: grant.id }),
      ...(grant.type === "domain" && { domain: grant.id }),
      permissionDetails: [{ inherited: grant.inherited, role: grant.role }],
    };
  }

  private file(node: Node, asUser: string): drive_v3.Schema$File {
    const shared = node.drive !== null;
    return {
      id: node.id,
      name: node.id,
      mimeType: node.folder ? "application/vnd.google-apps.folder" : "text/plain",
      modifiedTime: "2026-01-01T00:00:00.000Z",
      inheritedPermissionsDisabled: node.limited,
      ...(node.parent !== null && { parents: [node.parent] }),
      ...(shared && { driveId: node.drive, hasAugmentedPermissions: node.grants.length > 0 }),
      ...(!shared && { owners: [{ emailAddress: node.owner ?? "" }] }),
      // Only who may share the file is shown them, and never in a shared drive.
      ...(!shared &&
        node.owner === asUser &&
        !this.hidden.has(node.id) && {
          permissions: this.effective(node.id).map((grant) => this.permission(grant)),
        }),
    };
  }

  source(): Source<unknown> {
    return {
      id: "src_drive",
      settings: { admin: "ada@a.test" },
      secrets: {},
      http: async (request) => reply(this.answer(request)),
      dial: () => Promise.reject(new Error("no dial")),
      run: () => Promise.reject(new Error("no run")),
      signal: new AbortController().signal,
      log: () => {},
    };
  }

  private answer({ url, query = {}, body, asUser = "" }: HttpRequest): unknown {
    const parts = new URL(url).pathname.split("/").slice(3).map(decodeURIComponent);
    const [what = "", id = "", sub] = parts[0] === "v1" ? parts.slice(1) : parts;
    if (what === "permissionIds") return { id: idOf(id) };
    if (what === "users") return { users: this.users.map((one) => this.user(one)) };
    if (what === "groups") return sub === "members" ? this.members(id) : this.groupList();
    if (what === "drives") return this.drives(id);
    if (what === "about") return { user: { permissionId: idOf(asUser) } };
    if (what === "channels") return this.channels.stop(body, asUser);
    if (what === "changes" && id === "watch") return this.channels.open({ query, body, asUser });
    if (what === "changes") return this.changes(id, query);
    if (id === "") return this.files(query, asUser);
    const node = id === "root" ? this.at(`root ${asUser}`) : this.at(id);
    if (sub === "permissions") return this.permissions(node, query);
    const reads = node.drive !== null || node.owner === asUser || this.mayFind(asUser, node.id);
    if (!reads) throw new SourceError("missing", "404");
    return this.file(node, asUser);
  }

  private permissions(
    node: Node,
    query: NonNullable<HttpRequest["query"]>,
  ): drive_v3.Schema$PermissionList {
    if (this.hidden.has(node.id)) throw new SourceError("forbidden", "403");
    // Two a page, so that reading one page alone is found out.
    const from = Number(query["pageToken"] ?? 0);
    const all = this.effective(node.id).map((grant) => this.permission(grant));
    const permissions = all.slice(from, from + 2);
    return from + 2 < all.length
      ? { permissions, nextPageToken: String(from + 2) }
      : { permissions };
  }

  private files(
    query: NonNullable<HttpRequest["query"]>,
    asUser: string,
  ): drive_v3.Schema$FileList {
    const folders = String(query["q"]).includes("mimeType =");
    const drive = query["driveId"];
    const nodes = [...this.nodes.values()].filter(
      (node) =>
        node.folder === folders &&
        node.parent !== null &&
        (drive === undefined ? node.drive === null && node.owner === asUser : node.drive === drive),
    );
    return { files: nodes.map((node) => this.file(node, asUser)) };
  }

  private drives(id: string): unknown {
    const tops = [...this.nodes.values()].filter((node) => node.drive === node.id);
    const drives: drive_v3.Schema$Drive[] = tops.map((node) => ({ id: node.id, name: node.id }));
    if (id === "") return { drives };
    const found = drives.find((one) => one.id === id);
    if (found === undefined) throw new SourceError("missing", "404");
    return found;
  }

  private changes(id: string, query: NonNullable<HttpRequest["query"]>): unknown {
    if (id === "startPageToken") return { startPageToken: String(this.log.length) };
    const changed = this.log.slice(Number(query["pageToken"]));
    const drive = query["driveId"];
    const list: drive_v3.Schema$ChangeList = {
      newStartPageToken: String(this.log.length),
      changes: changed
        .filter((fileId) => (this.nodes.get(fileId)?.drive ?? undefined) === drive)
        .map((fileId) => ({ changeType: "file", fileId, removed: !this.nodes.has(fileId) })),
    };
    return list;
  }

  private groupList(): unknown {
    return { groups: [...this.groups.keys()].map((one) => ({ id: one, email: one })) };
  }

  private user(primaryEmail: string): unknown {
    return { id: primaryEmail, primaryEmail, suspended: this.suspended.has(primaryEmail) };
  }

  private members(group: string): unknown {
    const members = [...(this.groups.get(group) ?? [])].map((email) => ({
      id: email,
      email,
      type: this.groups.has(email) ? "GROUP" : "USER",
    }));
    return { members };
  }
}

/** Another id than the address, so that whoever takes the one for the other is found out. */
function idOf(principal: string): string {
  return `p-${Buffer.from(principal).toString("hex")}`;
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
