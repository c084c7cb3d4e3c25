// Who is in a channel, as the tool that lists its members says to the person who asks.
import type { ContractReaders } from "@stead/protocol";
import { peopleNamed } from "../identity/named.ts";
import { digest, type Json } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { decideCall } from "../policy/decide.ts";
import { permitCall } from "../policy/permit.ts";
import { executeCall } from "../tools/execute.ts";
import { leavesOf } from "../tools/sink/fields.ts";
import type { Driving } from "./driving.ts";
import type { Seen } from "./recipients.ts";
import { subRunsOf } from "./sub-run.ts";
import type { Traceable } from "./trace.ts";

const ANSWER_BYTES_MAX = 1_000_000;
const MEMBERS_MAX = 5_000;

interface Asked {
  readonly readers: Extract<ContractReaders, { kind: "channel" }>;
  readonly values: readonly Json[];
}

export async function membersOf(
  run: Driving,
  call: Traceable,
  { readers, values }: Asked,
): Promise<Result<Seen>> {
  const { members } = readers;
  if (!members) return fail("tool.unknown", "no tool lists its members");
  const all = new Set<string>();
  for (const value of values) {
    const listed = await listMembers(run, call, { ...members, value });
    if (!listed.ok) return listed;
    for (const each of listed.value) all.add(each);
    if (all.size > MEMBERS_MAX) return fail("tool.too_large", "it has too many members");
  }
  return ok(await peopleNamed(run.deps.ctx, [...all]));
}

interface Listed {
  readonly tool: string;
  readonly argument: string;
  readonly field?: string | undefined;
  readonly value: Json;
}

/** A read like any other: with a permit of its own, as whoever the call acts as. */
async function listMembers(
  run: Driving,
  call: Traceable,
  { tool: name, argument, field, value }: Listed,
): Promise<Result<string[]>> {
  const tool = run.deps.registry.get(name);
  if (tool?.tool.provider !== call.tool.tool.provider)
    return fail("tool.unknown", `there is no tool ${name} that lists its members`);
  const { principal, version } = run;
  const given = { [argument]: value };
  const { actsAs } = call.granted;
  const decision = decideCall(run.deps.policies(), {
    principal,
    agent: { id: version.agentId, version: version.version },
    granted: run.mayUseAgent,
    tool: tool.tool,
    arguments: given,
    actsAs,
    label: call.label,
    attended: false,
    surface: "kernel",
    spentMicros: run.state.usage.costMicros,
  });
  const bound = digest([run.runId, name, given]);
  const permit = permitCall(decision, { nowMs: run.deps.ctx.clock.now(), digest: bound });
  if (!permit.ok) return permit;
  if (tool.tool.contract.effect !== "read")
    return fail("policy.denied", `${name} does more than list members`);
  const callId = `members_${call.step}`;
  const subRuns = subRunsOf(run, { callId, tool: name, step: call.step });
  const output = await executeCall(run.deps.registry, permit.value, {
    callId,
    key: `${run.runId}/${callId}`,
    digest: bound,
    tool,
    arguments: given,
    label: call.label,
    actsAs,
    principal,
    agent: { id: version.agentId, name: version.spec.name, versionId: version.id },
    runId: run.runId,
    journal: run.journal,
    signal: run.signal,
    outputBytesMax: ANSWER_BYTES_MAX,
    citationsFrom: 1,
    subRuns,
  });
  await subRuns.close();
  if (!output.ok) return output;
  const leaves = leavesOf(output.value.text, tool.tool.contract);
  if (!leaves || output.value.blobId !== undefined)
    return fail("tool.malformed", `${name} does not list members as JSON`);
  const named = field === undefined ? leaves : leaves.filter((leaf) => leaf.name === field);
  return ok(named.map((leaf) => String(leaf.value)));
}
