// Where the values of a call are from: the run's spans as sources, each with the trust of who wrote it.
import { traceSinks, type Source, type Traced } from "../tools/sink/judge.ts";
import { leavesOf } from "../tools/sink/fields.ts";
import { typedText } from "../tools/sink/typed.ts";
import type { AgentTool, Label } from "@stead/protocol";
import type { JsonObject } from "../lib/json.ts";
import type { RegisteredTool } from "../tools/registry.ts";
import type { Driving } from "./driving.ts";
import type { CallState } from "./run.ts";
import type { Span } from "./window.ts";

export interface Traceable {
  readonly callId: string;
  readonly step: number;
  readonly tool: RegisteredTool;
  readonly granted: AgentTool;
  readonly arguments: JsonObject;
  readonly label: Label;
}

export function traceCall(run: Driving, call: Traceable): Traced[] {
  return traceSinks({
    contract: call.tool.tool.contract,
    arguments: call.arguments,
    presets: new Set(Object.keys(call.granted.presets)),
    read: call.label.trust,
    sources: sourcesOf(run, call.step),
    // What its own yes has vouched for was held when it was given, and stays so.
    endorsed: run.state.endorsed.filter(({ callId }) => callId !== call.callId),
  });
}

// A span stays what it is for as long as the run goes on, and is asked about at every call.
const known = new WeakMap<Span, Source>();

/** What the model had seen when it wrote the call, but for its own words: these prove nothing. */
function sourcesOf(run: Driving, step: number): Source[] {
  const sources: Source[] = [];
  for (const span of run.window()) {
    if (span.role === "assistant" || !isBefore(run, span, step)) continue;
    const source = known.get(span) ?? sourceOf(run, span);
    known.set(span, source);
    sources.push(source);
  }
  return sources;
}

/** A result of the same turn or a later one was not there yet. */
function isBefore(run: Driving, span: Span, step: number): boolean {
  const call = span.callId === undefined ? undefined : run.state.calls.get(span.callId);
  return call === undefined || call.step < step;
}

function sourceOf(run: Driving, span: Span): Source {
  const { origin, label, text } = span;
  const { trust } = label;
  if (origin.kind === "person" && trust === "person") {
    const words = `typed by ${run.principal.name}`;
    return { words, trust, text: typedText(text), isTyped: true };
  }
  const words = wordsOf(run, span);
  const call = span.callId === undefined ? undefined : run.state.calls.get(span.callId);
  if (call) return resultSource(run, call, { words, trust, text });
  // What a builder has written was reviewed when it was published.
  const isOurs = origin.kind === "instructions";
  return { words, trust: isOurs ? "record" : trust, text, isTyped: isOurs };
}

type Text = Pick<Source, "words" | "trust" | "text">;

function resultSource(run: Driving, call: CallState, { words, trust, text }: Text): Source {
  const contract = run.deps.registry.get(call.tool)?.tool.contract;
  const result = call.result?.text ?? "";
  const leaves = contract && !call.result?.blobId ? leavesOf(result, contract) : undefined;
  return { words, trust, text, leaves, isTyped: false };
}

function wordsOf(run: Driving, { origin, callId }: Span): string {
  if (origin.kind === "tool") return `from the result of ${origin.tool}`;
  if (origin.kind === "instructions") return "from the agent's instructions";
  const tool = callId === undefined ? undefined : run.state.calls.get(callId)?.tool;
  if (origin.kind === "document")
    return `from the document ${origin.documentId}${tool === undefined ? "" : ` (${tool})`}`;
  if (origin.kind === "person") return "from what a part of the work was asked";
  return tool === undefined ? "from an earlier part of this run" : `from the result of ${tool}`;
}
