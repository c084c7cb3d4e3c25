// The header with which a request is signed in, as the connection's scheme has it.
import type { AuthScheme } from "@stead/sdk";
import { ok, type Result } from "../../lib/result.ts";
import type { SourceRow } from "../source/source.ts";
import { bearerFor, type Bearer } from "./assertion.ts";
import type { HostDeps } from "./deps.ts";
import { placeOf } from "./oauth.ts";
import { withSettings } from "./provider.ts";
import { selectConnection, type ConnectionRow, type Purpose } from "./queries.ts";
import { refreshed, signInAgain } from "./refresh.ts";
import { openSecret, type Secret } from "./secret.ts";

/** A token that ends so soon is renewed before it is used. */
const AHEAD_MS = 60_000;
const BEARERS_MAX = 2_000;

export interface Header {
  readonly name: string;
  readonly value: string;
  /** Says that this one was not taken. */
  readonly stale: number;
}

interface Known {
  readonly row: ConnectionRow;
  readonly secret: Secret;
}

export class Credential {
  readonly #deps: HostDeps;
  readonly #source: SourceRow;
  readonly #scheme: AuthScheme;
  readonly #purpose: Purpose;
  /** Empty for a crawl. */
  readonly #personId: string;
  readonly #bearers = new Map<string, Bearer>();
  #known: Known | undefined;

  constructor(
    deps: HostDeps,
    of: { source: SourceRow; scheme: AuthScheme; purpose: Purpose; personId: string },
  ) {
    this.#deps = deps;
    this.#source = of.source;
    this.#scheme =
      of.scheme.kind === "oauth" ? withSettings(of.scheme, of.source.settings) : of.scheme;
    this.#purpose = of.purpose;
    this.#personId = of.personId;
  }

  /** Reads what is stored; fails when nobody has signed in, or the grant is gone. */
  async open(): Promise<Result<{ userId: string; fields: Readonly<Record<string, string>> }>> {
    if (this.#scheme.kind === "none") return ok({ userId: "", fields: {} });
    const known = await this.#read();
    if (!known.ok) return known;
    const { row, secret } = known.value;
    const fields = secret.kind === "fields" ? secret.fields : {};
    return ok({ userId: row.userId, fields });
  }

  /** `stale`: what a header had that was refused just now. */
  async header(asUser: string | undefined, stale?: number): Promise<Result<Header | undefined>> {
    const scheme = this.#scheme;
    switch (scheme.kind) {
      case "none":
        return ok(undefined);
      case "secret":
        return this.#fromFields(scheme.header);
      case "oauth":
        return this.#fromTokens(stale);
      case "assertion":
        return this.#fromAssertion(asUser, stale);
      default:
        return scheme satisfies never;
    }
  }

  async #read(): Promise<Result<Known>> {
    if (this.#known) return ok(this.#known);
    const { ctx, vault } = this.#deps;
    const row = await selectConnection({ ...ctx, sourceId: this.#source.id }, this.#personId);
    if (row?.state !== "good") return signInAgain(this.#source);
    const secret = openSecret(vault, placeOf(this.#deps, this.#source), row);
    if (!secret.ok) return secret;
    this.#known = { row, secret: secret.value };
    return ok(this.#known);
  }

  async #fromFields(
    header: { name: string; template: string } | undefined,
  ): Promise<Result<Header | undefined>> {
    if (!header) return ok(undefined);
    const opened = await this.open();
    if (!opened.ok) return opened;
    const { fields } = opened.value;
    const of = (name: string): string => fields[name] ?? "";
    const value = header.template
      .replaceAll(/\{basic:(\w+):(\w+)\}/g, (_, user: string, password: string) =>
        Buffer.from(`${of(user)}:${of(password)}`).toString("base64"),
      )
      .replaceAll(/\{(\w+)\}/g, (_, name: string) => of(name));
    return ok({ name: header.name, value, stale: 0 });
  }

  async #fromTokens(stale: number | undefined): Promise<Result<Header>> {
    const scheme = this.#scheme;
    const known = await this.#read();
    if (!known.ok) return known;
    const { row, secret } = known.value;
    if (secret.kind !== "tokens" || scheme.kind !== "oauth") return signInAgain(this.#source);
    const endsMs = row.expiresAt?.getTime() ?? Infinity;
    const ends = endsMs - AHEAD_MS <= this.#deps.ctx.clock.now();
    if (stale === undefined && !ends) return ok(bearer(secret.accessToken, row.version));
    const of = { row: this.#source, scheme, personId: this.#personId };
    const fresh = await refreshed(this.#deps, of, stale ?? row.version);
    if (!fresh.ok) return fresh;
    const { version, tokens, expiresAt } = fresh.value;
    this.#known = { row: { ...row, version, expiresAt }, secret: tokens };
    return ok(bearer(tokens.accessToken, version));
  }

  async #fromAssertion(
    asUser: string | undefined,
    stale: number | undefined,
  ): Promise<Result<Header>> {
    const scheme = this.#scheme;
    const opened = await this.open();
    if (!opened.ok) return opened;
    if (scheme.kind !== "assertion") return signInAgain(this.#source);
    const who = asUser ?? "";
    const kept = this.#bearers.get(who);
    const nowMs = this.#deps.ctx.clock.now();
    if (kept && stale !== kept.untilMs && kept.untilMs - AHEAD_MS > nowMs)
      return ok(bearer(kept.token, kept.untilMs));
    const way = await this.#deps.wayOf(this.#source.createdBy, this.#purpose);
    if (!way.ok) return way;
    const { fields } = opened.value;
    const tokenUrl = tokenUrlOf(scheme.tokenUrl, this.#source.settings);
    const asked = { scheme, tokenUrl, fields, asUser, way: way.value };
    const found = await bearerFor(this.#deps, asked);
    if (!found.ok) return found;
    if (this.#bearers.size >= BEARERS_MAX) this.#bearers.clear();
    this.#bearers.set(who, found.value);
    return ok(bearer(found.value.token, found.value.untilMs));
  }
}

function bearer(token: string, stale: number): Header {
  return { name: "authorization", value: `Bearer ${token}`, stale };
}

/** A setting of that name stands in for the vendor's own address. */
function tokenUrlOf(tokenUrl: string, settings: SourceRow["settings"]): string {
  const own = settings["tokenUrl"];
  return typeof own === "string" ? own : tokenUrl;
}
