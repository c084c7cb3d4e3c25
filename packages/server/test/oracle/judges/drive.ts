// Google Drive: a shared drive with limited folders and a person's own folder, groups in groups, links and
// domains. The fake says itself whom Drive lets find a file.
import { generateKeyPairSync } from "node:crypto";
import { FakeDrive, type Grant, type Node } from "../../../../connectors/test/google-drive/fake.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { READERS, type Judge, type Kind, type Reader, type Rng, type Told } from "../judge.ts";
import { DOMAIN, MAIL } from "../people.ts";
import { connector } from "../quick/google-drive.ts";
import { serveFake } from "../served.ts";

const ADMIN = `admin@${DOMAIN}`;
const GROUPS = ["g0", "g1", "g2"].map((name) => `${name}@${DOMAIN}`);
const MAILS = READERS.map((reader) => MAIL[reader]);
const [ADA = "", BEA = ""] = MAILS;
const WORD = "orchard";
const WEEK_MS = 7 * 86_400_000;

function furnished(): FakeDrive {
  const drive = new FakeDrive();
  drive.users.splice(0, drive.users.length, ADMIN, ...MAILS);
  const [g0 = "", g1 = "", g2 = ""] = GROUPS;
  drive.groups.set(g0, new Set([ADA]));
  drive.groups.set(g1, new Set([BEA, g0]));
  drive.groups.set(g2, new Set());
  for (const owner of drive.users) drive.add({ id: `root ${owner}`, owner, folder: true });
  const manages: Grant = { type: "user", id: ADMIN, role: "organizer" };
  const reads: Grant = { type: "group", id: g1, role: "reader" };
  drive.add({ id: "hall", drive: "hall", folder: true, grants: [manages, reads] });
  drive.add({ id: "attic", parent: "hall", folder: true });
  drive.add({ id: "cellar", parent: "attic", folder: true, limited: true });
  drive.add({ id: "desk", parent: `root ${ADMIN}`, folder: true });
  drive.add({ id: "drawer", parent: "desk", folder: true });
  for (const [i, parent] of ["hall", "attic", "cellar", "cellar", "desk", "drawer"].entries())
    drive.add({ id: `plan${i}`, parent });
  return drive;
}

class DriveJudge {
  readonly drive = furnished();
  #made = 0;

