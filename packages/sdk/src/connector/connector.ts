// defineConnector: one kind of source, told to Stead as data and a few functions.
import type { AccessRule, JsonSchema } from "@stead/protocol";
import { z } from "zod";
import type { ToolDefinition } from "../tool.ts";
import type { AuthScheme } from "./auth.ts";
import type { Answer, ChangePage, Content, Item, Page, SourceGroup, SourceUser } from "./item.ts";
import type { Known } from "./known.ts";
import { SourceError, type ActingSource, type Source } from "./source.ts";

export interface Manifest {
  /** Lower case with dashes, for example `google-drive`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Steps for the administrator, in Markdown: where to register, what to grant and why. */
  readonly guide: string;
  /** The identity that crawls; what it can read is never what anybody may read. */
  readonly crawl: AuthScheme;
  /** How a person links an account of their own, to act and to be asked for. */
  readonly acting: AuthScheme;
  /** `mirrored`: rules are read; `asked`: the source is asked per person; `live`: never indexed. */
  readonly rights: "mirrored" | "asked" | "live";
  readonly freshness: {
    /** How often `changes` is asked; a source without push is no fresher than this. */
    readonly pollMs: number;
    readonly reconcileMs: number;
    /** Past this age of the last sync the source's documents are closed. */
    readonly objectiveMs: number;
  };
  readonly limits: { readonly requestsPerMinute?: number; readonly concurrent: number };
  /** Where relative addresses begin. */
  readonly baseUrl?: string;
  /** Further places that are shown the credential; those in the settings are, too. */
  readonly origins?: readonly string[];
  /** The programs of the machine that it runs. */
  readonly programs?: readonly string[];
}

/** What a push from the source says; the work comes later. */
export interface PushEvent {
  /** The same for each delivery of the same event. */
  readonly id: string;
  readonly change:
    | { readonly kind: "poll" }
    | { readonly kind: "item"; readonly id: string }
    | { readonly kind: "subtree"; readonly id: string }
    | { readonly kind: "group"; readonly id: string }
    /** A user was shut out, let in again, or is another than before. */
    | { readonly kind: "user"; readonly id: string };
}

export interface PushRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** What `start` gave, such as a secret to check signatures with. */
  readonly watch: unknown;
  readonly nowMs: number;
}

/** Refused: the signature, the time or the form is wrong. `reply` answers a vendor's handshake. */
export type PushVerdict =
  | { readonly ok: true; readonly events: readonly PushEvent[]; readonly reply?: string }
  | { readonly ok: false; readonly reason: string };

export interface Push<Settings> {
  /** `start` tells the source where its events go; else an administrator enters the address there. */
  readonly subscribes?: boolean;
  /**
   * Called again before `expiresAtMs`, with what it gave then, which ends with this. When it throws, the
   * source is polled alone, and it is called again later.
   */
  start(
    source: Source<Settings>,
    callbackUrl: string,
    before?: unknown,
  ): Promise<{ readonly watch: unknown; readonly expiresAtMs: number | null }>;
  /** Also while a source rests, for a watch that ends by itself. */
  stop(source: Source<Settings>, watch: unknown): Promise<void>;
  /** Pure. Every event is checked for its signature before anything is believed. */
  receive(request: PushRequest): PushVerdict;
}

/** A tool of a source; `run` gets the acting person's own account. */
export interface ConnectorTool<Settings, Input extends z.ZodObject = z.ZodObject> extends Omit<
  ToolDefinition<Input>,
  "run"
> {
  run(source: ActingSource<Settings>, input: z.output<Input>, key: string): Promise<string>;
}

/** A source that is mirrored: its items, rules, people and groups come in and are kept in step. */
export interface Mirror<Settings, Access> {
  readonly access: z.ZodType<Access>;
  /** Everything, containers before what is in them. */
  list(source: Source<Settings>, cursor: string | null): Promise<Page<Item<Access>>>;
  /** What happened since; with null, where to begin from now on. */
  readonly changes?: (
    source: Source<Settings>,
    cursor: string | null,
  ) => Promise<ChangePage<Access>>;
  /** One item as it is now, or null when it is gone. */
  item(source: Source<Settings>, id: string): Promise<Item<Access> | null>;
  fetch(source: Source<Settings>, item: Item<Access>): Promise<Content>;
  /**
   * Pure: the rule of an item from its own permissions and those of all that it is in, nearest first. An
   * item whose ancestors are not all known gets no readers, and is never handed in here.
   */
  readers(own: Access, above: readonly Access[]): AccessRule;
  users(source: Source<Settings>, cursor: string | null): Promise<Page<SourceUser>>;
  groups(source: Source<Settings>, cursor: string | null): Promise<Page<SourceGroup>>;
  /** One user as they are now; without it all are listed again. */
  readonly user?: (source: Source<Settings>, id: string) => Promise<SourceUser | null>;
  /** One group as it is now. */
  readonly group?: (source: Source<Settings>, id: string) => Promise<SourceGroup | null>;
  readonly push?: Push<Settings>;
  /** May this user read these items now? Ids without an answer are unknown. */
  readonly check?: (
    source: Source<Settings>,
    user: string,
    ids: readonly string[],
  ) => Promise<ReadonlyMap<string, Answer>>;
}

