// A token of a grant, renewed when it ends: one request a grant in all processes, stored before it is used.
import type { Egress } from "../../../egress/egress.ts";
import type { Vault } from "../../../egress/vault.ts";
import type { Ledger } from "../../../ledger/ledger.ts";
import { Slots } from "../../../lib/bounded.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import { withTx } from "../../../store/tx.ts";
import type { Bearer } from "../way.ts";
import { accountBinding, openedGrant, sealed, type Grant } from "./grant.ts";
import { serviceOver, type Sent } from "./provider.ts";
import { breakAccount, renewAccount, selectAccount, type AccountRow } from "./queries.ts";

interface Where {
  readonly name: string;
  readonly url: string;
}

export interface GrantDeps {
  readonly ledger: Ledger;
  readonly egress: Egress;
  readonly vault: Vault;
}

/** Who renews holds one connection to the database and needs a second one to write down what it sends. */
const AT_ONCE = 3;
const WAITING_MAX = 1_000;

export class Grants {
  readonly #deps: GrantDeps;
  readonly #slots = new Slots(AT_ONCE, WAITING_MAX);

  constructor(deps: GrantDeps) {
    this.#deps = deps;
  }

  endOf(inS: number | undefined): Date | null {
    return inS === undefined ? null : new Date(this.#deps.ledger.clock.now() + inS * 1000);
  }

  opened(row: AccountRow): Result<Grant> {
    return openedGrant(this.#deps.vault, row, accountBinding(this.#ownedBy(row.serverId), row));
  }

  bearerOf({ url }: Where, row: AccountRow): Result<Bearer> {
    const grant = this.opened(row);
    if (!grant.ok) return grant;
    return ok({ token: grant.value.accessToken, version: row.version, grantId: row.id, url });
  }

  async renewed(server: Where, before: AccountRow, way: Sent): Promise<Result<Bearer>> {
    const release = await this.#slots.acquire();
    if (!release) return fail("source.failed", "Too many grants are renewed at once.");
    try {
      return await this.#renew(server, before, way);
    } finally {
      release();
    }
  }

  #ownedBy(serverId: string): { orgId: string; serverId: string } {
    return { orgId: this.#deps.ledger.orgId, serverId };
  }

  /** Others wait for the row, and take what has come in. */
  async #renew(server: Where, before: AccountRow, way: Sent): Promise<Result<Bearer>> {
    const { ledger, vault } = this.#deps;
    const { serverId, personId, id } = before;
    let over: Result<never> | undefined;
    const done = await withTx(ledger.db, async (tx) => {
      const at = { db: tx, orgId: ledger.orgId, serverId };
      const row = await selectAccount(at, personId, { lock: true });
      if (row?.state !== "good") return signInAgain(server);
      if (row.version > before.version) return this.bearerOf(server, row);
      const fresh = await this.#asked(server, row, way);
      if (!fresh.ok) {
        if (fresh.failure.code !== "source.reconnect") return fresh;
        // The grant is gone, and that stands although nothing came in.
        over = signInAgain(server);
        await breakAccount(at, row);
        return ok({ token: "", version: 0, grantId: id, url: "" });
      }
      const version = row.version + 1;
      const binding = accountBinding(this.#ownedBy(serverId), { id, personId, version });
      const secret = sealed(vault, fresh.value.grant, binding);
      await renewAccount(at, { id, version, ...secret, expiresAt: fresh.value.expiresAt });
      const token = fresh.value.grant.accessToken;
      return ok({ token, version, grantId: id, url: server.url });
    });
    return over ?? done;
  }

  async #asked(
    server: Where,
    row: AccountRow,
    way: Sent,
  ): Promise<Result<{ grant: Grant; expiresAt: Date | null }>> {
    const known = this.opened(row);
    if (!known.ok) return known;
    const { grantor, refreshToken } = known.value;
    if (refreshToken === undefined) return signInAgain(server);
    const fresh = await serviceOver(this.#deps.egress, way).renew(grantor, refreshToken);
    if (!fresh.ok) return fresh;
    const { access_token: accessToken, refresh_token: next = refreshToken } = fresh.value;
    const expiresAt = this.endOf(fresh.value.expires_in);
    return ok({ grant: { grantor, accessToken, refreshToken: next }, expiresAt });
  }

  async withdrawn(row: AccountRow, way: Sent): Promise<Result<void>> {
    const grant = this.opened(row);
    if (!grant.ok) return grant;
    const { grantor, accessToken, refreshToken } = grant.value;
    const tokens = [...(refreshToken === undefined ? [] : [refreshToken]), accessToken];
    return serviceOver(this.#deps.egress, way).withdraw(grantor, tokens);
  }
}

export function signInAgain({ name }: Pick<Where, "name">): Result<never> {
  return fail("source.reconnect", `${name} lets in people with a grant of their own alone.`, {
    hint: "Ask again: whoever asks is asked to sign in there.",
  });
}
