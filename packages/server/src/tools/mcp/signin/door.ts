// One server over HTTP that may want to be signed in to: as whom a call goes in, and what follows when
// it is not let in.
import { computeScopeUnion } from "@modelcontextprotocol/client";
import type { ActsAs } from "@stead/protocol";
import type { Account } from "../../../knowledge/source/acting-account.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import type { Bearer, Way } from "../way.ts";
import type { SignInPlace } from "./grant.ts";
import { signInAgain } from "./renew.ts";
import type { McpSignIn, Signed } from "./sign-in.ts";

export interface DoorDeps {
  readonly people: Pick<McpSignIn, "account" | "bearer" | "place" | "refused">;
  /** Where one signs in has come to be known, or is another: written down for every process. */
  readonly learned: (serverId: string, place: SignInPlace) => Promise<void>;
}

export class Door {
  readonly #of: Omit<Signed, "place">;
  readonly #deps: DoorDeps;
  /** Null while it lets everybody in. */
  place: SignInPlace | null = null;

  constructor(of: Omit<Signed, "place">, deps: DoorDeps) {
    this.#of = of;
    this.#deps = deps;
  }

  get signed(): Signed | undefined {
    return this.place ? { ...this.#of, place: this.place } : undefined;
  }

  /** Undefined: it asks nobody, and is told who asks. */
  async account(actsAs: ActsAs, personId: string): Promise<Result<Account> | undefined> {
    const { signed } = this;
    if (!signed) return undefined;
    return actsAs === "caller"
      ? this.#deps.people.account(signed, personId)
      : fail("policy.denied", `${signed.name} lets in people with a grant of their own alone.`, {
          hint: "Let the tool act as the person who asks.",
        });
  }

  /** `refused`: the token that it has just not taken. */
  async enter(way: Way, personId: string, refused?: Bearer): Promise<Result<Way>> {
    const { signed } = this;
    if (!signed) return ok(way);
    const stale = refused?.version;
    const bearer = await this.#deps.people.bearer(signed, { personId, way, stale });
    return bearer.ok ? ok({ ...way, bearer: bearer.value }) : bearer;
  }

  /** An administrator was not let in: where people sign in is what it says now. */
  async learn(way: Way): Promise<Result<never>> {
    const { people, learned } = this.#deps;
    const { id, name, url } = this.#of;
    const found = await people.place(url, way.challenge, way);
    if (!found.ok) return found;
    this.place = found.value;
    await learned(id, found.value);
    return signInAgain({ name });
  }

  /** Not let in, and a renewal has not helped or could not. */
  async turnedAway({ challenge, bearer }: Way, personId: string): Promise<Result<never>> {
    const { people, learned } = this.#deps;
    const { id, name } = this.#of;
    const { place } = this;
    // Nobody is sent to sign in at a place that only the server has named.
    if (!place)
      return fail(
        "source.reconnect",
        `${name} wants to be signed in to, which it did not before.`,
        {
          hint: "An administrator must look at it and list its tools again.",
        },
      );
    const scope = computeScopeUnion(place.scope, challenge?.scope);
    if (scope !== undefined && scope !== place.scope) {
      this.place = { ...place, scope };
      await learned(id, this.place);
    }
    if (bearer) await people.refused({ ...this.#of, place }, personId, bearer.version);
    return signInAgain({ name });
  }

  /** An administrator looks where one signs in now. */
  async look(way: Way): Promise<Result<void>> {
    if (!this.place) return ok();
    const found = await this.#deps.people.place(this.#of.url, undefined, way);
    if (!found.ok) return found;
    const { resource, issuer } = found.value;
    if (resource === this.place.resource && issuer === this.place.issuer) return ok();
    this.place = found.value;
    await this.#deps.learned(this.#of.id, found.value);
    return ok();
  }
}
