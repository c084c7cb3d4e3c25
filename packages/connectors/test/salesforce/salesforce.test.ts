// Salesforce asks, drops nothing, hides on error; then at random: yes for those whom it lets read, no other.
import { SourceError, type ConnectorTool } from "@stead/sdk";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { salesforce } from "../../src/index.ts";
import { crawl, everything } from "../crawl.ts";
import { FakeSalesforce } from "./fake.ts";

const [ADA, BOB, CYD] = ["005000000000ada", "005000000000bob", "005000000000cyd"] as const;
const PEOPLE = [ADA, BOB, CYD];
const IDS = ["001000000000001", "001000000000002", "500000000000901"];

function crm(): FakeSalesforce {
  const fake = new FakeSalesforce();
  fake.person(ADA);
  fake.person(BOB, ADA);
  fake.person(CYD);
  for (const id of IDS) fake.record(id, id.startsWith("001") ? "Account" : "Case", BOB);
  return fake;
}

function idOf(fake: FakeSalesforce, id: string): string {
  return `${fake.at(id).object}/${id}`;
}

async function ask(fake: FakeSalesforce, user: string, ids: readonly string[]) {
  const answers = await salesforce.mirror?.check?.(fake.source(), user, ids);
  if (answers === undefined) throw new Error("no check");
  return answers;
}

