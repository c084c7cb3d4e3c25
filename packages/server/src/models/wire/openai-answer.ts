// Reads an OpenAI-compatible answer, chunk by chunk or whole, from servers that differ in details.
import type { Json } from "../../lib/json.ts";
import type { Finish } from "../model.ts";
import type { Collector } from "./collect.ts";
import { countOf, isList, isView, listOf, textOf, viewOf, type View } from "./json-view.ts";

const FINISH: Readonly<Record<string, Finish>> = {
  stop: "stop",
  tool_calls: "calls",
  function_call: "calls",
  length: "length",
  content_filter: "filtered",
};

/** Where reasoning stands; whoever sends it under a name wants it back under the same. */
const REASONING_FIELDS = ["reasoning_content", "reasoning"] as const;

export class OpenaiReader {
  readonly #into: Collector;
  readonly #keyOfId = new Map<string, number>();
  readonly #reasoning: string[] = [];
  #field: string | undefined;
  #details: Json[] = [];
  #lastKey = -1;

  constructor(into: Collector) {
    this.#into = into;
  }

  chunk(value: View): void {
    this.#usage(viewOf(value, "usage"));
    const choice = listOf(value, "choices")[0];
    if (!isView(choice)) return;
    this.#message(viewOf(choice, "delta") ?? viewOf(choice, "message"));
    const finish = textOf(choice, "finish_reason");
    if (finish) this.#into.finish = FINISH[finish] ?? "stop";
  }

  /** What goes back with this turn. */
  end(): void {
    const back: { [key: string]: Json } = {};
    if (this.#field) back[this.#field] = this.#reasoning.join("");
    if (this.#details.length > 0) back["reasoning_details"] = this.#details;
    if (Object.keys(back).length > 0) this.#into.provider = { "openai-chat": back };
  }

  #message(delta: View | undefined): void {
    if (!delta) return;
    for (const field of REASONING_FIELDS) {
      const text = textOf(delta, field);
      if (!text || (this.#field !== undefined && this.#field !== field)) continue;
      this.#field = field;
      this.#reasoning.push(text);
      this.#into.reasoning(text);
    }
    this.#details.push(...listOf(delta, "reasoning_details"));
    const content = delta["content"];
    if (typeof content === "string") this.#into.text(content);
    else if (isList(content)) this.#parts(content);
    const refusal = textOf(delta, "refusal");
    if (refusal) this.#into.text(refusal);
    for (const call of listOf(delta, "tool_calls")) if (isView(call)) this.#call(call);
  }

  /** Content as parts: text, and thinking that holds text parts of its own. */
  #parts(parts: readonly Json[]): void {
    for (const part of parts) {
      if (!isView(part)) continue;
      const text = textOf(part, "text");
      if (text) this.#into.text(text);
      for (const inner of listOf(part, "thinking"))
        if (isView(inner)) this.#into.reasoning(textOf(inner, "text") ?? "");
    }
  }

  #call(call: View): void {
    const id = textOf(call, "id");
    const details = viewOf(call, "function");
    const key = this.#keyOf(countOf(call, "index"), id);
    this.#lastKey = key;
    this.#into.call(key, id, textOf(details, "name"));
    const written = details?.["arguments"];
    if (typeof written === "string") this.#into.arguments(key, written);
    else if (isView(written)) this.#into.arguments(key, JSON.stringify(written));
  }

  /** Some servers send no index: then a new id is a new call, and no id is the last one. */
  #keyOf(index: number | undefined, id: string | undefined): number {
    if (index !== undefined) return index;
    if (!id) return Math.max(this.#lastKey, 0);
    const known = this.#keyOfId.get(id);
    if (known !== undefined) return known;
    const key = this.#into.callCount;
    this.#keyOfId.set(id, key);
    return key;
  }

  #usage(usage: View | undefined): void {
    if (!usage) return;
    const input = viewOf(usage, "prompt_tokens_details");
    this.#into.usage({
      input: countOf(usage, "prompt_tokens") ?? 0,
      cachedRead: countOf(input, "cached_tokens") ?? countOf(usage, "prompt_cache_hit_tokens") ?? 0,
      cachedWrite: countOf(input, "cache_write_tokens") ?? 0,
      output: countOf(usage, "completion_tokens") ?? 0,
      reasoning: countOf(viewOf(usage, "completion_tokens_details"), "reasoning_tokens") ?? 0,
    });
  }
}
