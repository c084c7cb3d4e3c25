// gpt-oss (Harmony): a message to a function, `functions.NAME <|constrain|>json<|message|>{…}<|call|>`.
import { callWith } from "./json-call.ts";
import { parseLoose } from "./loose-json.ts";
import type { SectionInput } from "./opener.ts";
import { parseStrict } from "./strict-json.ts";
import type { Found } from "./types.ts";

export const HARMONY_ENDS: readonly string[] = ["<|call|>", "<|end|>", "<|return|>"];

const MESSAGE = "<|message|>";
const HEADER = /^(?:functions\.)?([\p{L}\p{N}_.-]+)/u;

/** Servers often swallow the last token, so a complete call of a known tool needs none. */
export function parseHarmony({ body, closed, tools }: SectionInput): Found[] {
  const at = body.indexOf(MESSAGE);
  const name = HEADER.exec(body.slice(0, Math.max(at, 0)).trim())?.[1] ?? "";
  if (at < 0 || name === "") return [{ why: "The message names no function." }];
  const text = body.slice(at + MESSAGE.length).trim();
  if (!closed && (!parseStrict(text).ok || !tools.names.has(name))) return [];
  const json = text === "" ? { ok: true as const, value: {} } : parseLoose(text, true);
  if (!json.ok) return [{ why: "The arguments are not valid JSON." }];
  return [callWith(name, json.value, tools)];
}
