// For tests: a person, a registry in memory, and calls with permits that policy really gave.
import type { Principal, Tool } from "@stead/protocol";
import type { EgressEvent, Journal } from "../egress/request.ts";
import { systemClock } from "../lib/clock.ts";
import type { JsonObject } from "../lib/json.ts";
import { silentLog } from "../lib/log.ts";
import { assert, fail, ok, type Result } from "../lib/result.ts";
import { decideCall } from "../policy/decide.ts";
import { buildPolicies } from "../policy/load.ts";
import { permitCall, type Permit } from "../policy/permit.ts";
import type { Blob, BlobStore } from "./blob/store.ts";
import { executeCall, type ExecuteInput, type ToolOutput } from "./execute.ts";
import { Registry } from "./registry.ts";
import type { RegisteredTool } from "./tool.ts";

export const ADA: Principal = {
  orgId: "org_1",
  personId: "per_ada",
  name: "Ada Park",
  email: "ada@example.com",
  department: "Support",
  title: "Agent",
  groups: ["grp_support"],
  roles: ["employee"],
  via: { kind: "run", runId: "run_1" },
};
export const BOB: Principal = {
  ...ADA,
  personId: "per_bob",
  name: "Bob",
  email: "bob@example.com",
};

export function memoryBlobs(): BlobStore {
  const kept = new Map<string, { blob: Blob; personId: string }>();
  return {
    put: async (blob, { personId }) => {
      const id = `blob_${kept.size + 1}`;
      kept.set(id, { blob, personId });
      return ok(id);
    },
    open: async (id, personId) => {
      const found = kept.get(id);
      return found?.personId === personId ? ok(found.blob) : fail("resource.not_found", "no blob");
    },
  };
}

export function registryOf(timeoutMs = 5_000): Registry {
  return new Registry({ clock: systemClock, log: silentLog, blobs: memoryBlobs(), timeoutMs });
}

export function record(): Journal & { readonly events: EgressEvent[] } {
  const events: EgressEvent[] = [];
  return {
    events,
    now: async (more) => (events.push(...more), ok()),
    later: (more) => void events.push(...more),
  };
}

export interface CallOptions {
  readonly arguments?: JsonObject;
  readonly principal?: Principal;
  readonly callId?: string;
  readonly signal?: AbortSignal;
  readonly outputBytesMax?: number;
  readonly journal?: Journal;
  /** Cedar of the organisation's own. */
  readonly policies?: string;
}

export function inputFor(tool: RegisteredTool, options: CallOptions = {}): ExecuteInput {
  const { callId = "call_1", principal = ADA } = options;
  return {
    callId,
    key: `run_1/${callId}`,
    digest: `digest of ${callId}`,
    tool,
    arguments: options.arguments ?? {},
    label: { audience: [], classes: ["pii"], trust: "person" },
    actsAs: "caller",
    principal,
    agent: { id: "agt_1", name: "Refunds", versionId: "ver_1" },
    runId: "run_1",
    journal: options.journal ?? record(),
    signal: options.signal ?? new AbortController().signal,
    outputBytesMax: options.outputBytesMax ?? 1_000_000,
    citationsFrom: 1,
    subRuns: { all: async () => fail("run.busy", "There are no runs here.") },
  };
}

/** What the built-in rules say about a call. */
export async function decisionFor(
  input: ExecuteInput,
  tools: readonly Tool[],
  own = "",
): Promise<ReturnType<typeof decideCall>> {
  const policies = await buildPolicies([{ name: "own.cedar", text: own }], { tools, groups: [] });
  assert(policies.ok, policies.ok ? "" : policies.failure.detail);
  return decideCall(policies.value, {
    principal: input.principal,
    agent: { id: input.agent.id, version: 1 },
    granted: true,
    tool: input.tool.tool,
    arguments: input.arguments,
    actsAs: input.actsAs,
    label: input.label,
    attended: true,
    surface: "console",
    spentMicros: 0,
  });
}

/** Given by policy for exactly this call. */
export async function permitFor(
  input: ExecuteInput,
  tools: readonly Tool[],
  own = "",
): Promise<Permit> {
  const decision = await decisionFor(input, tools, own);
  const permit = permitCall(decision, { nowMs: systemClock.now(), digest: input.digest });
  assert(permit.ok, permit.ok ? "" : `no permit: ${permit.failure.detail}`);
  return permit.value;
}

/** Decides, gets the permit and executes, as a run does. */
export async function callTool(
  registry: Registry,
  name: string,
  options: CallOptions = {},
): Promise<Result<ToolOutput>> {
  const tool = registry.get(name);
  assert(tool, `there is a tool ${name}`);
  const input = inputFor(tool, options);
  return executeCall(registry, await permitFor(input, registry.list(), options.policies), input);
}
