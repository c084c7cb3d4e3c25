// The gate: stands between a labelled payload and the wire. It looks at the very texts that leave, lets go
// what the destination is cleared for, puts placeholders for values, or refuses.
import type { AskedSend, Label } from "@stead/protocol";
import { isJsonObject, type JsonObject } from "../../lib/json.ts";
import { newBodyId } from "../../ledger/keys.ts";
import { ok, type Result } from "../../lib/result.ts";
import type { Journal, OutRequest } from "../request.ts";
import { clearancesFor, type Clearances, type Said } from "./clearances.ts";
import { Searcher, type Finders, type FoundIn } from "./find.ts";
import type { Leaf } from "./json-text.ts";
import { approvalsFor, asksIn, journalLike, withLeave, type Leave } from "./leave.ts";
import { isMedia } from "./media.ts";
import { payloadOf, type Payload } from "./payload.ts";
import { namedInHost, refused, unreadable } from "./refusal.ts";
import { recordOf, rendered, replaceAll, withoutFound, type GateRecord } from "./replace.ts";
import { judge, type DestinationKind, type Judgement } from "./rule.ts";
import { Placeholders } from "./scope.ts";
import { classesIn, isReplaced, stops, type View } from "./verdict.ts";

export interface GateOptions {
  readonly finders: Finders;
  readonly clearances: Clearances;
  /** Brings them up to date where they may have changed; a failure sends nothing. */
  readonly ready?: () => Promise<Result<void>>;
  /** Reads them again at once. */
  readonly changed?: () => Promise<Result<void>>;
}

export interface Passed {
  readonly request: OutRequest;
  readonly record: GateRecord;
}

export interface PassedJson {
  readonly given: JsonObject;
  readonly record: GateRecord;
}

export interface Place {
  /** `host:port`. */
  readonly destination: string;
  readonly kind: DestinationKind;
  /** What it also goes by: the provider of a model, or `mcp:<server>`. */
  readonly name?: string;
}

/** What a call would carry there. */
interface Carried {
  readonly given: JsonObject;
  readonly label: Label;
}

interface Looked {
  readonly payload: Payload;
  readonly bodyLeaves: readonly Leaf[];
  readonly found: readonly FoundIn[];
  readonly view: View;
}

/** No request: only what it carries is looked at. */
const BY_PIPE = {
  url: "",
  method: "",
  headers: {},
  purpose: "",
  timeoutMs: 0,
  idleTimeoutMs: 0,
  bytesMax: 0,
  idempotent: false,
} satisfies Partial<OutRequest>;

/** All that a file may hold which nobody here can look into. */
const STANDARD = ["phi", "pii", "secret", "financial"];
const UNGATED: GateRecord = { detector: "none" };

