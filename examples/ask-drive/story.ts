// Documents of Google Drive with Drive's own permissions: an administrator connects it, everybody finds just
// what Drive would show them, an agent answers from it, and what is taken away there is gone here.
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { streamRun, type Client } from "@stead/sdk";
import type { Stage } from "../stage.ts";
import { Drive, serveDrive } from "./drive.ts";

const PORT = 4789;
/** Stead reaches no private address that its operator has not named. */
export const environment = { STEAD_ALLOW_PRIVATE: `127.0.0.1:${PORT}` };

const HERE = `http://127.0.0.1:${PORT}`;
const TEAM = "patient-services@northwind.example";
const QUESTION = "Within how many minutes is a caller with chest pain called back?";
const WAIT_MS = 60_000;

export async function story({ signIn, tell }: Stage): Promise<void> {
  const [ada, ben, eva] = await Promise.all([
    signIn("usr_ada_park"),
    signIn("usr_ben_osei"),
    signIn("usr_eva_lindqvist"),
  ]);
  const people = [await whoIs(ada), await whoIs(ben), await whoIs(eva)];
  const [adaMail, benMail] = [people[0]?.email ?? "", people[1]?.email ?? ""];
  const drive = furnished(people, { adaMail, benMail });
  const served = await serveDrive(drive, PORT);
  try {
    const sourceId = await connect(eva, drive, people[2]?.email ?? "");
    tell("Eva connects the shared drive: registered, signed in, tried, read");

    const readers = [
      { client: ada, email: adaMail },
      { client: ben, email: benMail },
      { client: eva, email: people[2]?.email ?? "" },
    ];
    await asDriveSays(drive, readers, sourceId);
    tell("search, list and open show each of them what Drive itself would, and nothing else");

    const answer = await ask(ada, QUESTION);
    assert.match(answer.text, /7 minutes/);
    const cited = answer.citations[0];
    assert(cited, "the answer cites the file");
    const opened = await ada.call("document.get", { params: { documentId: cited.documentId } });
    assert(opened.text.slice(cited.from ?? 0).startsWith(cited.quote.slice(0, 40)));
    assert.equal(opened.url, "https://drive.test/file/triage");
    tell(`Ada is answered from "${cited.title}"; the citation opens at its passage`);
    assert.doesNotMatch((await ask(ada, "What is the reserve for locum nurses?")).text, /84,000/);
    assert.match((await ask(ben, "What is the reserve for locum nurses?")).text, /84,000/);
    tell("the limited folder answers Ben, who manages the drive, and not Ada");

    drive.groups.get(TEAM)?.delete(adaMail);
    await eva.call("source.resync", { params: { sourceId } });
    await until(async () => !(await found(ada, "chest pain")).includes("triage"));
    await asDriveSays(drive, readers, sourceId);
    await assert.rejects(ada.call("document.get", { params: { documentId: cited.documentId } }), {
      code: "resource.not_found",
    });
    const thread = await ada.call("thread.get", { params: { threadId: answer.threadId } });
    assert.doesNotMatch(JSON.stringify(thread), /7 minutes/);
    tell(
      "Ada leaves the group in Drive: the file, its citation and the old answer are shut to her",
    );

    const documentId = cited.documentId;
    const { person } = await ben.call("session.get").then(({ principal }) => ({
      person: principal.personId,
    }));
    const why = await eva.call("document.explain", { params: { documentId }, query: { person } });
    assert.equal(why.readable, true);
    assert(why.chain.length > 0, "there are reasons");
    tell(`Eva sees why Ben may: ${why.chain.map(({ text }) => text).join("; ")}`);

    await eva.call("source.disconnect", { params: { sourceId } });
    await until(async () => (await found(ben, "chest pain")).length === 0);
    tell("disconnected: nothing of it is left to find");
  } finally {
    await served.close();
  }
}

async function whoIs(client: Client): Promise<{ email: string; name: string }> {
  const { principal } = await client.call("session.get");
  return { email: principal.email, name: principal.name };
}