  change(kind: Kind, rng: Rng): Told {
    const { drive } = this;
    if (kind === "join" || kind === "leave") return this.#member(kind, rng);
    if (kind === "nest") {
      const [inner = "", outer = ""] = rng.shuffled(GROUPS);
      const members = drive.groups.get(outer);
      if (members?.has(inner)) members.delete(inner);
      else members?.add(inner);
      return "poll";
    }
    if (kind === "lock" || kind === "unlock") {
      const all = MAILS.filter((mail) => drive.suspended.has(mail) === (kind === "unlock"));
      if (all.length === 0) return undefined;
      if (kind === "lock") drive.suspended.add(rng.pick(all));
      else drive.suspended.delete(rng.pick(all));
      return "poll";
    }
    if (kind === "break" || kind === "restore") {
      const all = this.#below().filter(
        (node) => node.folder && node.limited === (kind !== "break"),
      );
      if (all.length === 0) return undefined;
      const folder = rng.pick(all);
      folder.limited = kind === "break";
      return this.#logged(folder.id);
    }
    const files = this.#below().filter((node) => !node.folder);
    if (kind === "delete") {
      const { id, parent } = rng.pick(files);
      drive.nodes.delete(id);
      const fresh = drive.add({ id: `leaf${this.#made++}`, parent: parent ?? "hall" });
      this.#logged(fresh.id);
      return this.#logged(id);
    }
    return kind === "move" ? this.#move(rng) : this.#share(rng);
  }

  #member(kind: "join" | "leave", rng: Rng): Told {
    const pairs = GROUPS.flatMap((group) => {
      const members = this.drive.groups.get(group) ?? new Set<string>();
      return MAILS.filter((mail) => members.has(mail) === (kind === "leave")).map(
        (mail) => [members, mail] as const,
      );
    });
    if (pairs.length === 0) return undefined;
    const [members, mail] = rng.pick(pairs);
    if (kind === "join") members.add(mail);
    else members.delete(mail);
    return "poll";
  }

  #move(rng: Rng): Told {
    const node = rng.pick(this.#below());
    // Between a person's own files and a shared drive nothing is moved, but made anew.
    const places = [...this.drive.nodes.values()].filter(
      (to) =>
        to.folder &&
        to.drive === node.drive &&
        to.owner === node.owner &&
        to.id !== node.parent &&
        !this.#isIn(to, node.id),
    );
    if (places.length === 0) return undefined;
    node.parent = rng.pick(places).id;
    return this.#logged(node.id);
  }

  #share(rng: Rng): Told {
    const node = rng.pick([...this.#below(), this.drive.at("hall")]);
    const kept = node.grants.filter(({ role }) => role !== "reader");
    const people: Grant[] = rng
      .some([...MAILS, ...GROUPS])
      .slice(0, 2)
      .map((id) => ({ type: GROUPS.includes(id) ? "group" : "user", id, role: "reader" }));
    const link: Grant = { type: "anyone", id: "", role: "reader", found: rng.int(3) === 0 };
    const domain: Grant = { type: "domain", id: DOMAIN, role: "reader", found: rng.int(3) === 0 };
    // A name that is shown, with nothing of what is in it.
    const view: Grant = { type: "user", id: rng.pick(MAILS), role: "reader", view: "metadata" };
    const wide = rng.int(2) === 0 ? [] : [rng.pick([link, domain, view])];
    // A shared drive itself has members alone.
    node.grants = [...kept, ...people, ...(node.id === "hall" ? [] : wide)];
    return this.#logged(node.id);
  }

  #logged(id: string): "poll" {
    this.drive.log.push(id);
    return "poll";
  }

  #below(): Node[] {
    return [...this.drive.nodes.values()].filter(({ parent }) => parent !== null);
  }

  #isIn(node: Node, id: string): boolean {
    for (let at: Node | undefined = node; at; at = this.drive.nodes.get(at.parent ?? ""))
      if (at.id === id) return true;
    return false;
  }

  titles(): string[] {
    return this.#below().flatMap(({ folder, id }) => (folder ? [] : [id]));
  }

  readable(reader: Reader): string[] {
    return this.titles().filter((id) => this.drive.mayFind(MAIL[reader], id));
  }
}

export async function openDrive(): Promise<Judge> {
  const own = new DriveJudge();
  const keys = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const served = await serveFake({
    http: own.drive.source().http,
    origin: "https://www.googleapis.com",
    asUser: (authorization) =>
      Buffer.from(authorization.slice("Bearer ".length), "base64url").toString(),
    instead: (url, body) => {
      if (url.pathname === "/token") return tokenFor(body);
      if (url.pathname.endsWith("/changes/watch")) return channelFor(body);
      if (url.searchParams.get("alt") !== "media") return undefined;
      const id = decodeURIComponent(url.pathname.split("/").at(-1) ?? "");
      return { type: "text/plain", body: `In the ${WORD} there is ${id}.` };
    },
  });
  const { url, host, faults } = served;
  return {
    name: "google-drive",
    kinds: [
      "join",
      "leave",
      "nest",
      "move",
      "break",
      "restore",
      "lock",
      "unlock",
      "delete",
      "share",
    ],
    host,
    faults,
    connection: {
      connector: connector.manifest.name,
      settings: { admin: ADMIN, driveUrl: url, directoryUrl: url, tokenUrl: `${url}/token` },
      fields: { client_email: "stead@project.example", private_key: keys.privateKey },
      trustedDomains: [DOMAIN],
      word: WORD,
    },
    change: (kind, rng) => own.change(kind, rng),
    titles: () => own.titles(),
    readable: (reader) => own.readable(reader),
    close: () => served.close(),
  };
}

/** A channel that never rings: what happened is found by reading again. */
function channelFor(body: string) {
  const { id }: { id: string } = JSON.parse(body);
  const expiration = String(systemClock.now() + WEEK_MS);
  return { body: JSON.stringify({ id, resourceId: `of ${id}`, expiration }) };
}

/** A token that says itself whom it stands for. */
function tokenFor(body: string) {
  const claims = (new URLSearchParams(body).get("assertion") ?? "").split(".")[1] ?? "";
  const { sub }: { sub: string } = JSON.parse(Buffer.from(claims, "base64url").toString());
  const token = Buffer.from(sub).toString("base64url");
  return { body: JSON.stringify({ access_token: token, expires_in: 3600 }) };
}
