// Gives a connector its source: as the identity that crawls sees it, or as one person's own account does.
import type { ActingSource, Connector, Source } from "@stead/sdk";
import { userOfPerson } from "../../access/source/links.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { whileAvailable } from "../../store/available.ts";
import { Credential } from "../connection/credential.ts";
import type { HostDeps, SourceWay } from "../connection/deps.ts";
import type { Purpose } from "../connection/queries.ts";
import { createHttp, valueOf } from "./http.ts";
import { Pace } from "./pace.ts";
import { createRun } from "./program.ts";
import { selectSource } from "./queries.ts";
import { isInUse, type SourceRow } from "./source.ts";

export interface Hosted {
  readonly row: SourceRow;
  readonly connector: Connector;
  readonly source: Source<unknown>;
}

export interface HostedActing extends Omit<Hosted, "source"> {
  readonly source: ActingSource<unknown>;
}

/** A way that was decided so long ago is decided again. */
const WAY_MS = 5_000;
const PACES_MAX = 1_000;

export class SourceHost {
  readonly #deps: HostDeps;
  /** By source and purpose: crawls and people don't hold each other up. */
  readonly #paces = new Map<string, Pace>();

  constructor(deps: HostDeps) {
    this.#deps = deps;
  }

  /** Fails when the source is gone, its settings are no good, or nobody is signed in. */
  async crawl(sourceId: string, signal: AbortSignal): Promise<Result<Hosted>> {
    const found = await this.#read(sourceId);
    if (!found.ok) return found;
    const { row, connector, settings } = found.value;
    const credential = this.#credential(found.value, "crawl", "");
    const opened = await credential.open();
    if (!opened.ok) return opened;
    const way = this.#wayOf(row.createdBy, "crawl");
    const as = { credential, way, secrets: opened.value.fields, purpose: "crawl" as const, signal };
    return ok({ row, connector, source: this.#source({ row, connector, settings }, as) });
  }

  /** Fails where the person has no account of their own there. `way`: of the call that it is for. */
  async acting(
    asked: { readonly sourceId: string; readonly personId: string; readonly way?: SourceWay },
    signal: AbortSignal,
  ): Promise<Result<HostedActing>> {
    const { personId } = asked;
    const found = await this.#read(asked.sourceId);
    if (!found.ok) return found;
    const { row, connector, settings } = found.value;
    // A process may not have heard of it yet.
    if (!isInUse(row.state))
      return fail("source.reconnect", `${row.name} is not in use just now.`, {
        hint: "Ask an administrator, who can let it go on.",
      });
    const isOwn = connector.manifest.acting.kind !== "none";
    // Without accounts of people's own, the connection is the crawl's and acts as whom they are linked to.
    const credential = this.#credential(
      found.value,
      isOwn ? "acting" : "crawl",
      isOwn ? personId : "",
    );
    const opened = await credential.open();
    if (!opened.ok) return opened;
    const user = opened.value.userId || (await this.#linked(row, personId));
    if (user === undefined && connector.manifest.acting.kind !== "secret")
      return fail("source.reconnect", `You have no account of your own in ${row.name} yet.`, {
        hint: "Link it under Sources.",
      });
    const { way: given } = asked;
    const way = given ? async () => ok(given) : this.#wayOf(personId, "acting");
    const as = {
      credential,
      way,
      secrets: opened.value.fields,
      purpose: "acting" as const,
      signal,
    };
    const source = this.#source({ row, connector, settings }, as);
    return ok({ row, connector, source: { ...source, user: user ?? "" } });
  }

  async #linked(row: SourceRow, personId: string): Promise<string | undefined> {
    return userOfPerson(this.#deps.ctx, { sourceId: row.id, personId });
  }

  async #read(sourceId: string): Promise<Result<Found>> {
    const { ctx, connectors } = this.#deps;
    const found = await whileAvailable(() => selectSource(ctx, sourceId));
    if (!found.ok) return found;
    const row = found.value;
    const connector = row && connectors.get(row.connector);
    if (!row || !connector) return fail("resource.not_found", "There is no such source.");
    const read = connector.parseSettings(row.settings);
    if ("problem" in read)
      return fail("request.invalid", `Settings of ${row.name}: ${read.problem}`);
    return ok({ row, connector, settings: read.settings });
  }

  #credential({ row, connector }: Found, purpose: Purpose, personId: string): Credential {
    const scheme = connector.manifest[purpose];
    return new Credential(this.#deps, { source: row, scheme, purpose, personId });
  }

  /** Decided anew from time to time: who may no longer, at whose decision nothing more goes out. */
  #wayOf(personId: string, purpose: Purpose): () => Promise<Result<SourceWay>> {
    const { wayOf, ctx } = this.#deps;
    let known: Promise<Result<SourceWay>> | undefined;
    let untilMs = 0;
    return () => {
      const nowMs = ctx.clock.monotonicMs();
      if (!known || nowMs >= untilMs) {
        known = wayOf(personId, purpose);
        untilMs = nowMs + WAY_MS;
      }
      return known;
    };
  }

  #source({ row, connector, settings }: Found, as: As): Source<unknown> {
    const { egress, ctx } = this.#deps;
    const { manifest } = connector;
    const purpose = `source:${row.id}`;
    return {
      id: row.id,
      settings,
      secrets: as.secrets,
      signal: as.signal,
      http: createHttp({
        ...as,
        deps: this.#deps,
        purpose,
        baseUrl: manifest.baseUrl,
        origins: originsOf(connector, settings),
        pace: this.#pace(`${row.id} ${as.purpose}`, manifest.limits),
      }),
      dial: async ({ protocol, host, port }) => {
        const way = valueOf(await as.way());
        const to = { protocol, host, port, purpose, classes: way.label.classes };
        const done = await egress.dial(way.permit, { ...to, signal: as.signal }, way.journal);
        return valueOf(done).socket;
      },
      run: createRun(manifest.programs ?? [], as.signal),
      ownPaths: this.#deps.ownPaths ?? [],
      log: (message, fields) => ctx.log("info", message, { source: row.id, ...fields }),
    };
  }

  #pace(key: string, limits: Connector["manifest"]["limits"]): Pace {
    const known = this.#paces.get(key);
    if (known) return known;
    if (this.#paces.size >= PACES_MAX) this.#paces.clear();
    const pace = new Pace(this.#deps.ctx.clock, limits);
    this.#paces.set(key, pace);
    return pace;
  }
}

interface Found {
  readonly row: SourceRow;
  readonly connector: Connector;
  readonly settings: unknown;
}

interface As {
  readonly credential: Credential;
  readonly way: () => Promise<Result<SourceWay>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly purpose: Purpose;
  readonly signal: AbortSignal;
}

/** Where the credential may go: what the connector names, and what the administrator has entered. */
function originsOf({ manifest }: Connector, settings: unknown): Set<string> {
  const { baseUrl, origins = [] } = manifest;
  const values = typeof settings === "object" && settings !== null ? Object.values(settings) : [];
  const named = [...(baseUrl === undefined ? [] : [baseUrl]), ...origins, ...values];
  return new Set(
    named.flatMap((value) =>
      typeof value === "string" && /^https?:\/\//i.test(value) && URL.canParse(value)
        ? [new URL(value).origin]
        : [],
    ),
  );
}
