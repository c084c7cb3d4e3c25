// Where the values of a call are from: what the person typed and what tools brought, each with the trust of
// who wrote it. What a model wrote proves nothing, also as a summary or as the input of a part of its work.
import type { AgentTool, Label } from "@stead/protocol";
import type { JsonObject } from "../lib/json.ts";
import { leavesOf } from "../tools/sink/fields.ts";
import { actOf, isSameAct } from "../tools/sink/act.ts";
import { traceSinks, type Mention, type Source, type Traced } from "../tools/sink/judge.ts";
import { typedText } from "../tools/sink/typed.ts";
import type { RegisteredTool } from "../tools/registry.ts";
import type { Driving } from "./driving.ts";
import type { CallResult, CallState } from "./run.ts";

export interface Traceable {
  readonly callId: string;
  readonly step: number;
  readonly tool: RegisteredTool;
  readonly granted: AgentTool;
  readonly arguments: JsonObject;
  readonly label: Label;
}

export function traceCall(run: Driving, call: Traceable): Traced[] {
  const traced = traceSinks({
    contract: call.tool.tool.contract,
    arguments: call.arguments,
    presets: new Set(Object.keys(call.granted.presets)),
    read: call.label.trust,
    sources: [...written(run), ...brought(run, call.step)],
    mentions: mentions(run, call.step),
    // What its own yes has vouched for was held when it was given, and stays so.
    endorsed: run.state.endorsed.filter(({ callId }) => callId !== call.callId),
  });
  return isDoneAlready(run, call) ? [...traced, again(call)] : traced;
}

function isDoneAlready(run: Driving, call: Traceable): boolean {
  const own = actOf(call.tool.tool, call.arguments);
  if (!own) return false;
  for (const other of run.state.calls.values()) {
    if (other.callId === call.callId || !hasBegun(other)) continue;
    const tool = run.deps.registry.get(other.tool)?.tool;
    const act = tool && actOf(tool, other.arguments);
    if (act && isSameAct(own, act)) return true;
  }
  return false;
}

function hasBegun({ phase, result }: CallState): boolean {
  return phase === "started" || (phase === "finished" && result?.status === "ok");
}

function again({ tool, label }: Traceable): Traced {
  const source = "the same as a call that was made in this run already";
  const of = { argument: "", kind: "id", value: tool.tool.title || tool.tool.name } as const;
  return { ...of, trust: label.trust, needs: "person", source, isHeld: true };
}

// Texts do not change, and are asked about at every call.
const texts = new WeakMap<object, readonly Source[]>();
const results = new WeakMap<CallResult, Source>();

/** By people: the person in this thread, and the agent's builder, which was reviewed when it was published. */
function written(run: Driving): readonly Source[] {
  const { state, version, principal, past } = run;
  if (!state.started) return [];
  const known = texts.get(state.started);
  if (known) return known;
  const words = `typed by ${principal.name}`;
  // The input of a part of the work is the model's.
  const own = state.started.subRunOf ? [] : [typedText(state.input, state.started.pasted)];
  const inputs = [...own, ...past.map(({ input, pasted }) => typedText(input, pasted))];
  const sources: Source[] = [
    ...inputs.map((text): Source => ({
      words,
      trust: "person",
      text,
      isTyped: true,
    })),
    {
      words: "from the agent's instructions",
      trust: "record",
      text: version.spec.instructions,
      isTyped: true,
    },
  ];
  texts.set(state.started, sources);
  return sources;
}

/** What the person typed in this thread. */
export function typedIn(run: Driving): string[] {
  return written(run).flatMap(({ trust, text }) => (trust === "person" ? [text] : []));
}

/** By tools, before the model wrote the call; nothing that the person may no longer read. */
function brought(run: Driving, step: number): Source[] {
  const sources: Source[] = [];
  for (const call of run.state.calls.values()) {
    const { result } = call;
    if (!result || call.step >= step || run.hasLost(result.label)) continue;
    const source = results.get(result) ?? sourceOf(run, call, result);
    results.set(result, source);
    sources.push(source);
  }
  return sources;
}

function sourceOf(run: Driving, call: CallState, result: CallResult): Source {
  const { text, label, blobId, origins } = result;
  const contract = run.deps.registry.get(call.tool)?.tool.contract;
  const leaves =
    contract && blobId === undefined ? leavesOf(text, contract, label.trust) : undefined;
  const [first] = origins;
  const from = first?.kind === "document" ? `the document ${first.documentId}` : "the result";
  const words = `from ${from} (${call.tool})`;
  const asked = { step: call.step, arguments: call.proposed };
  return { words, trust: label.trust, text, leaves, isTyped: false, from: asked };
}

/** What the model may have put somewhere by earlier calls, to find it there. */
function mentions(run: Driving, step: number): Mention[] {
  const all: Mention[] = [];
  for (const { tool, step: at, proposed } of run.state.calls.values()) {
    const effect = run.deps.registry.get(tool)?.tool.contract.effect;
    if (at < step && effect !== "read") all.push({ step: at, arguments: proposed });
  }
  return all;
}