function furnished(
  people: readonly { email: string; name: string }[],
  { adaMail, benMail }: { adaMail: string; benMail: string },
): Drive {
  const drive = new Drive(people);
  drive.groups.set(TEAM, new Set([adaMail, benMail]));
  drive.add({
    id: drive.id,
    name: "Patient Services",
    parent: null,
    folder: true,
    grants: [
      { type: "user", email: benMail, role: "organizer" },
      { type: "group", email: TEAM, role: "reader" },
    ],
  });
  drive.add({ id: "guides", name: "Guides", parent: drive.id, folder: true });
  drive.add({
    id: "triage",
    name: "Telephone triage",
    parent: "guides",
    text: "# Telephone triage\n\nA caller with chest pain is called back within 7 minutes.\n",
  });
  drive.add({ id: "managers", name: "Managers", parent: drive.id, folder: true, limited: true });
  drive.add({
    id: "reserve",
    name: "Reserve for locum nurses",
    parent: "managers",
    text: "# Reserve\n\nThe reserve for locum nurses is 84,000 USD.\n",
  });
  return drive;
}

async function connect(eva: Client, drive: Drive, admin: string): Promise<string> {
  const { items } = await eva.call("connector.list");
  assert(items.some(({ name }) => name === "google-drive"));
  const settings = { admin, driveUrl: HERE, directoryUrl: HERE, tokenUrl: `${HERE}/token` };
  const made = await eva.call("source.create", {
    body: {
      connector: "google-drive",
      name: "Patient Services drive",
      settings,
      trustedDomains: [admin.slice(admin.indexOf("@") + 1)],
    },
  });
  const params = { sourceId: made.id };
  const wrong = { ...drive.key, client_email: "somebody@else.test", private_key: "no key" };
  await eva.call("source.connect", { params, body: { fields: wrong } });
  const failed = await eva.call("source.test", { params });
  assert.equal(failed.ok, false);
  await eva.call("source.connect", { params, body: { fields: drive.key } });
  const tested = await eva.call("source.test", { params });
  assert.equal(tested.ok, true, JSON.stringify(tested));
  await eva.call("source.resume", { params });
  await until(async () => {
    const { state, health } = await eva.call("source.get", { params });
    assert.notEqual(state, "failed");
    return state === "live" && health.items.indexed === 2 && health.items.pending === 0;
  });
  return made.id;
}

async function asDriveSays(
  drive: Drive,
  readers: readonly { client: Client; email: string }[],
  sourceId: string,
): Promise<void> {
  for (const { client, email } of readers) {
    const wanted = ["triage", "reserve"].filter((id) => drive.mayRead(email, id)).toSorted();
    const listed = await client.call("document.list", { query: { source: sourceId } });
    assert.deepEqual(listed.items.map(({ url }) => fileOf(url)).toSorted(), wanted, email);
    assert.deepEqual((await found(client, "triage reserve nurses chest pain")).toSorted(), wanted);
    for (const { id } of listed.items)
      assert((await client.call("document.get", { params: { documentId: id } })).text.length > 0);
  }
}

async function found(client: Client, query: string): Promise<string[]> {
  const { items } = await client.call("document.search", { query: { query, limit: 50 } });
  const own = items.filter(({ sourceId }) => sourceId !== "");
  const ids = [...new Set(own.map(({ documentId }) => documentId))];
  const documents = await Promise.all(
    ids.map((documentId) => client.call("document.get", { params: { documentId } })),
  );
  return documents.map(({ url }) => fileOf(url));
}

function fileOf(url: string | null): string {
  return url?.split("/").at(-1) ?? "";
}

async function ask(client: Client, input: string) {
  const { items } = await client.call("agent.list");
  const guide = items.find((agent) => agent.draft.name === "Handbook guide");
  assert(guide?.mayUse, "everyone may use the handbook guide");
  const run = await client.call("run.start", { body: { agentId: guide.id, input } });
  for await (const frame of streamRun(client, run.id))
    if (frame.type === "run-end") return { ...frame, threadId: run.threadId };
  throw new Error("the stream ended before the run");
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < WAIT_MS; waited += 100) {
    if (await holds()) return;
    await setTimeout(100);
  }
  throw new Error("it did not come to that in time");
}
