// The policies in force: read again when tools or groups change; an error leaves the old ones standing, and
// is kept to be shown until they could be read.
import type { EndpointReply, Endpoints } from "@stead/protocol";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { assert, fail, ok, type Result } from "../lib/result.ts";
import { tellAbsent } from "./cedar/absent.ts";
import { loadPolicies, type PolicySource } from "./load.ts";
import type { PolicySet } from "./policy.ts";

type Problem = NonNullable<EndpointReply<Endpoints["policy.list"]>["problem"]>;

export class PoliciesInForce {
  readonly #source: () => Promise<PolicySource>;
  readonly #log: Log;
  readonly #clock: Clock;
  #current: PolicySet | undefined;
  #problem: Problem | null = null;
  #reloading: Promise<Result<void>> | undefined;
  #again = false;

  constructor(source: () => Promise<PolicySource>, { log, clock }: { log: Log; clock: Clock }) {
    this.#source = source;
    this.#log = log;
    this.#clock = clock;
  }

  get current(): PolicySet {
    assert(this.#current, "policies are read before anything is decided");
    return this.#current;
  }

  /** Why what was read last is not in force. */
  get problem(): Problem | null {
    return this.#problem;
  }

  /** Changes that come while policies are being read are read once more, after. */
  async reload(): Promise<Result<void>> {
    this.#again = true;
    this.#reloading ??= this.#read().finally(() => (this.#reloading = undefined));
    return this.#reloading;
  }

  async #read(): Promise<Result<void>> {
    let done: Result<void> = ok();
    while (this.#again) {
      this.#again = false;
      done = await this.#readOnce();
    }
    return done;
  }

  async #readOnce(): Promise<Result<void>> {
    const loaded = await this.#load();
    if (loaded.ok) {
      tellAbsent(this.#log, loaded.value.absent, this.#current?.absent);
      this.#current = loaded.value;
      this.#problem = null;
      return ok();
    }
    const { detail, hint = null } = loaded.failure;
    const at = new Date(this.#clock.now()).toISOString();
    this.#problem = { detail, hint, at: this.#problem?.at ?? at };
    this.#log("error", "policies were not taken over", { ...loaded.failure });
    return loaded;
  }

  /** The database can be away while groups are read: that is no reason to be without policies. */
  async #load(): Promise<Result<PolicySet>> {
    try {
      return await loadPolicies(await this.#source());
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      return fail("policy.invalid", `The policies could not be read: ${cause}`, {
        hint: "They are read again when tools or groups change, and at the next start.",
      });
    }
  }
}
