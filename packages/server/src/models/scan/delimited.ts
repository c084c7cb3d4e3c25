// Sections whose calls stand between special tokens, with JSON arguments: Kimi K2, DeepSeek 3 / 3.1, Apertus.
import { parseLoose } from "./loose-json.ts";
import { callWith, stripFence } from "./json-call.ts";
import type { SectionInput } from "./opener.ts";
import { isName, isRecord, type Found, type Tools } from "./types.ts";

interface Tokens {
  readonly begin: string;
  readonly middle: string;
  readonly end: string;
}

const KIMI: Tokens = {
  begin: "<|tool_call_begin|>",
  middle: "<|tool_call_argument_begin|>",
  end: "<|tool_call_end|>",
};
const DEEPSEEK: Tokens = {
  begin: "<｜tool▁call▁begin｜>",
  middle: "<｜tool▁sep｜>",
  end: "<｜tool▁call▁end｜>",
};

/** `functions.NAME:INDEX`, then JSON. */
export function parseKimi({ raw, closed, tools }: SectionInput): Found[] {
  return pieces(raw, KIMI, closed).map(([header, rest]) => {
    const colon = header.lastIndexOf(":");
    const path = (colon < 0 ? header : header.slice(0, colon)).trim();
    const name = path.startsWith("functions.") ? path.slice("functions.".length) : path;
    return toFound({ name, text: rest }, tools);
  });
}

/** v3: `function`, then the name, a line break and fenced JSON. v3.1: the name, then bare JSON. */
export function parseDeepSeek({ raw, closed, tools }: SectionInput): Found[] {
  const body = raw.replaceAll(/<｜tool[_ ](?:call|sep)(?:[_ ](?:begin|end))?｜>/g, (token) =>
    token.replaceAll(/[_ ]/g, "▁"),
  );
  return pieces(body, DEEPSEEK, closed).map(([header, rest]) => {
    const brace = rest.indexOf("{");
    const head = (brace < 0 ? rest : rest.slice(0, brace)).trim();
    const fence = head.indexOf("```");
    const after = (fence < 0 ? head : head.slice(0, fence)).trim();
    const isNamed = after !== "";
    const text = isNamed ? rest.slice(rest.indexOf(after) + after.length) : rest;
    return toFound({ name: isNamed ? after : header.trim(), text }, tools);
  });
}

/** Apertus: a list of objects with one key each, the tool's name, whose value is the arguments. */
export function parseApertus(body: string, tools: Tools): Found[] {
  const json = parseLoose(body.trim(), true);
  if (!json.ok || !Array.isArray(json.value)) return [{ why: "The calls are not a JSON list." }];
  return json.value.map((item: unknown): Found => {
    const [entry, ...more] = isRecord(item) ? Object.entries(item) : [];
    if (entry === undefined || more.length > 0) return { why: "The object has no tool name." };
    return callWith(entry[0], entry[1], tools);
  });
}

function toFound(call: { name: string; text: string }, tools: Tools): Found {
  if (!isName(call.name)) return { why: "The tool name is empty or not a name." };
  const body = stripFence(call.text);
  const json = body === "" ? { ok: true as const, value: {} } : parseLoose(body);
  if (!json.ok) return { why: "The arguments are not valid JSON." };
  return callWith(call.name, json.value, tools);
}

/** Header and rest of each call that is closed, or ended by the next one or by the section. */
function pieces(body: string, tokens: Tokens, closed: boolean): [header: string, rest: string][] {
  const out: [string, string][] = [];
  const parts = body.split(tokens.begin).slice(1);
  for (const part of parts) {
    const middle = part.indexOf(tokens.middle);
    if (middle < 0) continue;
    const from = middle + tokens.middle.length;
    const end = part.lastIndexOf(tokens.end);
    if (end < from && !closed && out.length === parts.length - 1) continue;
    out.push([part.slice(0, middle), part.slice(from, end < from ? part.length : end)]);
  }
  return out;
}
