// Reads an Anthropic answer, event by event or whole.
import type { Json } from "../../lib/json.ts";
import type { Finish } from "../model.ts";
import type { Collector } from "./collect.ts";
import { countOf, isView, listOf, textOf, viewOf, type View } from "./json-view.ts";

const FINISH: Readonly<Record<string, Finish>> = {
  end_turn: "stop",
  stop_sequence: "stop",
  pause_turn: "stop",
  tool_use: "calls",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  refusal: "filtered",
};

interface Thinking {
  readonly thinking: string[];
  readonly signature: string[];
  readonly redacted: string | undefined;
}

export class AnthropicReader {
  readonly #into: Collector;
  readonly #thinking = new Map<number, Thinking>();
  /** Set by the event that ends a whole stream. */
  stopped = false;

  constructor(into: Collector) {
    this.#into = into;
  }

  event(event: View): void {
    switch (textOf(event, "type") ?? "") {
      case "content_block_delta":
        return this.#delta(countOf(event, "index") ?? 0, viewOf(event, "delta"));
      case "content_block_start":
        return this.#block(countOf(event, "index") ?? 0, viewOf(event, "content_block"));
      case "message_start":
        return this.#usage(viewOf(viewOf(event, "message"), "usage"));
      case "message_delta":
        this.#stop(textOf(viewOf(event, "delta"), "stop_reason"));
        return this.#usage(viewOf(event, "usage"));
      case "message_stop":
        this.stopped = true;
        return;
      default:
        return;
    }
  }

  /** An answer that was not streamed. */
  message(message: View): void {
    for (const [index, block] of listOf(message, "content").entries())
      if (isView(block)) this.#block(index, block);
    this.#stop(textOf(message, "stop_reason"));
    this.#usage(viewOf(message, "usage"));
    this.stopped = true;
  }

  end(): void {
    if (this.#thinking.size === 0) return;
    const blocks: Json[] = [];
    for (const { thinking, signature, redacted } of this.#thinking.values())
      if (redacted !== undefined) blocks.push({ type: "redacted_thinking", data: redacted });
      else if (signature.length > 0)
        blocks.push({
          type: "thinking",
          thinking: thinking.join(""),
          signature: signature.join(""),
        });
    if (blocks.length > 0) this.#into.provider = { "anthropic-messages": blocks };
  }

  #block(index: number, block: View | undefined): void {
    const kind = textOf(block, "type");
    if (kind === "text") this.#into.text(textOf(block, "text") ?? "");
    else if (kind === "tool_use") {
      this.#into.call(index, textOf(block, "id"), textOf(block, "name"));
      const input = viewOf(block, "input");
      if (input && Object.keys(input).length > 0)
        this.#into.arguments(index, JSON.stringify(input));
    } else if (kind === "thinking") {
      this.#thinking.set(index, { thinking: [], signature: [], redacted: undefined });
      this.#think(index, textOf(block, "thinking"), textOf(block, "signature"));
    } else if (kind === "redacted_thinking") {
      const redacted = textOf(block, "data") ?? "";
      this.#thinking.set(index, { thinking: [], signature: [], redacted });
    }
  }

  #delta(index: number, delta: View | undefined): void {
    if (!delta) return;
    switch (textOf(delta, "type") ?? "") {
      case "text_delta":
        return this.#into.text(textOf(delta, "text") ?? "");
      case "input_json_delta":
        return this.#into.arguments(index, textOf(delta, "partial_json") ?? "");
      case "thinking_delta":
        return this.#think(index, textOf(delta, "thinking"), undefined);
      case "signature_delta":
        return this.#think(index, undefined, textOf(delta, "signature"));
      default:
        return;
    }
  }

  #think(index: number, thinking: string | undefined, signature: string | undefined): void {
    const open = this.#thinking.get(index);
    if (thinking) {
      open?.thinking.push(thinking);
      this.#into.reasoning(thinking);
    }
    if (signature) open?.signature.push(signature);
  }

  #stop(reason: string | undefined): void {
    if (reason) this.#into.finish = FINISH[reason] ?? "stop";
  }

  /** Input counts come at the start, output ones at the end; `input_tokens` leaves cached ones out. */
  #usage(usage: View | undefined): void {
    if (!usage) return;
    const before = this.#into.tokens;
    const input = countOf(usage, "input_tokens");
    const read = countOf(usage, "cache_read_input_tokens") ?? before?.cachedRead ?? 0;
    const write = countOf(usage, "cache_creation_input_tokens") ?? before?.cachedWrite ?? 0;
    const output = countOf(usage, "output_tokens");
    const plainBefore = before ? before.input - before.cachedRead - before.cachedWrite : 0;
    this.#into.usage({
      input: (input ?? plainBefore) + read + write,
      cachedRead: read,
      cachedWrite: write,
      ...(output === undefined ? {} : { output }),
    });
  }
}
