// The built-in provider `offline`: no language model. It picks tools by their words, fills arguments
// by their schemas and answers with quotations, so that the first minute works without any key.
import type { ModelCall } from "../model.ts";
import type { Wire, WireAnswer } from "../wire/wire.ts";
import { answerOf, extractOf, nothingFits } from "./answer.ts";
import { planOf } from "./plan.ts";
import { knownTools } from "./known-tools.ts";
import { readTurn } from "./turn.ts";
import { canonical } from "../../lib/json.ts";

const DELTA_CHARS = 80;

export const offline: Wire = async ({ call, onDelta }) => {
  const answer = think(call);
  for (let i = 0; i < answer.text.length; i += DELTA_CHARS)
    onDelta("text", answer.text.slice(i, i + DELTA_CHARS));
  return { ok: true, status: null, answer };
};

function think({ messages, tools }: ModelCall): WireAnswer {
  if (tools.length === 0) return said(extractOf(messages));
  const known = knownTools(tools);
  const turn = readTurn(messages);
  const states = planOf(turn, known);
  if (states.length === 0) return said(nothingFits(known));
  const calls = new Map<string, WireAnswer["calls"][number]>();
  for (const state of states)
    if (state.kind === "call")
      calls.set(`${state.call.tool} ${canonical(state.call.arguments)}`, {
        ...state.call,
        found: "wire",
      });
  if (calls.size === 0) return said(answerOf(turn, states));
  return { ...said(""), calls: [...calls.values()], finish: "calls" };
}

function said(text: string): WireAnswer {
  return { text, reasoning: "", calls: [], finish: "stop", tokens: undefined };
}
