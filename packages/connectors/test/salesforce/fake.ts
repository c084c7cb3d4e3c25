// A small Salesforce that keeps state and says itself who reads a record: by owner, role, share and default.
// Its answers are written by the REST API Developer Guide (Query, Parameterized Search, Get Deleted, Upsert)
// and the Object Reference (UserRecordAccess, ObjectPermissions, FieldPermissions): no OpenAPI is published.
import { SourceError, type ActingSource, type HttpReply, type HttpRequest } from "@stead/sdk";

export interface Rec {
  object: string;
  owner: string;
  shared: Set<string>;
  /** Not seen by the integration user, so left out of its answers. */
  isHidden: boolean;
  fields: Record<string, unknown>;
  stamp: number;
}
export interface Person {
  isActive: boolean;
  mail: string;
  /** The one above in the role hierarchy. */
  manager: string | null;
  objects: Set<string>;
  fields: Set<string>;
}

export class FakeSalesforce {
  readonly people = new Map<string, Person>();
  readonly records = new Map<string, Rec>();
  readonly bin: string[] = [];
  readonly cases = new Map<string, string>();
  readonly asked: HttpRequest[] = [];
  /** Objects whose default lets everybody read. */
  readonly open = new Set<string>();
  fail: (request: HttpRequest) => void = () => {};
  headers: Record<string, string> = {};
  clock = Date.now();

  person(id: string, manager: string | null = null): Person {
    const objects = new Set(["Account", "Case"]);
    const fields = new Set(["Account.Region"]);
    const made = { isActive: true, mail: `${id}@a.test`, manager, objects, fields };
    this.people.set(id, made);
    return made;
  }

  record(id: string, object: string, owner: string): Rec {
    const fields = {
      Name: `name ${id}`,
      CaseNumber: `case ${id}`,
      Region: "north",
      Secret: "nine",
    };
    const made = {
      object,
      owner,
      shared: new Set<string>(),
      isHidden: false,
      fields,
      stamp: this.clock++,
    };
    this.records.set(id, made);
    return made;
  }

  at(id: string): Rec {
    const found = this.records.get(id);
    if (found === undefined) throw new SourceError("missing", "404");
    return found;
  }

  /** In the vendor's terms, without the fields: the object's permission, then the record's sharing. */
  mayRead(user: string, id: string): boolean {
    const person = this.people.get(user);
    const { object } = this.at(id);
    return person?.isActive === true && person.objects.has(object) && this.isShared(user, id);
  }

  private isShared(user: string, id: string): boolean {
    const { object, owner, shared } = this.at(id);
    if (this.open.has(object) || shared.has(user)) return true;
    const seen = new Set<string>();
    for (let at: string | null = owner; at !== null && !seen.has(at);) {
      if (at === user) return true;
      seen.add(at);
      at = this.people.get(at)?.manager ?? null;
    }
    return false;
  }

  source(user = "", settings: Record<string, unknown> = {}): ActingSource<unknown> {
    return {
      id: "src_crm",
      user,
      settings: {
        instanceUrl: "https://acme.test",
        objects: [
          { name: "Account", fields: ["Region"], writable: ["Region"] },
          { name: "Case", title: "CaseNumber" },
        ],
        ...settings,
      },
      secrets: {},
      http: async (request) => {
        this.asked.push(request);
        this.fail(request);
        return reply(this.answer(request, user), this.headers);
      },
      dial: () => Promise.reject(new Error("no dial")),
      run: () => Promise.reject(new Error("no run")),
      signal: new AbortController().signal,
      log: () => {},
    };
  }

  private answer(request: HttpRequest, user: string): unknown {
    const { pathname, origin } = new URL(request.url);
    if (origin !== "https://acme.test") throw new Error(`asked elsewhere: ${request.url}`);
    if (pathname.endsWith("/userinfo"))
      return { user_id: "005000000000001", preferred_username: "crm" };
    const [what = "", object = "", id = "", key = ""] = pathname.split("/").slice(4);
    if (what === "query" && object === "") return this.query(String(request.query?.["q"]));
    if (what === "query") return this.more(object);
    if (what === "parameterizedSearch") return this.search(user, request.body);
    if (id === "deleted") return this.deleted();
    if (id === "describe") return this.describe(object);
    if (object === "Case" && key !== "") return this.upsert(decodeURIComponent(key), user);
    if (request.method === "PATCH") return this.patch(id, user, request.body);
    return this.get(id, user);
  }

  private describe(object: string): unknown {
    if (object === "Lead") throw new SourceError("missing", "404");
    if (object !== "Contact") return { fields: [of("Region", "picklist"), of("Name", "string")] };
    const typed = [of("Name", "string"), of("Work__c", "phone"), of("Owner__c", "email")];
    const named = [of("MobilePhone", "phone"), of("IBAN__c", "string"), of("Title", "string")];
    return { fields: [...typed, ...named, of("HasEmail", "boolean")] };
  }

