// People's own grants at MCP servers: begun by whoever will act with them, finished in the same session,
// renewed when they end, and sent to nobody but the server that they are for.
import type { Principal } from "@stead/protocol";
import { adminJournal } from "../../../egress/journal.ts";
import type { Egress } from "../../../egress/egress.ts";
import { createVault, type Vault } from "../../../egress/vault.ts";
import { newSecret, secretHash } from "../../../identity/secret.ts";
import type { Account } from "../../../knowledge/source/acting-account.ts";
import { append, type Ledger } from "../../../ledger/append.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import type { Permit } from "../../../policy/permit.ts";
import { whileAvailable } from "../../../store/available.ts";
import type { Bearer, Challenge } from "../way.ts";
import { CLIENT_PATH, Clients } from "./client.ts";
import {
  accountBinding,
  openedAttempt,
  otherBinding,
  sealed,
  type Client,
  type Grant,
  type Grantor,
  type SignInPlace,
} from "./grant.ts";
import { authorizationUrl, serviceOver, type Sent } from "./provider.ts";
import { Grants, signInAgain } from "./renew.ts";
import {
  breakAccount,
  deleteAccount,
  insertAttempt,
  replaceAccount,
  selectAccount,
  selectAccounts,
  takeAttempt,
  type AccountRow,
  type OfServer,
} from "./queries.ts";

/** A server that is signed in to, as far as it matters here. */
export interface Signed {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly place: SignInPlace;
}

export interface SignInOptions {
  readonly ledger: Ledger;
  readonly egress: Egress;
  /** Where people's browsers find Stead; left out: nobody can sign in. */
  readonly origin: string | undefined;
  /** Mints the permit of a person's own act, from a decision made now. */
  readonly permitOwn: (principal: Principal) => Result<Permit>;
}

const STREAM = "tools";
const ATTEMPT_MS = 10 * 60_000;
/** A token that ends so soon is renewed before it is used. */
const AHEAD_MS = 60_000;
const CALLBACK = "/api/mcp-callback";

export class McpSignIn {
  readonly #options: SignInOptions;
  readonly #vault: Vault;
  readonly #grants: Grants;
  readonly #clients: Clients;

  constructor(options: SignInOptions) {
    this.#options = options;
    this.#vault = createVault(options.ledger.keys);
    this.#clients = new Clients({ ...options, vault: this.#vault });
    this.#grants = new Grants({ ...options, vault: this.#vault });
  }

  /** What a service that fetches it is told of Stead: its client id is this document's address. */
  get client(): Record<string, string | string[]> {
    const { origin = "" } = this.#options;
    return {
      client_id: `${origin}${CLIENT_PATH}`,
      client_name: "Stead",
      redirect_uris: [`${origin}${CALLBACK}`],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    };
  }

