// Salesforce: records by owner, roles above roles, shares, defaults, and permissions of objects and fields. It
// tells nobody who reads what, and says it of each person when it is asked. So does the fake.
import { SourceError } from "@stead/sdk";
import { FakeSalesforce } from "../../../../connectors/test/salesforce/fake.ts";
import { FakeSignIn } from "../../../../connectors/test/salesforce/sign-in.ts";
import type { Judge, Kind, Reader, Rng, Told } from "../judge.ts";
import { CALLBACK, DOMAIN, MAIL } from "../people.ts";
import { connector } from "../quick/salesforce.ts";
import { serveFake } from "../served.ts";

export const USERS: Readonly<Record<Reader, string>> = {
  employee: "005000000000ada",
  builder: "005000000000bea",
  approver: "005000000000fin",
};
const IDS = Object.values(USERS);
/** Sells, and is nobody in Stead. */
export const SELLER = "005000000000sel";
const CRAWLER = "005000000000001";
const OWNERS = [...IDS, SELLER];
const OBJECTS = ["Account", "Case"] as const;
const FIELD = "Account.Region";
const WORD = "ferry";
const CLIENT = { clientId: "stead", clientSecret: "stead secret" };
/** It is asked anew: nothing has to be heard or read before. */
const UNTOLD: Told = { events: [] };

class SalesforceJudge {
  readonly crm = new FakeSalesforce();
  readonly signIn = new FakeSignIn({ ...CLIENT, callback: CALLBACK });
  #made = 0;

  constructor() {
    const { crm } = this;
    for (const reader of ["employee", "builder", "approver"] as const)
      crm.person(USERS[reader]).mail = MAIL[reader];
    crm.person(SELLER, USERS.builder);
    for (const owner of [USERS.employee, USERS.builder, SELLER, SELLER]) {
      this.#add("Account", owner);
      this.#add("Case", owner);
    }
    for (const { shared } of crm.records.values()) shared.add(USERS.approver);
  }

