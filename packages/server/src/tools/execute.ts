// Executes one call: with its permit, on the tool that was decided about, within its bounds.
import { actorsOf } from "@stead/protocol";
import type { Citation, Coverage, Label, Origin } from "@stead/protocol";
import { canonical } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { oneLine, visible } from "../lib/visible.ts";
import { checkPermit, type Permit } from "../policy/permit.ts";
import { asHandle } from "./blob/handle.ts";
import { errorSeenBy, seenBy } from "./field-audience.ts";
import type { Registry } from "./registry.ts";
import type { RawOutput, RegisteredTool, ToolCall } from "./tool.ts";

const OVER = "the call is over";

export interface ExecuteInput extends Omit<ToolCall, "permit" | "timeoutMs"> {
  readonly tool: RegisteredTool;
}

export interface ToolOutput {
  /** What the model sees: the result, or a handle to it with its first lines. */
  readonly text: string;
  readonly label?: Label;
  /** Of parts of it, as its contract says. */
  readonly audience: readonly string[];
  readonly origins: readonly Origin[];
  readonly citations: readonly Citation[];
  readonly coverage?: Coverage;
  readonly blobId?: string;
}

export async function executeCall(
  registry: Registry,
  permit: Permit,
  input: ExecuteInput,
): Promise<Result<ToolOutput>> {
  const allowed = checkCall(registry, permit, input);
  if (!allowed.ok) return allowed;
  if (input.signal.aborted) return fail("run.cancelled", "The run was cancelled before the call.");
  const output = await runBounded(registry, permit, input);
  if (!output.ok) return withDoubt(withinSight(output, input), input);
  const bytes = Buffer.byteLength(output.value.text);
  if (bytes > input.outputBytesMax)
    return fail("tool.too_large", `The answer is larger than ${input.outputBytesMax} bytes.`, {
      hint: "Ask the tool for less: a narrower filter, fewer fields or a page.",
    });
  const { label, origins, citations, coverage } = output.value;
  const seen = seenBy(output.value.text, input.tool.tool.contract, input.principal);
  const shown = await asHandle(registry.blobs, { ...output.value, ...seen }, input);
  if (!shown.ok) return shown;
  return ok({
    ...shown.value,
    ...(label ? { label } : {}),
    audience: seen.audience,
    origins: origins ?? [{ kind: "tool", callId: input.callId, tool: input.tool.tool.name }],
    // They quote what the text was made from.
    citations: seen.text === output.value.text ? (citations ?? []) : [],
    ...(coverage ? { coverage } : {}),
  });
}

/** The permit is for exactly these bytes, and the tool is still the one that was decided about. */
function checkCall(registry: Registry, permit: Permit, input: ExecuteInput): Result<void> {
  const { name, hash } = input.tool.tool;
  const expected = {
    kind: "call",
    action: `call:${name}`,
    digest: input.digest,
    orgId: input.principal.orgId,
    principalId: input.principal.personId,
    content: canonical(input.arguments),
  } as const;
  const allowed = checkPermit(permit, expected, registry.clock.now());
  if (!allowed.ok) return allowed;
  // Published before it could not any more, or read from a store that somebody has changed.
  if (!actorsOf(input.tool.tool).includes(input.actsAs)) return notAs(input);
  const current = registry.get(name);
  if (!current) return fail("tool.unknown", `The tool ${name} is no longer there.`);
  if (current.tool.hash !== hash) return changed(name);
  return current.problem?.() ?? ok();
}

function notAs({ tool, actsAs }: ExecuteInput): Result<never> {
  const whom = actorsOf(tool.tool).includes("caller")
    ? "acts as the person who asks, and as nobody else"
    : `does not act as ${actsAs}`;
  return fail("policy.denied", `${tool.tool.name} ${whom}.`);
}

export function changed(name: string): Result<never> & { readonly ok: false } {
  return fail("tool.changed", `The tool ${name} has changed since it was reviewed.`, {
    hint: "An administrator must look at the change and accept it.",
  });
}

