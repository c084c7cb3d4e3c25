// Collects an answer while it streams: text, reasoning, and the pieces of each call's arguments.
import { isDeeper, type JsonObject } from "../../lib/json.ts";
import { NO_TOKENS, type Tokens } from "../price.ts";
import type { AnsweredCall, Finish } from "../model.ts";
import { isView, parseJson } from "./json-view.ts";
import type { WireAnswer, WireInput } from "./wire.ts";

/** More calls in one turn than this are a fault. */
const CALLS_MAX = 256;
/** What is written down is walked level by level: no answer may exhaust the stack. */
const DEPTH_MAX = 100;
const TEXT_CHARS_MAX = 16_777_216;

const TOO_DEEP = `the answer is nested deeper than ${DEPTH_MAX} levels`;

interface OpenCall {
  id: string;
  name: string;
  readonly parts: string[];
}

export class Collector {
  readonly #onDelta: WireInput["onDelta"];
  readonly #text: string[] = [];
  readonly #reasoning: string[] = [];
  readonly #calls = new Map<string | number, OpenCall>();
  #chars = 0;
  finish: Finish | undefined;
  tokens: Tokens | undefined;
  /** What goes back to the provider with this turn. */
  provider: JsonObject | undefined;
  /** Set once something can't be read; the attempt then counts as malformed. */
  broken: string | undefined;

  constructor(onDelta: WireInput["onDelta"]) {
    this.#onDelta = onDelta;
  }

  get empty(): boolean {
    return this.#text.length === 0 && this.#reasoning.length === 0 && this.#calls.size === 0;
  }

  get callCount(): number {
    return this.#calls.size;
  }

  text(text: string): void {
    if (text === "" || !this.#fits(text.length)) return;
    this.#text.push(text);
    this.#onDelta("text", text);
  }

  reasoning(text: string): void {
    if (text === "" || !this.#fits(text.length)) return;
    this.#reasoning.push(text);
    this.#onDelta("reasoning", text);
  }

  /** A call begins, or goes on, at this key. */
  call(key: string | number, id: string | undefined, name: string | undefined): void {
    const known = this.#calls.get(key);
    if (known) {
      if (known.id === "" && id) known.id = id;
      if (known.name === "" && name) known.name = name;
      return;
    }
    if (this.#calls.size >= CALLS_MAX) this.broken ??= `more than ${CALLS_MAX} calls in one turn`;
    else this.#calls.set(key, { id: id ?? "", name: name ?? "", parts: [] });
  }

  arguments(key: string | number, piece: string): void {
    if (piece === "" || !this.#fits(piece.length)) return;
    const open = this.#calls.get(key);
    if (open) open.parts.push(piece);
    else this.broken ??= "arguments of a call that never began";
  }

  usage(tokens: Partial<Tokens>): void {
    this.tokens = { ...(this.tokens ?? NO_TOKENS), ...tokens };
  }

  /** The answer, or why there is none. Calls cut off by the length limit are left out. */
  done(names: WireInput["names"]): WireAnswer | string {
    if (this.broken !== undefined) return this.broken;
    if (isDeeper(this.provider, DEPTH_MAX)) return TOO_DEEP;
    const calls: AnsweredCall[] = [];
    for (const open of this.#calls.values()) {
      const written = open.parts.join("").trim();
      const parsed = written === "" ? {} : parseJson(written);
      if (!isView(parsed) || open.name === "") {
        if (this.finish === "length") continue;
        return "a call's arguments are no JSON object";
      }
      if (isDeeper(parsed, DEPTH_MAX)) return TOO_DEEP;
      const tool = names.fromWire(open.name);
      const raw = open.id === "" ? {} : { raw: open.id };
      calls.push({ tool, arguments: parsed, found: "wire", ...raw });
    }
    const finish = this.finish ?? "stop";
    return {
      text: this.#text.join(""),
      reasoning: this.#reasoning.join(""),
      ...(this.provider ? { provider: this.provider } : {}),
      calls,
      finish: calls.length > 0 && finish === "stop" ? "calls" : noCalls(finish, calls.length),
      tokens: this.tokens,
    };
  }

  #fits(chars: number): boolean {
    this.#chars += chars;
    if (this.#chars <= TEXT_CHARS_MAX) return true;
    this.broken ??= "the answer is longer than any model writes";
    return false;
  }
}

/** A provider that says "calls" and brings none has simply stopped. */
function noCalls(finish: Finish, calls: number): Finish {
  return finish === "calls" && calls === 0 ? "stop" : finish;
}
