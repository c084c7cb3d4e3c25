// The policies in force: read again when tools or groups change; an error leaves the old ones standing.
import type { Log } from "../lib/log.ts";
import { assert, ok, type Result } from "../lib/result.ts";
import { tellAbsent } from "./cedar/absent.ts";
import { loadPolicies, type PolicySource } from "./load.ts";
import type { PolicySet } from "./policy.ts";

export class PoliciesInForce {
  readonly #source: () => Promise<PolicySource>;
  readonly #log: Log;
  #current: PolicySet | undefined;
  #reloading: Promise<Result<void>> | undefined;
  #again = false;

  constructor(source: () => Promise<PolicySource>, log: Log) {
    this.#source = source;
    this.#log = log;
  }

  get current(): PolicySet {
    assert(this.#current, "policies are read before anything is decided");
    return this.#current;
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
      const loaded = await loadPolicies(await this.#source());
      if (loaded.ok) {
        tellAbsent(this.#log, loaded.value.absent, this.#current?.absent);
        this.#current = loaded.value;
      } else this.#log("error", "policies were not taken over", { ...loaded.failure });
      done = loaded.ok ? ok() : loaded;
    }
    return done;
  }
}
