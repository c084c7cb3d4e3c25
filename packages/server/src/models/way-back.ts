// What a model answers, with what its placeholders stand for put back: here, and for the one run whose
// request held the values.
import type { Gate } from "../egress/gate/gate.ts";
import type { Placeholders, Restorer } from "../egress/gate/scope.ts";
import type { Failure } from "../lib/result.ts";
import { isJsonObject, type JsonObject } from "../lib/json.ts";
import type { ModelCall, ModelSink } from "./model.ts";
import type { WireAnswer, WireFailure } from "./wire/wire.ts";

const KEY_CHARS_MIN = 6;

export class WayBack {
  readonly #gate: Gate;
  readonly #journal: object;
  readonly #sink: ModelSink;
  #restorers: { readonly text: Restorer; readonly reasoning: Restorer } | undefined;

  constructor(gate: Gate, call: Pick<ModelCall, "journal">, sink: ModelSink) {
    this.#gate = gate;
    this.#journal = call.journal;
    this.#sink = sink;
  }

  get #scope(): Placeholders | undefined {
    return this.#gate.scopeOf(this.#journal);
  }

  readonly delta: ModelSink["delta"] = (kind, text) => {
    const scope = this.#scope;
    if (!scope) return this.#sink.delta(kind, text);
    this.#restorers ??= { text: scope.restorer(), reasoning: scope.restorer() };
    const ready = this.#restorers[kind].push(text);
    if (ready !== "") this.#sink.delta(kind, ready);
  };

  answer(answer: WireAnswer): WireAnswer {
    for (const kind of ["reasoning", "text"] as const) {
      const rest = this.#restorers?.[kind].end() ?? "";
      if (rest !== "") this.#sink.delta(kind, rest);
    }
    const scope = this.#scope;
    if (!scope?.active) return answer;
    const { provider, ...own } = answer;
    const kept = provider && wholly(scope, provider);
    return {
      ...own,
      text: scope.restore(answer.text).text,
      reasoning: scope.restore(answer.reasoning).text,
      calls: answer.calls.map((call) => ({
        ...call,
        arguments: objectOf(scope.restoreJson(call.arguments, "mark").value),
      })),
      ...(kept ? { provider: kept } : {}),
    };
  }

  /** Providers quote what they were sent in their errors, and the key that it was sent with. */
  failed(failed: WireFailure, key: string | undefined): WireFailure {
    const { failure } = failed;
    const detail = this.#gate.clean(withoutKey(failure.detail, key), this.#journal);
    return detail === failure.detail
      ? failed
      : { ...failed, failure: { ...failure, detail } satisfies Failure };
  }
}

/** What a provider wants back unchanged must be restored whole, or it is of no use to it. */
function wholly(scope: Placeholders, provider: JsonObject): JsonObject | undefined {
  const { value, withheld } = scope.restoreJson(provider);
  return withheld === 0 ? objectOf(value) : undefined;
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function withoutKey(text: string, key: string | undefined): string {
  if (key === undefined || key.length < KEY_CHARS_MIN) return text;
  return [key, encodeURIComponent(key), Buffer.from(key).toString("base64")].reduce(
    (cleaned, form) => cleaned.replaceAll(form, "…"),
    text,
  );
}