function tool(name: string): ConnectorTool<unknown> {
  const found = salesforce.tools?.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

test("asks in batches of 200 and drops nothing", async () => {
  const fake = crm();
  const ids = Array.from({ length: 450 }, (_, at) => `001A${String(at).padStart(11, "0")}`);
  for (const id of ids) fake.record(id, "Account", BOB);
  const answers = await ask(
    fake,
    ADA,
    ids.map((id) => idOf(fake, id)),
  );
  expect([...answers.values()].filter((answer) => answer === "yes")).toHaveLength(450);
  const asked = fake.asked
    .map(({ query }) => String(query?.["q"]))
    .filter((q) => q.includes("UserRecordAccess"));
  expect(asked).toHaveLength(3);
});

test("a record that Salesforce leaves out is unknown, and so is an id that is none", async () => {
  const fake = crm();
  fake.at(IDS[0] ?? "").isHidden = true;
  const odd = ["Account/1' OR Id != '", "Lead/001000000000001", "Account/001000000000001/x", ""];
  const answers = await ask(fake, ADA, [...IDS.map((id) => idOf(fake, id)), ...odd]);
  expect([...answers.keys()]).toEqual([`Account/${IDS[1]}`, `Case/${IDS[2]}`]);
  expect((await ask(fake, "x' OR UserId != '", [`Account/${IDS[1]}`])).size).toBe(0);
});

test("hides on error: never yes, whichever question fails", async () => {
  for (const table of ["UserRecordAccess", "FROM User ", "ObjectPermissions", "FieldPermissions"]) {
    const fake = crm();
    fake.fail = ({ query }) => {
      if (String(query?.["q"]).includes(table)) throw new SourceError("unavailable", "503");
    };
    // oxlint-disable-next-line no-await-in-loop -- one world after the other
    expect(
      (
        await ask(
          fake,
          ADA,
          IDS.map((id) => idOf(fake, id)),
        )
      ).size,
    ).toBe(0);
  }
  const fake = crm();
  fake.fail = () => {
    throw new SourceError("reconnect", "401");
  };
  await expect(ask(fake, ADA, [`Account/${IDS[0]}`])).rejects.toMatchObject({ code: "reconnect" });
});

test("who may not read each indexed field does not find the record", async () => {
  const fake = crm();
  fake.people.get(BOB)?.fields.clear();
  const answers = await ask(
    fake,
    BOB,
    IDS.map((id) => idOf(fake, id)),
  );
  expect([...answers.values()]).toEqual(["no", "no", "yes"]);
});

test("only the name and the listed fields are indexed, and every rule is to ask", async () => {
  const fake = crm();
  const { items } = await crawl(salesforce, fake.source());
  expect([...items.keys()]).toEqual(IDS.map((id) => idOf(fake, id)));
  for (const one of items.values()) {
    expect(salesforce.mirror?.readers(one.access, [])).toBe("ask");
    // oxlint-disable-next-line no-await-in-loop -- one record after the other
    const content = await salesforce.mirror?.fetch(fake.source(), one);
    const bytes = content?.bytes;
    const text = bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : "";
    expect(text).toContain(one.title);
    expect(text).not.toContain("nine");
  }
});

test("mail vouches for nobody unless it is said to, and syncing leaves calls to others", async () => {
  const fake = crm();
  const read = (settings: object) =>
    everything(async (cursor) => {
      const page = await salesforce.mirror?.users(fake.source("", { ...settings }), cursor);
      return page ?? { items: [], next: null };
    });
  expect((await read({})).some((user) => user.email !== undefined)).toBe(false);
  expect((await read({ mailIsVerified: true })).every((user) => user.email !== undefined)).toBe(
    true,
  );
  fake.headers = { "sforce-limit-info": "api-usage=4500/5000" };
  await expect(read({})).rejects.toMatchObject({ code: "busy" });
  expect((await ask(fake, ADA, [`Account/${IDS[0]}`])).get(`Account/${IDS[0]}`)).toBe("yes");
});

test("live, the person's own records and fields, and no sign of the search language gets through", async () => {
  const fake = crm();
  const { live } = salesforce;
  const hits = await live?.search(fake.source(ADA), "north", 10);
  expect(hits).toHaveLength(3);
  expect(await live?.search(fake.source(CYD), "north", 10)).toEqual([]);
  expect(await live?.open(fake.source(CYD), `Account/${IDS[0]}`)).toBeNull();
  expect((await live?.open(fake.source(ADA), `Account/${IDS[0]}`))?.text).not.toContain("nine");
  await live?.search(fake.source(ADA), 'a*} RETURNING User(Id) {"x" OR y', 10);
  expect(Object(fake.asked.at(-1)?.body)["q"]).toBe("a RETURNING User Id x y");
});

test("a case that is asked for twice is made once; a record that changed since stays as it is", async () => {
  const fake = crm();
  const make = tool("salesforce.case.create");
  const wanted = { subject: "Broken", description: "", priority: "High" };
  await make.run(fake.source(ADA), wanted, "key/1");
  await make.run(fake.source(ADA), wanted, "key/1");
  expect(fake.cases.size).toBe(1);
  const update = tool("salesforce.update");
  const [id = ""] = IDS;
  const asOf = new Date(fake.at(id).stamp).toISOString();
  const change = { object: "Account", id, asOf, fields: { Region: "south" } };
  await update.run(fake.source(ADA), change, "k");
  const { stamp } = fake.at(id);
  await update.run(fake.source(ADA), change, "k");
  expect(fake.at(id).stamp).toBe(stamp);
  const late = { ...change, fields: { Region: "west" } };
  await expect(update.run(fake.source(ADA), late, "k")).rejects.toThrow("changed since");
  const other = { ...change, fields: { OwnerId: "x" } };
  await expect(update.run(fake.source(ADA), other, "k")).rejects.toThrow("may be changed here");
});

test("changes come in once, and what was deleted is gone", async () => {
  const fake = crm();
  const changes = salesforce.mirror?.changes;
  if (changes === undefined) throw new Error("no changes");
  const round = async (from: string) => {
    const ids: string[] = [];
    let page = await changes(fake.source(), from);
    for (;;) {
      for (const one of page.changes)
        ids.push(one.kind === "item" ? one.item.id : `${one.kind} ${one.id}`);
      if (page.done) return { ids, next: page.next };
      // oxlint-disable-next-line no-await-in-loop -- each page names the next
      page = await changes(fake.source(), page.next);
    }
  };
  const first = await round((await changes(fake.source(), null)).next);
  expect(first.ids).toHaveLength(3);
  fake.bin.push(IDS[0] ?? "");
  expect((await round(first.next)).ids).toContain(`gone Account/${IDS[0]}`);
});

const who = fc.constantFrom(...PEOPLE);
const id = fc.constantFrom(...IDS);
const mutation = fc.oneof(
  fc.record({ do: fc.constant("share" as const), who, id }),
  fc.record({ do: fc.constant("give" as const), who, id }),
  fc.record({ do: fc.constant("report" as const), who, to: who }),
  fc.record({ do: fc.constant("object" as const), who }),
  fc.record({ do: fc.constant("field" as const), who }),
  fc.record({ do: fc.constant("default" as const) }),
  fc.record({ do: fc.constant("lock" as const), who }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function toggle(set: Set<string> | undefined, value: string): void {
  if (set?.delete(value) === false) set.add(value);
}

function mutate(fake: FakeSalesforce, one: Mutation): void {
  if (one.do === "default") return toggle(fake.open, "Account");
  const person = fake.people.get(one.who);
  if (person === undefined) return;
  if (one.do === "share") toggle(fake.at(one.id).shared, one.who);
  else if (one.do === "give") fake.at(one.id).owner = one.who;
  else if (one.do === "report") person.manager = one.to;
  else if (one.do === "object") toggle(person.objects, "Account");
  else if (one.do === "field") toggle(person.fields, "Account.Region");
  else person.isActive = !person.isActive;
}

test("no leak and no loss under random shares, owners, roles, permissions and locks", async () => {
  const figures = { leaks: 0, losses: 0, judged: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 12 }), async (mutations) => {
      const fake = crm();
      for (const one of mutations) {
        mutate(fake, one);
        for (const user of PEOPLE) {
          // oxlint-disable-next-line no-await-in-loop -- each state is judged
          const answers = await ask(
            fake,
            user,
            IDS.map((each) => idOf(fake, each)),
          );
          for (const each of IDS) {
            const sees = fake.people.get(user)?.fields.has("Account.Region") === true;
            const isDue = fake.mayRead(user, each) && (sees || fake.at(each).object !== "Account");
            const isYes = answers.get(idOf(fake, each)) === "yes";
            figures.judged++;
            if (isYes && !isDue) figures.leaks++;
            if (!isYes && isDue) figures.losses++;
          }
        }
        expect(figures).toMatchObject({ leaks: 0, losses: 0 });
      }
    }),
    { numRuns: 150 },
  );
  expect(figures.judged).toBeGreaterThan(3_000);
});
