// The gate: stands between a labelled payload and the wire. It looks at the very texts that leave, lets go
// what the destination is cleared for, puts placeholders for values, or refuses.
import type { Label } from "@stead/protocol";
import { isJsonObject, type JsonObject } from "../../lib/json.ts";
import { newBodyId } from "../../ledger/keys.ts";
import { ok, type Result } from "../../lib/result.ts";
import type { OutRequest } from "../request.ts";
import { clearancesFor, type Clearances } from "./clearances.ts";
import { Searcher, type Finders, type Found, type FoundIn } from "./find.ts";
import type { Leaf } from "./json-text.ts";
import { isMedia } from "./media.ts";
import { payloadOf, type Payload } from "./payload.ts";
import { namedInHost, refused, unopened, unreadable } from "./refusal.ts";
import { recordOf, rendered, replaceAll, withoutFound, type GateRecord } from "./replace.ts";
import { judge, type DestinationKind, type Judgement } from "./rule.ts";
import { Placeholders } from "./scope.ts";

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

export interface Place {
  /** `host:port`. */
  readonly destination: string;
  readonly kind: DestinationKind;
  /** What it also goes by: the provider of a model, or `mcp:<server>`. */
  readonly name?: string;
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
/** What the registry found and could not open. */
const UNOPENED = "unopened";
/** Says little by itself, and with a record of health whose it is. */
const QUASI = "quasi";
const UNGATED: GateRecord = { detector: "none" };

export class Gate {
  readonly #searcher: Searcher;
  readonly #clearances: Clearances;
  /** By the journal that the sends of a run are written to. */
  readonly #scopes = new WeakMap<object, Placeholders>();

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

  /** What these classes may do there, for whoever the journal is of. */
  judge(place: Place, classes: Iterable<string>, journal: object): Judgement {
    const groups = this.#scopes.get(journal)?.groups?.() ?? [];
    return judge({ classes, kind: place.kind, ...clearancesFor(this.#clearances, place, groups) });
  }

  /** Whether labels alone keep a context from there: before anything is made ready to be sent. */
  admits(place: Place, classes: readonly string[], journal: object): Result<void> {
    const judged = this.judge(place, classes, journal);
    return judged.effect === "refuse" || judged.effect === "ask" ? refused(place, judged) : ok();
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
    const payload = payloadOf(request);
    const bodyLeaves = payload.body?.leaves() ?? [];
    const isMediaIn = payload.unreadable || bodyLeaves.some(({ text }) => isMedia(text));
    const open = isMediaIn ? this.#openAll(place, journal) : ok();
    if (!open.ok) return open;
    const isModel = place.kind === "model";
    const found = this.#searcher.search(leavesOf(payload, bodyLeaves, place), { isModel });
    const judged = this.judge(place, classesIn(request.label.classes, found), journal);
    const view: View = { place, judged, isRun: scope.groups !== undefined, ...request.label };
    const stopped = stops(view, found);
    if (stopped) return stopped;
    const replaced = replaceAll({
      found,
      leaves: [...headerLeaves(payload), ...payload.url.leaves(), ...bodyLeaves],
      scope,
      isReplaced: (one) => isReplaced(view, one),
    });
    if (payload.url.pieces[0]?.leaf?.now !== undefined) return namedInHost(place);
    return ok({
      request: rendered(request, payload),
      record: recordOf(this.#searcher, found, replaced),
    });
  }

  /** The same for arguments that leave by another way than HTTP. */
  passJson(
    given: JsonObject,
    { label, to }: { readonly label: Label; readonly to: string },
    journal: object,
  ): Result<JsonObject> {
    const request = { ...BY_PIPE, body: JSON.stringify(given), label };
    const passed = this.pass({ ...request, to: { kind: "tool", name: to } }, to, journal);
    if (!passed.ok) return passed;
    if (passed.value.request.body === request.body) return ok(given);
    const now: unknown = JSON.parse(String(passed.value.request.body));
    return ok(isJsonObject(now) ? now : {});
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

interface View {
  readonly place: Place;
  readonly judged: Judgement;
  /** False for what is sent for nobody in particular, such as a sync. */
  readonly isRun: boolean;
  /** Of the label. */
  readonly classes: readonly string[];
}

function classesIn(label: readonly string[], found: readonly FoundIn[]): Set<string> {
  const classes = new Set(label);
  for (const { found: each } of found)
    for (const one of each) if (one.class !== UNOPENED) classes.add(one.class);
  return classes;
}

/** What was found counts as much as a label does, if it is known for certain. */
function counts({ place, judged, isRun }: View, one: Found): boolean {
  const said = judged.of.get(one.class)?.said ?? false;
  if (one.isKnown) return place.kind !== "source" || isRun || said;
  return said && (place.kind === "tool" || place.kind === "source");
}

function stops(view: View, found: readonly FoundIn[]): Result<never> | undefined {
  const { place, judged, classes } = view;
  const decisive = new Set(classes);
  for (const { found: each } of found)
    for (const one of each)
      if (one.class === UNOPENED) decisive.add(UNOPENED);
      else if (counts(view, one)) decisive.add(one.class);
  if (decisive.has(UNOPENED)) return unopened(place);
  for (const of of decisive) {
    const effect = judged.of.get(of)?.effect;
    if (effect === "refuse" || effect === "ask") return refused(place, judged, [...decisive]);
  }
  return undefined;
}

function isReplaced(view: View, one: Found): boolean {
  const { place, judged, classes } = view;
  const effect = judged.of.get(one.class)?.effect ?? "allow";
  if (one.class === QUASI)
    return effect !== "allow" || (classes.includes("phi") && isWithPlaceholders(judged, "phi"));
  if (one.isKnown || place.kind === "tool" || place.kind === "source")
    return counts(view, one) && effect === "placeholder";
  return effect !== "allow";
}

function isWithPlaceholders({ of }: Judgement, dataClass: string): boolean {
  return of.get(dataClass)?.effect === "placeholder";
}