  /** Where one signs in to a server that has just asked for it. */
  async place(
    url: string,
    challenge: Challenge | undefined,
    way: Sent,
  ): Promise<Result<SignInPlace>> {
    const found = await serviceOver(this.#options.egress, way).find(url, challenge);
    if (!found.ok) return found;
    const { resource, issuer, scope } = found.value;
    return ok({ resource, issuer, ...(scope === undefined ? {} : { scope }) });
  }

  /** As whom a person's calls act there, or that they have not consented yet. */
  async account({ id, name: where }: Signed, personId: string): Promise<Result<Account>> {
    const found = await whileAvailable(() => selectAccount(this.#at(id), personId));
    if (!found.ok) return found;
    return found.value?.state === "good"
      ? ok({ kind: "there", where, name: "", sinceMs: found.value.createdAt.getTime() })
      : ok({ kind: "missing", sourceId: id, where });
  }

  async accounts(personId: string): Promise<Result<AccountRow[]>> {
    return whileAvailable(() => selectAccounts(this.#options.ledger, { personId }));
  }

  /** For its server alone. `stale`: the version that was refused just now. */
  async bearer(
    server: Signed,
    { personId, way, stale }: { personId: string; way: Sent; stale?: number | undefined },
  ): Promise<Result<Bearer>> {
    const found = await whileAvailable(() => selectAccount(this.#at(server.id), personId));
    if (!found.ok) return found;
    const row = found.value;
    if (row?.state !== "good") return signInAgain(server);
    const endsMs = row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
    const ends = endsMs - AHEAD_MS <= this.#options.ledger.clock.now();
    if ((stale === undefined || row.version > stale) && !ends)
      return this.#grants.bearerOf(server, row);
    return this.#grants.renewed(server, row, way);
  }

  /** The server takes it no more, nor what a renewal brought: nothing goes there until they sign in again. */
  async refused({ id }: Signed, personId: string, version: number): Promise<void> {
    const at = this.#at(id);
    const row = await selectAccount(at, personId);
    if (row) await breakAccount(at, { id: row.id, version });
  }

  /** Where to send the browser of whoever asks: what comes of it is theirs alone. */
  async begin(server: Signed, principal: Principal): Promise<Result<{ url: string }>> {
    const { ledger, origin, egress } = this.#options;
    if (principal.via.kind !== "session")
      return fail("auth.invalid", "Sign in to the console: a key has no browser to go there with.");
    if (origin === undefined)
      return fail("config.invalid", "Stead's public address is not set, so nobody can sign in.");
    const way = this.#own(principal);
    if (!way.ok) return way;
    const service = serviceOver(egress, way.value);
    const looked = await service.find(server.url, undefined);
    if (!looked.ok) return looked;
    // As it was asked for, when the server said so: its list is longer.
    const found = { ...looked.value, ...server.place };
    if (
      looked.value.issuer !== server.place.issuer ||
      looked.value.resource !== server.place.resource
    )
      return fail(
        "policy.denied",
        `${server.name} names another place to sign in to than before.`,
        {
          hint: "An administrator must look at it and list its tools again.",
        },
      );
    const redirectUri = `${origin}${CALLBACK}`;
    const client = await this.#clients.at(server.id, found, () =>
      service.register(found, redirectUri),
    );
    if (!client.ok) return client;
    const state = newSecret(ledger.ids);
    const started = await authorizationUrl(found, { client: client.value, state, redirectUri });
    if (!started.ok) return started;
    const { verifier, url } = started.value;
    const { resource, metadata } = found;
    const grantor: Grantor = { url: found.url, metadata, client: client.value, resource };
    const stateHash = secretHash(state);
    const binding = otherBinding(this.#owned(server.id), "attempt", stateHash);
    const kept = await whileAvailable(() =>
      insertAttempt(ledger.db, ledger.orgId, {
        ...sealed(this.#vault, { grantor, verifier }, binding),
        stateHash,
        serverId: server.id,
        personId: principal.personId,
        sessionId: principal.via.kind === "session" ? principal.via.sessionId : "",
        expiresAt: new Date(ledger.clock.now() + ATTEMPT_MS),
      }),
    );
    return kept.ok ? ok({ url }) : kept;
  }

  /** The browser is back. Whoever brings another's state, or one a second time, gets nothing. */
  async finish(
    principal: Principal,
    params: URLSearchParams,
  ): Promise<Result<{ serverId: string }>> {
    const { ledger, origin = "", egress } = this.#options;
    const { personId, via } = principal;
    const stateHash = secretHash(params.get("state") ?? "");
    const taken = await whileAvailable(() => takeAttempt(ledger.db, ledger.orgId, stateHash));
    if (!taken.ok) return taken;
    const attempt = taken.value;
    const isOwn =
      attempt?.personId === personId &&
      via.kind === "session" &&
      attempt.sessionId === via.sessionId;
    if (attempt && attempt.personId !== personId) {
      const { personId: begunBy, serverId } = attempt;
      await this.#record("mcp-account.misdirected", { by: personId, begunBy, serverId });
    }
    if (!attempt || !isOwn || attempt.expiresAt.getTime() <= ledger.clock.now())
      return fail("auth.invalid", "This sign-in was not begun here, or it took too long.", {
        hint: "Begin again.",
      });
    const { serverId } = attempt;
    const binding = otherBinding(this.#owned(serverId), "attempt", stateHash);
    const opened = openedAttempt(this.#vault, attempt, binding);
    if (!opened.ok) return opened;
    const code = params.get("code");
    if (code === null) return fail("auth.invalid", "The sign-in was refused there.");
    const way = this.#own(principal);
    if (!way.ok) return way;
    const { grantor, verifier } = opened.value;
    const redirectUri = `${origin}${CALLBACK}`;
    const back = { code, iss: params.get("iss") ?? undefined, verifier, redirectUri };
    const granted = await serviceOver(egress, way.value).exchange(grantor, back);
    if (!granted.ok) return granted;
    const {
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_in: inS,
    } = granted.value;
    if (granted.value.token_type.toLowerCase() !== "bearer")
      return fail("source.failed", "The service gave a token of a kind that is not known here.");
    const kept = await this.#keep(serverId, personId, {
      grant: { grantor, accessToken, ...(refreshToken === undefined ? {} : { refreshToken }) },
      expiresAt: this.#grants.endOf(inS),
    });
    if (!kept.ok) return kept;
    const noted = await this.#record("mcp-account.linked", { by: personId, serverId });
    return noted.ok ? ok({ serverId }) : noted;
  }

  /** Closed before the service is asked to withdraw it, which may be away; in words what was left there. */
  async unlink(principal: Principal, serverId: string): Promise<Result<string[]>> {
    const { personId } = principal;
    const at = this.#at(serverId);
    const found = await whileAvailable(() => selectAccount(at, personId));
    if (!found.ok) return found;
    if (!found.value) return ok([]);
    const noted = await this.#record("mcp-account.unlinked", { by: personId, serverId });
    if (!noted.ok) return noted;
    const gone = await whileAvailable(() => deleteAccount(at, personId));
    if (!gone.ok) return gone;
    const way = this.#own(principal);
    const done = way.ok ? await this.#grants.withdrawn(found.value, way.value) : way;
    return ok(done.ok ? [] : [done.failure.detail]);
  }

  /** Every grant at a server that goes; as far as that can be had. */
  async withdrawAll(serverId: string, way: Sent): Promise<void> {
    const { ledger } = this.#options;
    for (const row of await selectAccounts(ledger, { serverId })) {
      const done = await this.#grants.withdrawn(row, way);
      if (!done.ok)
        ledger.log("warn", "a grant was not withdrawn where it was given", {
          serverId,
          detail: done.failure.detail,
        });
    }
  }

  /** A registration that an administrator made there by hand. */
  async register(server: Signed, client: Client): Promise<Result<void>> {
    const { issuer } = server.place;
    return this.#clients.keep(server.id, issuer, client);
  }

  #at(serverId: string): OfServer {
    const { db, orgId } = this.#options.ledger;
    return { db, orgId, serverId };
  }

  #owned(serverId: string): { orgId: string; serverId: string } {
    return { orgId: this.#options.ledger.orgId, serverId };
  }

  #own(principal: Principal): Result<Sent> {
    const { ledger, permitOwn } = this.#options;
    const permit = permitOwn(principal);
    const journal = adminJournal(ledger, { subjects: [principal.personId] });
    return permit.ok ? ok({ permit: permit.value, journal }) : permit;
  }

  async #keep(
    serverId: string,
    personId: string,
    { grant, expiresAt }: { grant: Grant; expiresAt: Date | null },
  ): Promise<Result<void>> {
    const { ids, clock } = this.#options.ledger;
    const own = { id: ids.next("acc"), personId, version: 1 };
    const secret = sealed(this.#vault, grant, accountBinding(this.#owned(serverId), own));
    const createdAt = new Date(clock.now());
    const row = { ...own, ...secret, expiresAt, createdAt };
    return whileAvailable(() => replaceAccount(this.#at(serverId), row));
  }

  async #record(type: string, data: Readonly<Record<string, string>>): Promise<Result<void>> {
    const { ledger } = this.#options;
    const done = await append(ledger, { stream: STREAM, after: "tail", events: [{ type, data }] });
    return done.ok ? ok() : done;
  }
}
