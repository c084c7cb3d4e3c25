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
  const status = await ask(ada, guide.id, "When is the next visit of case note 4471?");
  tell(`Ada, now of the clinical staff, asks about a patient's case note; the run ${status}`);

  const received = JSON.stringify(provider.getRequests().map(({ body }) => body));
  assert(received.includes("case note 4471"), "the provider was asked something");
  const leaked = HEALTH.filter((each) => received.includes(each));
  tell(`the provider itself has ${leaked.length} of ${HEALTH.length} facts about the patient`);

  const { publicKey } = await farid.call("ledger.export", { query: {} });
  const { secret } = await farid.call("key.create", {
    body: { name: "reports", scopes: ["report.*", "ledger.*"], days: 1 },
  });
  const stead = program({ STEAD_URL: baseUrl, STEAD_KEY: secret });
  const file = join(folder, "report.note");
  const [from, to] = period();
  const about = ["--class", "phi", "--destination", PROVIDER, "--from", from, "--to", to];
  const made = await stead(["report", "non-egress", ...about, "--out", file]);
  assert.equal(made.code, 0, made.text);
  const reached = made.text.startsWith("YES");
  assert.equal(reached, leaked.length > 0, "the report says what the provider knows");
  tell(`Farid, the auditor, has it in writing: ${made.text.split("\n")[0] ?? ""}`);

  const known = ["verify", "report", file, "--key", publicKey];
  const sound = await stead(known);
  assert.equal(sound.code, 0, sound.text);
  tell(`it is checked without the server: ${sound.text.split("\n")[0] ?? ""}`);
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const flipped = await stead(known);
  assert.equal(flipped.code, 1, flipped.text);
  tell(`one bit of ${bytes.length} bytes flipped: ${flipped.text.split("\n")[0] ?? ""}`);
}

/** Yesterday until now: a period that is over. */
function period(): [string, string] {
  const now = Date.now();
  return [new Date(now - DAY_MS).toISOString(), new Date(now).toISOString()];
}

async function ask(client: Client, agentId: string, input: string): Promise<string> {
  const run = await client.call("run.start", { body: { agentId, input } });
  for await (const frame of streamRun(client, run.id))
    if (frame.type === "run-end")
      return frame.status === "answered" ? "is answered" : `ends: ${frame.failure?.detail ?? ""}`;
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
