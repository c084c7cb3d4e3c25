// What somebody would find, through their eyes: an auditor looks as an employee, asks why, and the looking
// itself is on record. It opens nothing, acts as nobody, and is not for everybody.
import assert from "node:assert/strict";
import type { Client } from "@stead/sdk";
import type { Stage } from "../stage.ts";

const PLAN = "doc_patient_services_plan";

export async function story({ signIn, tell }: Stage): Promise<void> {
  const [ada, ben, eva, farid] = await Promise.all([
    signIn("usr_ada_park"),
    signIn("usr_ben_osei"),
    signIn("usr_eva_lindqvist"),
    signIn("usr_farid_haddad"),
  ]);
  const [adaId, benId] = [await idOf(ada), await idOf(ben)];

  for (const [client, personId] of [
    [ada, adaId],
    [ben, benId],
  ] as const) {
    const own = await ownDocuments(client);
    const seen = await seenAs(farid, personId);
    assert.deepEqual(seen, own, "what the auditor is shown is what the person finds");
    assert(own.length > 0, "there is something to see");
  }
  tell("Farid sees, for Ada and for Ben, exactly what each of them finds, by title and path");

  const looking = { params: { personId: benId }, query: { query: "budget for 2027" } };
  const { items } = await farid.call("person.see-as", looking);
  assert(items.some(({ id }) => id === PLAN));
  await assert.rejects(farid.call("document.get", { params: { documentId: PLAN } }), {
    code: "resource.not_found",
  });
  tell("he learns that Ben has the plan; the plan itself stays shut to him");

  const why = await explained(eva, benId);
  assert.equal(why.readable, true);
  const whyNot = await explained(eva, adaId);
  assert.equal(whyNot.readable, false);
  tell(`Ben may read it, for: ${why.chain.map(({ text }) => text).join("; ")}`);
  tell(`Ada may not, for: ${whyNot.chain.map(({ text }) => text).join("; ")}`);

  await assert.rejects(ada.call("person.see-as", { params: { personId: benId }, query: {} }), {
    code: "policy.denied",
  });
  await assert.rejects(
    ada.call("document.explain", { params: { documentId: PLAN }, query: { person: benId } }),
  );
  tell("an employee sees as nobody else, and is not told why others may");

  const seen = await farid.call("ledger.search", { query: { type: "person.seen-as" } });
  const looks = seen.items.filter(({ data }) => JSON.stringify(data).includes(benId));
  assert(looks.length >= 2, "each look is an event");
  const asked = await farid.call("ledger.search", { query: { type: "document.explained" } });
  assert(asked.items.length >= 2, "and so is each question why");
  tell("each look and each question is an event of the ledger, with who looked as whom");
}

async function idOf(client: Client): Promise<string> {
  return (await client.call("session.get")).principal.personId;
}

async function ownDocuments(client: Client): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await client.call("document.list", {
      query: { limit: 50, ...(after === undefined ? {} : { after }) },
    });
    ids.push(...page.items.map(({ id }) => id));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return ids.toSorted();
}

async function seenAs(client: Client, personId: string): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const page = await client.call("person.see-as", {
      params: { personId },
      query: { limit: 50, ...(after === undefined ? {} : { after }) },
    });
    ids.push(...page.items.map(({ id }) => id));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return ids.toSorted();
}

async function explained(client: Client, person: string) {
  return client.call("document.explain", { params: { documentId: PLAN }, query: { person } });
}
