// Confluence: two spaces, pages in pages, folders and attachments. The fake says itself who views a page: from
// the space downwards each level takes away whom it does not name.
import {
  FakeConfluence,
  type Place,
  type Principals,
} from "../../../../connectors/test/confluence/fake.ts";
import { READERS, type Judge, type Kind, type Reader, type Rng, type Told } from "../judge.ts";
import { DOMAIN, MAIL } from "../people.ts";
import { connector } from "../quick/confluence.ts";
import { serveFake } from "../served.ts";

const GROUPS = ["g0", "g1", "g2"];
const SPACES = ["s1", "s2"];

interface Fill {
  /** In each document. */
  readonly word: string;
  /** By group. */
  readonly members: readonly (readonly Reader[])[];
}

function furnished({ members }: Fill): FakeConfluence {
  const wiki = new FakeConfluence();
  wiki.person("stead");
  for (const [i, reader] of READERS.entries()) {
    wiki.person(reader);
    const account = wiki.accounts[i + 1];
    if (account) account.mail = MAIL[reader];
  }
  for (const [i, group] of GROUPS.entries()) wiki.groups.set(group, new Set(members[i] ?? []));
  wiki.space("s1").groups.add("g0").add("g1");
  wiki.space("s2").users.add("employee").add("approver");
  wiki.add({ id: "home", space: "s1" });
  wiki.add({ id: "shelf", space: "s1", type: "folder", parent: "home" });
  wiki.add({ id: "leaf", space: "s1", parent: "shelf" });
  wiki.add({ id: "twig", space: "s1", parent: "leaf" });
  wiki.add({ id: "scan", space: "s1", type: "attachment", parent: "twig" });
  wiki.add({ id: "post", space: "s1", type: "blogpost" });
  wiki.add({ id: "inn", space: "s2" });
  wiki.add({ id: "room", space: "s2", parent: "inn" });
  return wiki;
}

class WikiJudge {
  readonly wiki: FakeConfluence;
  #made = 0;

  constructor(fill: Fill) {
    this.wiki = furnished(fill);
  }

  #there(): Place[] {
    return [...this.wiki.places.values()].filter(({ status }) => status === "current");
  }

  change(kind: Kind, rng: Rng): Told {
    const { wiki } = this;
    if (kind === "join" || kind === "leave") return this.#member(kind, rng);
    if (kind === "lock" || kind === "unlock") {
      const all = wiki.accounts.slice(1).filter(({ active }) => active === (kind === "lock"));
      if (all.length === 0) return undefined;
      rng.pick(all).active = kind === "unlock";
      return "poll";
    }
    const places = this.#there().filter(({ type }) => type !== "attachment");
    if (kind === "break") return narrowed(rng.pick(places).view, rng);
    if (kind === "restore") {
      const all = places.filter(({ view }) => view.users.size + view.groups.size > 0);
      if (all.length === 0) return undefined;
      const { view } = rng.pick(all);
      view.users.clear();
      view.groups.clear();
      return "poll";
    }
    if (kind === "deny" || kind === "share") return this.#permit(kind, rng);
    return kind === "move" ? this.#move(rng) : this.#delete(rng);
  }

  #member(kind: "join" | "leave", rng: Rng): Told {
    const pairs = [...this.wiki.groups.values()].flatMap((members) =>
      READERS.filter((reader) => members.has(reader) === (kind === "leave")).map(
        (reader) => ({ members, reader }) as const,
      ),
    );
    if (pairs.length === 0) return undefined;
    const { members, reader } = rng.pick(pairs);
    if (kind === "join") members.add(reader);
    else members.delete(reader);
    return "poll";
  }

  /** Of a space: without its permission nobody gets to anything in it. */
  #permit(kind: "deny" | "share", rng: Rng): Told {
    const all = SPACES.flatMap((id) => {
      const space = this.wiki.spaces.get(id);
      if (!space) return [];
      return [
        ...READERS.map((one) => ({ of: space.users, one })),
        ...GROUPS.map((one) => ({ of: space.groups, one })),
      ];
    }).filter(({ of, one }) => of.has(one) === (kind === "deny"));
    if (all.length === 0) return undefined;
    const { of, one } = rng.pick(all);
    if (kind === "deny") of.delete(one);
    else of.add(one);
    return "poll";
  }

  #move(rng: Rng): Told {
    const pages = this.#there().filter(({ type }) => type === "page" || type === "folder");
    const page = rng.pick(pages);
    const below = this.#under(page.id);
    const parent = rng.pick([null, ...pages.filter(({ id }) => !below.has(id))]);
    page.parent = parent?.id ?? null;
    const space = parent?.space ?? rng.pick(SPACES);
    for (const id of below) this.wiki.at(id).space = space;
    return "poll";
  }

  #under(id: string): Set<string> {
    const found = new Set([id]);
    for (const at of found)
      for (const place of this.wiki.places.values()) if (place.parent === at) found.add(place.id);
    return found;
  }

  #delete(rng: Rng): Told {
    const { wiki } = this;
    const leaves = this.#there().filter(
      ({ id, type }) =>
        type !== "folder" &&
        this.#there().every((other) => other.parent !== id || other.type === "attachment"),
    );
    const gone = rng.pick(leaves);
    const n = this.#made++;
    // What is attached to a page in the bin lies in the bin.
    for (const id of this.#under(gone.id)) wiki.at(id).status = "trashed";
    const parent = rng.pick(this.#there().filter(({ type }) => type === "page"));
    wiki.add({ id: `bud${n}`, space: parent.space, parent: parent.id });
    wiki.add({ id: `sheet${n}`, space: parent.space, type: "attachment", parent: `bud${n}` });
    return "poll";
  }

  titles(): string[] {
    return this.#there().flatMap(({ id, type }) => (type === "folder" ? [] : [id]));
  }

  readable(reader: Reader): string[] {
    return this.titles().filter((id) => this.wiki.viewers(id).includes(reader));
  }
}

function narrowed(view: Principals, rng: Rng): Told {
  view.users.clear();
  view.groups.clear();
  for (const one of rng.some(READERS)) view.users.add(one);
  view.groups.add(rng.pick(GROUPS));
  return "poll";
}

export async function openWiki(name: string, fill: Fill): Promise<Judge> {
  const own = new WikiJudge(fill);
  const { word } = fill;
  const served = await serveFake({
    http: own.wiki.source().http,
    origin: "https://acme.test",
    instead: ({ pathname }) => {
      const id = /\/attachment\/([^/]+)\/download$/.exec(pathname)?.[1];
      if (id === undefined) return undefined;
      return { type: "text/plain", body: `At the ${word} there is ${id}.` };
    },
    rewrite: (text, { pathname }) =>
      text.replace("Nine.", `At the ${word} there is ${pathname.split("/").at(-1)}.`),
  });
  const { url, host, faults } = served;
  return {
    name,
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
      settings: { site: url },
      fields: { email: "stead@acme.test", token: "t" },
      trustedDomains: [DOMAIN],
      word,
    },
    change: (kind, rng) => own.change(kind, rng),
    titles: () => own.titles(),
    readable: (reader) => own.readable(reader),
    close: () => served.close(),
  };
}