export class Gate {
  readonly #searcher: Searcher;
  readonly #clearances: Clearances;
  /** By the journal that the sends of a run are written to. */
  readonly #scopes = new WeakMap<object, Placeholders>();
  readonly #leaves = new WeakMap<object, readonly Leave[]>();

  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#searcher = new Searcher(options.finders);
    this.#clearances = options.clearances;
  }

  /** Asked before each send: what was cleared may be no longer. */
  async ready(): Promise<Result<void>> {
    return this.#options.ready?.() ?? ok();
  }

  async changed(): Promise<void> {
    await this.#options.changed?.();
  }

  /** The placeholders of a run: whatever is sent with its journal goes through them. */
  open(journal: object, run: { key: Uint8Array; groups: () => readonly string[] }): Placeholders {
    const scope = new Placeholders(run.key, run.groups);
    this.#scopes.set(journal, scope);
    return scope;
  }

  /** Undefined for what belongs to no run, and has sent nothing yet. */
  scopeOf(journal: object): Placeholders | undefined {
    return this.#scopes.get(journal);
  }

  /** A journal of the same run for what people have agreed to. */
  permitting(journal: Journal, leaves: readonly Leave[]): Journal {
    if (leaves.length === 0) return journal;
    const own = journalLike(journal);
    this.#scopes.set(own, this.#scopeFor(journal));
    this.#leaves.set(own, leaves);
    return own;
  }

  /** What these classes may do there, for whoever the journal is of. */
  judge(place: Place, classes: Iterable<string>, journal: object): Judgement {
    const judged = judge({ classes, kind: place.kind, ...this.#saidOf(place, journal) });
    return withLeave(judged, place.destination, this.#leaves.get(journal) ?? []);
  }

  #saidOf(place: Place, journal: object): Said {
    const groups = this.#scopes.get(journal)?.groups?.() ?? [];
    return clearancesFor(this.#clearances, place, groups);
  }

  /** What a person would have to agree to before these arguments leave; none where a yes is no help. */
  asks(place: Place, { given, label }: Carried, journal: object): readonly AskedSend[] {
    const { clearances, tolerances } = this.#saidOf(place, journal);
    const rules = clearances.flatMap((each) => Object.values(each.rules));
    const effects = [...rules, ...tolerances.map(({ effect }) => effect)];
    if (!effects.includes("ask")) return [];
    const request = { ...BY_PIPE, body: JSON.stringify(given), label, to: place };
    const looked = this.#look(request, place, journal);
    return looked.ok ? [] : asksIn(looked.failure);
  }

  /** Whether labels alone keep a context from there: before anything is made ready to be sent. */
  admits(place: Place, classes: readonly string[], journal: object): Result<void> {
    const judged = this.judge(place, classes, journal);
    const isRun = this.#scopes.get(journal)?.groups !== undefined;
    const isOpen = judged.effect !== "refuse" && judged.effect !== "ask";
    return isOpen ? ok() : refused(place, judged, { isRun });
  }

  /** What a message from outside may say of us: an error is no answer, so nothing is put back in it. */
  clean(text: string, journal: object): string {
    const scope = this.#scopes.get(journal);
    return withoutFound(scope?.withhold(text) ?? text, this.#searcher);
  }

  pass(request: OutRequest, destination: string, journal: object): Result<Passed> {
    const to = request.to ?? { kind: "web" as const };
    if (to.kind === "login") return ok({ request, record: UNGATED });
    const place: Place = { ...to, kind: to.kind, destination };
    const scope = this.#scopeFor(journal);
    if (place.kind === "model") scope.renew();
    const looked = this.#look(request, place, journal);
    if (!looked.ok) return looked;
    const { payload, bodyLeaves, found, view } = looked.value;
    const replaced = replaceAll({
      found,
      leaves: [...headerLeaves(payload), ...payload.url.leaves(), ...bodyLeaves],
      scope,
      isReplaced: (one) => isReplaced(view, one),
    });
    if (payload.url.pieces[0]?.leaf?.now !== undefined) return namedInHost(place);
    const leaves = this.#leaves.get(journal) ?? [];
    const cleared = approvalsFor(leaves, destination, view.judged.of.keys());
    return ok({
      request: rendered(request, payload),
      record: recordOf(this.#searcher, found, { replaced, cleared }),
    });
  }

  /** What stands in it, and what the rules make of that; nothing is changed. */
  #look(request: OutRequest, place: Place, journal: object): Result<Looked> {
    const payload = payloadOf(request);
    // Who acts is Stead's own word, signed: changed, it would say nothing.
    const own = new Set(request.secretParts);
    const bodyLeaves = payload.body?.leaves().filter(({ text }) => !own.has(text)) ?? [];
    const isMediaIn = payload.unreadable || bodyLeaves.some(({ text }) => isMedia(text));
    const open = isMediaIn ? this.#openAll(place, journal) : ok();
    if (!open.ok) return open;
    const isModel = place.kind === "model";
    const found = this.#searcher.search(leavesOf(payload, bodyLeaves, place), { isModel });
    const judged = this.judge(place, classesIn(request.label.classes, found), journal);
    const isRun = this.#scopes.get(journal)?.groups !== undefined;
    const view: View = { place, judged, isRun, ...request.label };
    return stops(view, found) ?? ok({ payload, bodyLeaves, found, view });
  }

  /** The same for arguments that leave by another way than HTTP. */
  passJson(
    given: JsonObject,
    { label, to }: { readonly label: Label; readonly to: string },
    journal: object,
  ): Result<PassedJson> {
    const request = { ...BY_PIPE, body: JSON.stringify(given), label };
    const passed = this.pass({ ...request, to: { kind: "tool", name: to } }, to, journal);
    if (!passed.ok) return passed;
    const { record } = passed.value;
    if (passed.value.request.body === request.body) return ok({ given, record });
    const now: unknown = JSON.parse(String(passed.value.request.body));
    return ok({ given: isJsonObject(now) ? now : {}, record });
  }

  #scopeFor(journal: object): Placeholders {
    const known = this.#scopes.get(journal);
    if (known) return known;
    const made = new Placeholders(Buffer.from(newBodyId()));
    this.#scopes.set(journal, made);
    return made;
  }

  /** A file that can't be read may hold anything. */
  #openAll(place: Place, journal: object): Result<void> {
    const judged = this.judge(place, STANDARD, journal);
    return judged.effect === "allow" ? ok() : unreadable(place);
  }
}

function leavesOf(payload: Payload, body: readonly Leaf[], { kind }: Place): Leaf[] {
  // Where a model or a tool is found was set by an administrator; a page's address was written by a model.
  const url = kind === "web" || kind === "source" || kind === "tool" ? payload.url.leaves() : [];
  return [...url, ...headerLeaves(payload), ...body];
}

function headerLeaves(payload: Payload): Leaf[] {
  return [...payload.headers.values()].flatMap((pieces) => pieces.leaves());
}
