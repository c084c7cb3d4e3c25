// Search and open across the live sources as the person who asks. Nothing that was found is kept: the next
// person, and the next question, ask anew.
import type { LiveHit } from "@stead/sdk";
import { internClass } from "../../access/intern.ts";
import { onlyPerson } from "../../access/label.ts";
import { mayRead } from "../../access/readable.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { withTx } from "../../store/tx.ts";
import { whileAvailable } from "../../store/available.ts";
import type { Document, Hit } from "../document.ts";
import { Asker } from "./ask.ts";
import {
  liveDocument,
  liveHit,
  parseLiveId,
  type Errand,
  type LiveDeps,
  type LiveSource,
  type Unanswered,
} from "./live.ts";

const SOURCES_MAX = 20;
/** Above it nothing of a live source goes to all of them: each would be a call of its own. */
const PEOPLE_MAX = 10;
const NO_DOCUMENT = "There is no such document, or you may not read it.";

export interface LiveAsked extends Errand {
  readonly query: string;
  readonly limit: number;
  readonly alsoFor?: readonly string[];
  readonly sources?: readonly string[];
}

export interface LiveFound {
  /** Of each source that answered, best first. */
  readonly lists: readonly (readonly Hit[])[];
  readonly unanswered: readonly Unanswered[];
}

export interface Live {
  search(personId: string, asked: LiveAsked): Promise<Result<LiveFound>>;
  open(personId: string, id: string, errand?: Errand): Promise<Result<Document>>;
}

export function openLive(deps: LiveDeps): Live {
  const asker = new Asker(deps);
  return {
    search: (personId, asked) => searchLive({ deps, asker }, personId, asked),
    open: (personId, id, errand = {}) => openOne({ deps, asker }, { personId, id, errand }),
  };
}

interface Parts {
  readonly deps: LiveDeps;
  readonly asker: Asker;
}

async function searchLive(
  parts: Parts,
  personId: string,
  asked: LiveAsked,
): Promise<Result<LiveFound>> {
  const people = [...new Set([personId, ...(asked.alsoFor ?? [])])];
  const ready = await whileAvailable(async () => {
    const all = await parts.deps.sources();
    const meant = all.filter(({ id }) => asked.sources?.includes(id) ?? true);
    const some = meant.length > 0 && people.length <= PEOPLE_MAX && (await areIn(parts, people));
    return some ? meant : [];
  });
  if (!ready.ok) return ready;
  const open = ready.value.filter(({ shut }) => shut === undefined);
  const sources = open.slice(0, SOURCES_MAX);
  const answers = await Promise.all(
    sources.map(async (source) => ({
      source,
      found: await searchAs(parts, { source, people, asked }),
    })),
  );
  const hits = await whileAvailable(() => toHits(parts, people, answers));
  if (!hits.ok) return hits;
  const unanswered = answers.flatMap(({ source, found }) =>
    found.ok ? [] : [silent(source, found.failure.detail)],
  );
  for (const source of ready.value)
    if (source.shut !== undefined) unanswered.push(silent(source, source.shut));
  for (const source of open.slice(SOURCES_MAX))
    unanswered.push(silent(source, "too many sources at once"));
  return ok({ lists: hits.value, unanswered });
}

function silent({ id, name }: LiveSource, why: string): Unanswered {
  return { sourceId: id, name, why: why.replace(/\.$/, "") };
}

/** The first person's, but for what another does not get alike or could not be asked about. */
async function searchAs(
  parts: Parts,
  {
    people,
    ...one
  }: { readonly source: LiveSource; readonly people: readonly string[]; readonly asked: LiveAsked },
): Promise<Result<readonly LiveHit[]>> {
  const [own, ...others] = await Promise.all(
    people.map((personId) => searchOne(parts, { ...one, personId })),
  );
  if (!own?.ok) return own ?? ok([]);
  const shared = own.value.filter((hit) =>
    others.every((other) => other.ok && other.value.some((each) => isSame(each, hit))),
  );
  return ok(shared);
}

async function toHits(
  parts: Parts,
  people: readonly string[],
  answers: readonly { readonly source: LiveSource; readonly found: Result<readonly LiveHit[]> }[],
): Promise<Hit[][]> {
  const some = answers.filter(({ found }) => found.ok && found.value.length > 0);
  if (some.length === 0) return [];
  const read = { classId: await classOf(parts, people), nowMs: parts.deps.ctx.clock.now() };
  return some.map(({ source, found }) =>
    (found.ok ? found.value : []).flatMap(({ id, quote, ...hit }) => {
      const document = liveDocument(source, { ...hit, externalId: id, text: quote }, read);
      return document ? [liveHit(document)] : [];
    }),
  );
}

/** All of them are people of the organisation at this moment. */
async function areIn({ deps }: Parts, people: readonly string[]): Promise<boolean> {
  const asked = await Promise.all(people.map((each) => mayRead(deps.ctx, each, ["everyone"])));
  return asked.every(Boolean);
}

async function classOf({ deps }: Parts, people: readonly string[]): Promise<string> {
  const [only = "", ...others] = people;
  if (others.length === 0) return onlyPerson(only);
  const any = people.map((person) => ({ person }));
  const interned = await withTx(deps.ctx.db, (tx) => internClass(deps.ctx, tx, { any }));
  // Too many people to write down: then it is shown to none of them.
  return interned.ok ? interned.value : onlyPerson("");
}

async function searchOne(
  { asker }: Parts,
  one: { readonly source: LiveSource; readonly personId: string; readonly asked: LiveAsked },
): Promise<Result<readonly LiveHit[]>> {
  const { source, personId, asked } = one;
  const { query, limit, signal, way } = asked;
  return asker.ask({
    source,
    personId,
    ...(signal ? { signal } : {}),
    ...(way ? { way } : {}),
    ask: async (hosted) => {
      const found = (await hosted.connector.live?.search(hosted.source, query, limit)) ?? [];
      return found.slice(0, limit);
    },
  });
}

function isSame(a: LiveHit, b: LiveHit): boolean {
  const isOne = a.id === b.id && a.path === b.path && a.url === b.url;
  return isOne && a.title === b.title && a.quote === b.quote;
}

async function openOne(
  parts: Parts,
  one: { readonly personId: string; readonly id: string; readonly errand: Errand },
): Promise<Result<Document>> {
  const { personId, id, errand } = one;
  const { deps, asker } = parts;
  const place = parseLiveId(id);
  if (!place) return fail("resource.not_found", NO_DOCUMENT);
  const known = await whileAvailable(async () => {
    const all = (await areIn(parts, [personId])) ? await deps.sources() : [];
    return all.find((each) => each.id === place.sourceId);
  });
  if (!known.ok) return known;
  const source = known.value;
  if (!source) return fail("resource.not_found", NO_DOCUMENT);
  if (source.shut !== undefined) return fail("source.reconnect", `${source.name} ${source.shut}.`);
  const found = await asker.ask({
    ...errand,
    source,
    personId,
    ask: async (hosted) =>
      (await hosted.connector.live?.open(hosted.source, place.externalId)) ?? null,
  });
  if (!found.ok) {
    if (found.failure.code === "resource.not_found") return fail("resource.not_found", NO_DOCUMENT);
    const { code, detail } = found.failure;
    return fail(code, `${source.name}: ${detail.replace(/\.$/, "")}.`);
  }
  const document =
    found.value &&
    liveDocument(
      source,
      { ...found.value, externalId: place.externalId, path: place.externalId },
      { classId: onlyPerson(personId), nowMs: deps.ctx.clock.now() },
    );
  return document ? ok(document) : fail("resource.not_found", NO_DOCUMENT);
}
