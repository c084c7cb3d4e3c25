// A small Google Drive on a real port, with a directory: it keeps its own permissions, hands them down its
// folders as Drive does, checks who asks by signed assertions and tokens, and says itself who may read what.
import { generateKeyPairSync, randomBytes, verify } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";

export interface Grant {
  readonly type: "user" | "group";
  readonly email: string;
  readonly role: "organizer" | "reader" | "owner";
}

export interface File {
  readonly id: string;
  readonly name: string;
  /** Null: the shared drive itself. */
  readonly parent: string | null;
  readonly folder?: boolean;
  /** Only managers, and who is named on it, get in. */
  readonly limited?: boolean;
  readonly text?: string;
  grants: Grant[];
}

const FOLDER = "application/vnd.google-apps.folder";
const ACCOUNT = "stead@project.iam.test";

export class Drive {
  readonly id = "drive_patient_services";
  readonly users: readonly { email: string; name: string }[];
  readonly groups = new Map<string, Set<string>>();
  readonly files = new Map<string, File>();
  /** Ids of files in the order of their changes. */
  readonly log: string[] = [];
  readonly #tokens = new Map<string, string>();
  readonly #keys = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

  constructor(users: readonly { email: string; name: string }[]) {
    this.users = users;
  }

  /** What an administrator copies from the key file. */
  get key(): { client_email: string; private_key: string } {
    return { client_email: ACCOUNT, private_key: this.#keys.privateKey };
  }

  add(file: Omit<File, "grants"> & { grants?: Grant[] }): void {
    this.files.set(file.id, { grants: [], ...file });
    this.log.push(file.id);
  }

  change(id: string, grants: Grant[]): void {
    this.file(id).grants = grants;
    this.log.push(id);
  }

  /** The source's own answer. */
  mayRead(email: string, id: string): boolean {
    return this.effective(id).some((grant) =>
      grant.type === "user" ? grant.email === email : this.groups.get(grant.email)?.has(email),
    );
  }

  effective(id: string): Grant[] {
    const { grants, parent, limited = false } = this.file(id);
    if (parent === null) return grants;
    const handed = this.effective(parent);
    return [...grants, ...(limited ? handed.filter(({ role }) => role === "organizer") : handed)];
  }

  file(id: string): File {
    const file = this.files.get(id);
    if (!file) throw new Refusal(404, `File not found: ${id}`);
    return file;
  }

  /** A token for whom the assertion is about, if our key has signed it. */
  token(assertion: string): string {
    const [head = "", body = "", signature = ""] = assertion.split(".");
    const signed = Buffer.from(`${head}.${body}`);
    const own = verify("sha256", signed, this.#keys.publicKey, Buffer.from(signature, "base64url"));
    const claims: unknown = JSON.parse(Buffer.from(body, "base64url").toString());
    const isNamed = typeof claims === "object" && claims !== null && "sub" in claims;
    if (!own || !isNamed) throw new Refusal(400, "invalid_grant");
    const token = randomBytes(16).toString("hex");
    this.#tokens.set(token, String(claims.sub));
    return token;
  }

  /** Whom a request acts for; unknown tokens are nobody's. */
  caller(request: IncomingMessage): string {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const caller = this.#tokens.get(token);
    if (caller === undefined) throw new Refusal(401, "Invalid Credentials");
    return caller;
  }
}

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function serveDrive(drive: Drive, port: number): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      try {
        const given = await answerOf(drive, request);
        const isText = typeof given === "string";
        response.writeHead(200, { "content-type": isText ? "text/plain" : "application/json" });
        response.end(isText ? given : JSON.stringify(given));
      } catch (error) {
        const status = error instanceof Refusal ? error.status : 500;
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify({ error: error instanceof Error ? error.message : "" }));
      }
    };
    void answer();
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerOf(drive: Drive, request: IncomingMessage): Promise<object | string> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const path = url.pathname.split("/").map(decodeURIComponent).filter(Boolean);
  if (path[0] === "token") {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const assertion = new URLSearchParams(body).get("assertion") ?? "";
    return { access_token: drive.token(assertion), expires_in: 3600, token_type: "Bearer" };
  }
  const caller = drive.caller(request);
  if (path[0] === "admin") return directoryOf(drive, path.slice(3));
  if (path[2] === "permissionIds") return { id: idOf(path[3] ?? "") };
  return filesOf(drive, { path: path.slice(2), url, caller });
}

