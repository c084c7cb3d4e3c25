// Finds calls and reasoning in streamed text, for models whose wire brings none.
import type { AnsweredCall, ModelCall } from "./model.ts";
import type { Offer } from "./offer.ts";
import type { ModelSpec, Provider } from "./provider.ts";
import { createScanner, type ScanEvent, type Scanner } from "./scan/scanner.ts";
import { isView } from "./wire/json-view.ts";
import type { WireAnswer, WireInput } from "./wire/wire.ts";

type OnDelta = WireInput["onDelta"];

export interface TextCalls {
  readonly onDelta: OnDelta;
  /** The answer with what was found in its text; unchanged when the wire brought calls. */
  finish(answer: WireAnswer): WireAnswer;
}

export interface TextCallsOptions {
  readonly provider: Provider;
  readonly model: ModelSpec;
  readonly call: ModelCall;
  readonly offer: Offer;
  readonly onDelta: OnDelta;
}

export function textCalls(options: TextCallsOptions): TextCalls {
  const { provider, model, call, onDelta } = options;
  const reads = provider.wire !== "offline" && model.toolCalls !== "native";
  if (!reads || (call.tools.length === 0 && provider.wire !== "openai-chat"))
    return { onDelta, finish: (answer) => answer };
  return new Reading(options);
}

class Reading implements TextCalls {
  readonly onDelta: OnDelta;
  readonly #options: TextCallsOptions;
  readonly #scanner: Scanner;
  readonly #text: string[] = [];
  readonly #reasoning: string[] = [];
  readonly #calls: AnsweredCall[] = [];

  constructor(options: TextCallsOptions) {
    this.#options = options;
    this.#scanner = createScanner({ tools: options.offer.scanned });
    this.onDelta = (kind, text) => {
      if (kind === "reasoning") options.onDelta("reasoning", text);
      else for (const event of this.#scanner.push(text)) this.#take(event);
    };
  }

  finish(answer: WireAnswer): WireAnswer {
    for (const event of this.#scanner.end()) this.#take(event);
    if (answer.calls.length > 0) return answer;
    const reasoning = [answer.reasoning, ...this.#reasoning].join("");
    return {
      ...answer,
      text: this.#calls.length > 0 ? this.#text.join("").trimEnd() : this.#text.join(""),
      reasoning,
      calls: this.#calls,
      finish: this.#calls.length > 0 ? "calls" : answer.finish,
    };
  }

  #take(event: ScanEvent): void {
    if (event.type === "call" && this.#options.call.tools.length > 0)
      this.#calls.push({
        tool: this.#options.offer.names.fromWire(event.name),
        arguments: isView(event.arguments) ? event.arguments : {},
        found: "text",
        raw: event.raw,
      });
    else if (event.type === "reasoning") {
      this.#reasoning.push(event.text);
      this.#options.onDelta("reasoning", event.text);
    } else {
      const text = event.type === "text" ? event.text : event.raw;
      this.#text.push(text);
      this.#options.onDelta("text", text);
    }
  }
}