export interface LiveHit {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly url?: string;
  readonly quote: string;
}

/** A source that is asked as the person each time; nothing of it is kept across people. */
export interface Live<Settings> {
  search(source: ActingSource<Settings>, query: string, limit: number): Promise<readonly LiveHit[]>;
  open(source: ActingSource<Settings>, id: string): Promise<{ title: string; text: string } | null>;
  /** The source's own directory, where it has one that people are linked by. */
  readonly users?: (source: Source<Settings>, cursor: string | null) => Promise<Page<SourceUser>>;
}

export interface ConnectorDefinition<Settings, Access> {
  readonly manifest: Manifest;
  /** What the administrator fills in beside the credentials. */
  readonly settings: z.ZodType<Settings>;
  /** One look at whether settings and credentials work; throws SourceError with what to do. */
  test(source: Source<Settings>): Promise<{ readonly account: string }>;
  readonly mirror?: Mirror<Settings, Access>;
  readonly live?: Live<Settings>;
  /** Fields that are known values. */
  readonly known?: Known<Settings>;
  readonly tools?: readonly ConnectorTool<Settings>[];
}

/** A definition as Stead takes it: what is stored is parsed again on its way in. */
export interface Connector {
  readonly manifest: Manifest;
  readonly settingsSchema: JsonSchema;
  /** Checked settings, or why they are none. */
  parseSettings(given: unknown): { readonly settings: unknown } | { readonly problem: string };
  test(source: Source<unknown>): Promise<{ readonly account: string }>;
  readonly mirror?: Omit<Mirror<unknown, unknown>, "access">;
  readonly live?: Live<unknown>;
  readonly known?: Known<unknown>;
  readonly tools?: readonly ConnectorTool<unknown>[];
}

export function defineConnector<Settings, Access = never>(
  definition: ConnectorDefinition<Settings, Access>,
): Connector {
  const { manifest, settings, mirror, live, known, tools } = definition;
  const typed = <S extends Source<unknown>>(source: S): S & { settings: Settings } => ({
    ...source,
    settings: parsed(settings, source.settings, "settings"),
  });
  return {
    manifest,
    settingsSchema: z.toJSONSchema(settings, { io: "input" }),
    parseSettings(given) {
      const read = settings.safeParse(given);
      return read.success ? { settings: read.data } : { problem: z.prettifyError(read.error) };
    },
    test: async (source) => definition.test(typed(source)),
    ...(mirror && { mirror: looseMirror(mirror, typed) }),
    ...(live && { live: looseLive(live, typed) }),
    ...(known && { known: looseKnown(known, typed) }),
    ...(tools && {
      tools: tools.map((tool) => ({
        ...tool,
        run: async (source, input, key) => tool.run(typed(source), input, key),
      })),
    }),
  };
}

type Typed<Settings> = <S extends Source<unknown>>(source: S) => S & { settings: Settings };

function looseLive<Settings>(live: Live<Settings>, typed: Typed<Settings>): Live<unknown> {
  const { users } = live;
  return {
    search: async (source, query, limit) => live.search(typed(source), query, limit),
    open: async (source, id) => live.open(typed(source), id),
    ...(users && { users: (source, cursor) => users(typed(source), cursor) }),
  };
}

function looseKnown<Settings>(known: Known<Settings>, typed: Typed<Settings>): Known<unknown> {
  const { stamp } = known;
  return {
    suggest: async (source) => known.suggest(typed(source)),
    records: async (source, list, cursor) => known.records(typed(source), list, cursor),
    ...(stamp && { stamp: async (source, list) => stamp(typed(source), list) }),
  };
}

function looseMirror<Settings, Access>(
  mirror: Mirror<Settings, Access>,
  typed: Typed<Settings>,
): Omit<Mirror<unknown, unknown>, "access"> {
  const { changes, user, group, check, push } = mirror;
  const known = (stored: unknown): Access => parsed(mirror.access, stored, "malformed");
  return {
    list: async (source, cursor) => mirror.list(typed(source), cursor),
    item: async (source, id) => mirror.item(typed(source), id),
    fetch: async (source, item) =>
      mirror.fetch(typed(source), { ...item, access: known(item.access) }),
    readers: (own, above) => mirror.readers(known(own), above.map(known)),
    users: async (source, cursor) => mirror.users(typed(source), cursor),
    groups: async (source, cursor) => mirror.groups(typed(source), cursor),
    ...(changes && { changes: async (source, cursor) => changes(typed(source), cursor) }),
    ...(user && { user: async (source, id) => user(typed(source), id) }),
    ...(group && { group: async (source, id) => group(typed(source), id) }),
    ...(check && { check: async (source, who, ids) => check(typed(source), who, ids) }),
    ...(push && {
      push: {
        ...(push.subscribes === undefined ? {} : { subscribes: push.subscribes }),
        start: async (source, callbackUrl, before) =>
          push.start(typed(source), callbackUrl, before),
        stop: async (source, watch) => push.stop(typed(source), watch),
        receive: (request) => push.receive(request),
      },
    }),
  };
}

function parsed<T>(schema: z.ZodType<T>, given: unknown, code: "settings" | "malformed"): T {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  throw new SourceError(code, z.prettifyError(read.error));
}