  #add(object: (typeof OBJECTS)[number], owner: string): void {
    const n = `${this.#made++}`;
    const id = `${object === "Case" ? "500" : "001"}${n.padStart(12, "0")}`;
    const field = object === "Case" ? "CaseNumber" : "Name";
    this.crm.record(id, object, owner).fields[field] = `${WORD} ${n}`;
  }

  change(kind: Kind, rng: Rng): Told {
    const { crm } = this;
    const record = () => rng.pick([...crm.records.values()]);
    switch (kind) {
      case "share":
      case "deny":
        return this.#share(kind === "share", rng);
      case "move": {
        const moved = record();
        moved.owner = rng.pick(OWNERS.filter((id) => id !== moved.owner));
        moved.stamp = crm.clock++;
        return UNTOLD;
      }
      case "join":
      case "leave":
      case "nest":
        return this.#role(kind, rng);
      case "break":
      case "restore":
        return this.#permit(kind === "restore", rng);
      case "lock":
      case "unlock": {
        const isActive = kind === "unlock";
        const all = IDS.filter((id) => crm.people.get(id)?.isActive === !isActive);
        if (all.length === 0) return undefined;
        const person = crm.people.get(rng.pick(all));
        if (person) person.isActive = isActive;
        // Who was shut out is heard of when all users are read; the source denies them before that.
        return isActive || rng.int(2) === 0 ? "poll" : UNTOLD;
      }
      case "delete":
        return this.#delete(rng);
      default:
        return kind satisfies never;
    }
  }

  #share(isShared: boolean, rng: Rng): Told {
    const pairs = [...this.crm.records.values()].flatMap(({ shared }) =>
      IDS.filter((id) => shared.has(id) !== isShared).map((id) => ({ shared, id }) as const),
    );
    if (pairs.length === 0) return undefined;
    const { shared, id } = rng.pick(pairs);
    if (isShared) shared.add(id);
    else shared.delete(id);
    return UNTOLD;
  }

  /** Who is above reads what those below own. Salesforce lets no role be above itself. */
  #role(kind: "join" | "leave" | "nest", rng: Rng): Told {
    const { people } = this.crm;
    const put = (id: string, manager: string | null) => {
      const person = people.get(id);
      if (person) person.manager = manager;
    };
    if (kind === "nest") {
      const [low = "", mid = "", top = ""] = rng.shuffled(IDS);
      for (const [id, manager] of [
        [SELLER, low],
        [low, mid],
        [mid, top],
        [top, null],
      ] as const)
        put(id, manager);
      return UNTOLD;
    }
    const placed = OWNERS.filter((id) => kind === "join" || people.get(id)?.manager !== null);
    if (placed.length === 0) return undefined;
    const id = rng.pick(placed);
    const above = OWNERS.filter((other) => !this.#isBelow(other, id));
    put(id, kind === "leave" || above.length === 0 ? null : rng.pick(above));
    return UNTOLD;
  }

  #isBelow(id: string, top: string): boolean {
    for (let at: string | null = id; at !== null; at = this.crm.people.get(at)?.manager ?? null)
      if (at === top) return true;
    return false;
  }

  /** Of an object or a field for a person, or of an object's records for everybody. */
  #permit(isGiven: boolean, rng: Rng): Told {
    const { people, open } = this.crm;
    const all = IDS.flatMap((id) => {
      const person = people.get(id);
      if (!person) return [];
      const { objects, fields } = person;
      return [...OBJECTS.map((one) => ({ of: objects, one })), { of: fields, one: FIELD }];
    });
    const due = [...all, ...OBJECTS.map((one) => ({ of: open, one }))].filter(
      ({ of, one }) => of.has(one) !== isGiven,
    );
    if (due.length === 0) return undefined;
    const { of, one } = rng.pick(due);
    if (isGiven) of.add(one);
    else of.delete(one);
    return UNTOLD;
  }

  #delete(rng: Rng): Told {
    const { crm } = this;
    const id = rng.pick([...crm.records.keys()]);
    crm.records.delete(id);
    crm.bin.push(id);
    this.#add(rng.pick(OBJECTS), rng.pick(OWNERS));
    // A session is over some day, and nobody signs in again for that.
    this.signIn.endSessions();
    return "poll";
  }

  titles(): string[] {
    return [...this.crm.records.keys()].map((id) => this.#titleOf(id));
  }

  /** A record is found by those who may read every field of it that is indexed. */
  readable(reader: Reader): string[] {
    const { crm } = this;
    const user = USERS[reader];
    const sees = crm.people.get(user)?.fields.has(FIELD) === true;
    return [...crm.records]
      .filter(([id, { object }]) => crm.mayRead(user, id) && (sees || object !== "Account"))
      .map(([id]) => this.#titleOf(id));
  }

  #titleOf(id: string): string {
    const { object, fields } = this.crm.at(id);
    return String(fields[object === "Case" ? "CaseNumber" : "Name"]);
  }
}

export interface OpenSalesforce extends Judge {
  readonly crm: FakeSalesforce;
  readable(reader: Reader): string[];
}

export async function openSalesforce(): Promise<OpenSalesforce> {
  const own = new SalesforceJudge();
  const { http } = own.crm.source();
  const served = await serveFake({
    origin: "https://acme.test",
    asUser: (authorization) => authorization,
    http: async ({ asUser = "", ...request }) => {
      if (own.signIn.userOf(asUser) === CRAWLER) return http(request);
      throw new SourceError("reconnect", "INVALID_SESSION_ID");
    },
    instead: ({ pathname, searchParams }, body, here) => {
      if (pathname.endsWith("/authorize"))
        return { status: 302, location: own.signIn.authorize(searchParams, CRAWLER), body: "" };
      if (!pathname.endsWith("/token")) return undefined;
      const { status, body: told } = own.signIn.token(new URLSearchParams(body), here);
      return { status, body: JSON.stringify(told) };
    },
  });
  const { url, host, faults } = served;
  return {
    crm: own.crm,
    name: "salesforce",
    kinds: [
      "join",
      "leave",
      "nest",
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
      settings: {
        instanceUrl: url,
        objects: [
          { name: "Account", fields: ["Region"] },
          { name: "Case", title: "CaseNumber" },
        ],
        mailIsVerified: true,
      },
      client: CLIENT,
      trustedDomains: [DOMAIN],
      word: WORD,
    },
    // No `live`: nobody here has linked an account of their own, so what is asked as the person stays
    // silent. That is no answer: what is compared is what the crawl identity was told of each person.
    change: (kind, rng) => own.change(kind, rng),
    titles: () => own.titles(),
    readable: (reader) => own.readable(reader),
    close: () => served.close(),
  };
}