/** The tool's own promise is not waited for once time is up or the run is cancelled. */
async function runBounded(
  registry: Registry,
  permit: Permit,
  input: ExecuteInput,
): Promise<Result<RawOutput>> {
  const { tool, signal } = input;
  const timeoutMs = tool.timeoutMs ?? registry.timeoutMs;
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const stopped = new Promise<Result<RawOutput>>((resolve) => {
    timer = setTimeout(() => resolve(late(input, timeoutMs)), timeoutMs);
    onAbort = () => resolve(fail("run.cancelled", "The run was cancelled during the call."));
    signal.addEventListener("abort", onAbort, { once: true });
  });
  const running = run(registry, { ...input, permit, timeoutMs, signal: stop.signal }, tool);
  const output = await Promise.race([running, stopped]);
  clearTimeout(timer);
  if (onAbort) signal.removeEventListener("abort", onAbort);
  // With a reason of its own: the default one is an error that records a stack, at each call.
  stop.abort(OVER);
  return output;
}

function late(input: ExecuteInput, timeoutMs: number): Result<never> {
  return fail("tool.timeout", `${input.tool.tool.name} did not answer within ${timeoutMs} ms.`);
}

/** What a result may not say to this person, an error may not either. */
function withinSight(
  { failure: { code, detail, ...rest } }: Result<never> & { readonly ok: false },
  { tool, principal }: ExecuteInput,
): Result<never> & { readonly ok: false } {
  return fail(code, errorSeenBy(detail, tool.tool.contract, principal), rest);
}

/** Failures after which nobody can tell whether the act took place. */
const DOUBTFUL = new Set<string>([
  "tool.timeout",
  "tool.died",
  "tool.malformed",
  "tool.too_large",
  "egress.timeout",
  "egress.unreachable",
  // Left off while it was under way; one that was stopped before never comes this far.
  "run.cancelled",
]);

function withDoubt(
  output: Result<RawOutput> & { readonly ok: false },
  input: ExecuteInput,
): Result<never> {
  const { code, detail, ...rest } = output.failure;
  if (input.tool.tool.contract.effect === "read" || !DOUBTFUL.has(code)) return output;
  return fail(code, `${detail} It is not known whether it took effect.`, rest);
}

/** Whatever tool it is, and wherever its words are from: a model reads no more of them than a person sees. */
function inSight(output: Result<RawOutput>): Result<RawOutput> {
  if (!output.ok) {
    const { code, detail, ...rest } = output.failure;
    return fail(code, visible(detail), rest);
  }
  const { text, citations, ...rest } = output.value;
  const cited = citations?.map((each) => ({
    ...each,
    title: oneLine(each.title),
    quote: visible(each.quote),
  }));
  return ok({ ...rest, text: visible(text), ...(cited ? { citations: cited } : {}) });
}

/** What the tool was given in place of values is put back, here alone. */
function broughtBack(
  { gate }: Registry,
  { journal }: ToolCall,
  output: Result<RawOutput>,
): Result<RawOutput> {
  const scope = gate?.scopeOf(journal);
  if (!scope?.active) return output;
  if (!output.ok) {
    const { code, detail, ...rest } = output.failure;
    return fail(code, scope.restoreOwn(detail), rest);
  }
  const { text, citations, ...rest } = output.value;
  const cited = citations?.map((each) => ({
    ...each,
    title: scope.restoreOwn(each.title),
    quote: scope.restoreOwn(each.quote),
  }));
  return ok({ ...rest, text: scope.restoreOwn(text), ...(cited ? { citations: cited } : {}) });
}

/** The edge to code that is not the kernel's: whatever it throws becomes a failure. */
async function run(
  registry: Registry,
  call: ToolCall,
  tool: RegisteredTool,
): Promise<Result<RawOutput>> {
  try {
    return inSight(broughtBack(registry, call, await tool.run(call)));
  } catch (error) {
    registry.log("error", "a tool broke", {
      tool: tool.tool.name,
      callId: call.callId,
      cause: error instanceof Error ? (error.stack ?? error.name) : "no error",
    });
    return fail("tool.failed", `${tool.tool.name} broke while it ran; the error was recorded.`);
  }
}