  private readonly rest = new Map<string, unknown[]>();

  /** Two rows a page, so that reading one page alone is found out. */
  private paged(all: unknown[]): unknown {
    const records = all.slice(0, 2);
    if (all.length <= 2) return { done: true, records };
    const name = `01g${this.rest.size}-2`;
    this.rest.set(name, all.slice(2));
    return { done: false, nextRecordsUrl: `/services/data/v62.0/query/${name}`, records };
  }

  private more(name: string): unknown {
    return this.paged(this.rest.get(name) ?? []);
  }

  private query(soql: string): unknown {
    const texts = [...soql.matchAll(/'((?:[^'\\]|\\.)*)'/g)].map((match) => match[1] ?? "");
    const table = /FROM (\w+)/.exec(soql)?.[1] ?? "";
    const user = texts.find((text) => this.people.has(text)) ?? "";
    const person = this.people.get(user);
    if (table === "UserRecordAccess") {
      const ids = texts.filter((text) => text !== user);
      if (ids.length > 200) throw new SourceError("malformed", "400 too many ids");
      const seen = ids.filter((id) => this.records.get(id)?.isHidden === false);
      return this.paged(
        seen.map((id) => ({ RecordId: id, HasReadAccess: this.isShared(user, id) })),
      );
    }
    if (table === "User" && soql.includes("Email")) {
      return this.paged(
        [...this.people].map(([Id, { isActive, mail }]) => ({
          Id,
          Name: mail.split("@")[0],
          Email: mail,
          IsActive: isActive,
          UserType: "Standard",
        })),
      );
    }
    if (table === "User") return this.paged(person ? [{ IsActive: person.isActive }] : []);
    if (table === "ObjectPermissions") {
      return this.paged([...(person?.objects ?? [])].map((SobjectType) => ({ SobjectType })));
    }
    if (table === "FieldPermissions") {
      return this.paged([...(person?.fields ?? [])].map((Field) => ({ Field })));
    }
    const found = [...this.records].filter(([, one]) => one.object === table);
    if (soql.includes("COUNT(Id)")) {
      const last = Math.max(0, ...found.map(([, { stamp }]) => stamp));
      return this.paged([{ rows: found.length, last: new Date(last).toISOString() }]);
    }
    const isOne = soql.includes("WHERE Id = ");
    return this.paged(
      found.filter(([id]) => !isOne || texts.includes(id)).map(([id]) => this.row(id)),
    );
  }

  private row(id: string): Record<string, unknown> {
    const { fields, stamp } = this.at(id);
    return { Id: id, SystemModstamp: new Date(stamp).toISOString(), ...fields };
  }

  private get(id: string, user: string): unknown {
    if (!this.mayRead(user, id)) throw new SourceError("missing", "404");
    const { Secret, ...row } = this.row(id);
    return this.people.get(user)?.fields.has("Account.Secret") === true ? { ...row, Secret } : row;
  }

  private search(user: string, body: unknown): unknown {
    const { q } = Object(body);
    const found = [...this.records].filter(([id]) => this.mayRead(user, id));
    return {
      searchRecords: found
        .filter(([, one]) => JSON.stringify(one.fields).includes(String(q)))
        .map(([id, { object }]) => ({ attributes: { type: object }, ...this.row(id) })),
    };
  }

  private deleted(): unknown {
    return {
      deletedRecords: this.bin.map((id) => ({
        id,
        deletedDate: new Date(this.clock).toISOString(),
      })),
      earliestDateAvailable: "2020-01-01T00:00:00.000Z",
      latestDateCovered: new Date(this.clock).toISOString(),
    };
  }

  private upsert(key: string, owner: string): unknown {
    const id = this.cases.get(key) ?? `500${String(this.cases.size).padStart(12, "0")}`;
    const created = !this.cases.has(key);
    this.cases.set(key, id);
    if (created) this.record(id, "Case", owner);
    return { id, success: true, created, errors: [] };
  }

  private patch(id: string, user: string, body: unknown): unknown {
    if (!this.mayRead(user, id)) throw new SourceError("missing", "404");
    Object.assign(this.at(id).fields, body);
    this.at(id).stamp = this.clock++;
    return null;
  }
}

function of(name: string, type: string) {
  return { name, type, permissionable: true };
}

function reply(value: unknown, headers: Record<string, string>): HttpReply {
  return {
    status: 200,
    headers,
    json: async () => structuredClone(value),
    text: async () => JSON.stringify(value),
    bytes: (async function* () {})(),
  };
}