function directoryOf(drive: Drive, [what = "", group = ""]: string[]): object {
  if (what === "users")
    return {
      users: drive.users.map(({ email, name }) => ({
        id: email,
        primaryEmail: email,
        name: { fullName: name },
      })),
    };
  if (group === "")
    return { groups: [...drive.groups.keys()].map((email) => ({ id: email, email, name: email })) };
  const members = [...(drive.groups.get(group) ?? [])];
  return { members: members.map((email) => ({ id: email, email, type: "USER" })) };
}

interface Asked {
  readonly path: string[];
  readonly url: URL;
  readonly caller: string;
}

function filesOf(drive: Drive, { path, url, caller }: Asked): object | string {
  const [what = "", id = "", sub = ""] = path;
  const query = url.searchParams;
  const shared = { id: drive.id, name: "Patient Services" };
  if (what === "drives") {
    if (id === "") return { drives: [shared] };
    if (id === drive.id) return shared;
    throw new Refusal(404, "Shared drive not found");
  }
  if (what === "changes") return changesOf(drive, id, query);
  if (id === "root") throw new Refusal(404, "There is no My Drive here");
  if (id === "") {
    const folders = (query.get("q") ?? "").includes("mimeType =");
    const isDrive = query.get("driveId") === drive.id;
    const found = [...drive.files.values()].filter(
      ({ folder = false, parent }) => isDrive && parent !== null && folder === folders,
    );
    return { files: found.map((file) => shown(drive, file)) };
  }
  if (sub === "permissions")
    return { permissions: drive.effective(id).map((grant) => permission(drive, id, grant)) };
  if (!drive.mayRead(caller, id)) throw new Refusal(404, `File not found: ${id}`);
  const file = drive.file(id);
  return query.get("alt") === "media" ? (file.text ?? "") : shown(drive, file);
}

function changesOf(drive: Drive, id: string, query: URLSearchParams): object {
  const newStartPageToken = String(drive.log.length);
  if (id === "startPageToken") return { startPageToken: newStartPageToken };
  const changed = query.get("driveId") === drive.id ? drive.log : [];
  const since = changed.slice(Number(query.get("pageToken")));
  return {
    newStartPageToken,
    changes: since.map((fileId) => ({
      changeType: "file",
      fileId,
      removed: !drive.files.has(fileId),
    })),
  };
}

function shown(drive: Drive, file: File): object {
  return {
    id: file.id,
    name: file.name,
    mimeType: file.folder ? FOLDER : "text/markdown",
    parents: [file.parent ?? drive.id],
    driveId: drive.id,
    modifiedTime: "2026-11-01T08:00:00.000Z",
    version: String(file.text?.length ?? 0),
    webViewLink: `https://drive.test/file/${file.id}`,
    inheritedPermissionsDisabled: file.limited ?? false,
    hasAugmentedPermissions: file.grants.length > 0,
  };
}

function permission(drive: Drive, id: string, grant: Grant): object {
  const inherited = !drive.file(id).grants.includes(grant);
  return {
    id: idOf(grant.email),
    type: grant.type,
    role: grant.role,
    emailAddress: grant.email,
    permissionDetails: [{ inherited, role: grant.role }],
  };
}

/** Drive names grantees by ids of its own. */
function idOf(email: string): string {
  return `p${Buffer.from(email).toString("hex")}`;
}
