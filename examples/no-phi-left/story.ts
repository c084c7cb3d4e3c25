// Prove that no health data reached a provider: an agent works over a patient's case note with a model whose
// provider isn't cleared for it; an auditor asks what reached the provider and checks the signed answer.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LLMock, type ChatCompletionRequest, type FixtureResponse } from "@copilotkit/aimock";
import { streamRun, type Client } from "@stead/sdk";
import type { Stage } from "../stage.ts";

const PORT = 4791;
const PROVIDER = `127.0.0.1:${PORT}`;
export const environment = {
  OPENAI_API_KEY: "sk-of-the-story",
  OPENAI_BASE_URL: `http://${PROVIDER}/v1`,
  OPENAI_MODELS: "outside-model",
  STEAD_ALLOW_PRIVATE: PROVIDER,
};

const NOTE = "doc_case_4471";
/** Of the made-up patient in the note. */
const HEALTH = ["Harriet Colm", "MRN-4471-88", "14 March 1958", "neuropathy"];
const PROGRAM = fileURLToPath(new URL("../../packages/cli/bin/stead.mjs", import.meta.url));
const DAY_MS = 86_400_000;

export async function story(stage: Stage): Promise<void> {
  const provider = new LLMock({ port: PORT });
  await provider.start();
  provider.on({ predicate: () => true }, reply);
  const folder = mkdtempSync(join(tmpdir(), "stead-report-"));
  try {
    await play(stage, provider, folder);
  } finally {
    await provider.stop();
    rmSync(folder, { recursive: true });
  }
}

/** The model opens the note, then says what it holds. */
function reply({ messages }: ChatCompletionRequest): FixtureResponse {
  const opened = messages.some(({ role }) => role === "tool");
  const wish = JSON.stringify({ documentId: NOTE });
  if (!opened) return { toolCalls: [{ name: "documents_open", arguments: wish }] };
  return { content: "The next visit is on 3 December 2026." };
}

async function play({ signIn, tell, baseUrl }: Stage, provider: LLMock, folder: string) {
  const [ada, eva, farid] = await Promise.all([
    signIn("usr_ada_park"),
    signIn("usr_eva_lindqvist"),
    signIn("usr_farid_haddad"),
  ]);
  const member = { groupId: "grp_clinical_staff", memberId: "usr_ada_park" };
  await eva.call("group.add-member", { params: member });
  const { items } = await ada.call("agent.list");
  const guide = items.find((agent) => agent.draft.name === "Handbook guide");
  assert(guide, "there is the handbook guide");
  const { publicKey } = await farid.call("ledger.export", { query: {} });
  const { secret } = await farid.call("key.create", {
    body: { name: "reports", scopes: ["report.*", "ledger.*"], days: 1 },
  });
  const stead = program({ STEAD_URL: baseUrl, STEAD_KEY: secret });
  const known = { file: join(folder, "report.note"), publicKey };

  assert.match(await ask(ada, guide.id), /not cleared/);
  assert.deepEqual(whatIsKnown(provider), []);
  tell("Ada asks about a patient: nothing of the case note goes to a provider that isn't cleared");
  const report = await prove(stead, known);
  // Where the system has no sandbox for the demo's programs, nothing can be proven, and Stead says so.
  const { items: ungated } = await eva.call("egress.ungated");
  const open = ungated.filter(({ until }) => until === null);
  assert.match(report, open.length > 0 ? /^NOT PROVEN/ : /^No phi reached/);
  tell(`Farid, the auditor, has it in writing, signed and checked: ${report}`);
  tell(await flip(stead, known));

  const agreement = "Business associate agreement of 2 November 2026";
  const rules = { phi: "allow", pii: "allow" } as const;
  await eva.call("destination.save", { body: { id: PROVIDER, rules, agreement } });
  assert.equal(await ask(ada, guide.id), "answered");
  assert.deepEqual(whatIsKnown(provider), HEALTH);
  const after = await prove(stead, known);
  assert.match(after, /^YES: phi reached/);
  tell(`Eva clears the provider, Ada is answered, and the next report is as honest: ${after}`);
}

/** Of the patient, what the provider itself was sent. */
function whatIsKnown(provider: LLMock): string[] {
  const received = JSON.stringify(provider.getRequests().map(({ body }) => body));
  return HEALTH.filter((each) => received.includes(each));
}

type Program = ReturnType<typeof program>;
interface Known {
  readonly file: string;
  readonly publicKey: string;
}

/** The first line of a report that the command line has made and verified. */
async function prove(stead: Program, { file, publicKey }: Known): Promise<string> {
  const [from, to] = period();
  const about = ["--class", "phi", "--destination", PROVIDER, "--from", from, "--to", to];
  const made = await stead(["report", "non-egress", ...about, "--out", file]);
  assert.equal(made.code, 0, made.text);
  const sound = await stead(["verify", "report", file, "--key", publicKey]);
  assert.equal(sound.code, 0, sound.text);
  return made.text.split("\n")[0] ?? "";
}

async function flip(stead: Program, { file, publicKey }: Known): Promise<string> {
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const flipped = await stead(["verify", "report", file, "--key", publicKey]);
  assert.equal(flipped.code, 1, flipped.text);
  return `one bit of its ${bytes.length} bytes flipped: ${flipped.text.split("\n")[0] ?? ""}`;
}

/** Yesterday until now: a period that is over. */
function period(): [string, string] {
  const now = Date.now();
  return [new Date(now - DAY_MS).toISOString(), new Date(now).toISOString()];
}

/** How the run ends: answered, or why not. */
async function ask(client: Client, agentId: string): Promise<string> {
  const input = "When is the next visit of case note 4471?";
  const run = await client.call("run.start", { body: { agentId, input } });
  for await (const frame of streamRun(client, run.id))
    if (frame.type === "run-end")
      return frame.status === "answered" ? "answered" : (frame.failure?.detail ?? "");
  throw new Error("the stream ended before the run");
}

/** The command line, as a person at another machine would use it. */
function program(given: Readonly<Record<string, string>>) {
  return (args: readonly string[]): Promise<{ code: number; text: string }> =>
    new Promise((resolve) => {
      const argv = ["--conditions=stead-source", PROGRAM, ...args];
      const env = { PATH: "/usr/bin:/bin", ...given };
      execFile(process.execPath, argv, { env }, (error, out, err) => {
        const code = typeof error?.code === "number" ? error.code : error ? 1 : 0;
        resolve({ code, text: out + err });
      });
    });
}
