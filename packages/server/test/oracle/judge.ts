// What the oracle asks of a source: to change at random, and to say itself who reads what in it.
import type { Persona } from "../../src/http/edge.fixture.ts";

/** What happens to rights. Each source has those of them that its vendor knows. */
export const KINDS = [
  "join",
  "leave",
  "nest",
  "move",
  "break",
  "restore",
  "deny",
  "lock",
  "unlock",
  "delete",
  "share",
] as const;
export type Kind = (typeof KINDS)[number];

export const READERS = ["employee", "builder", "approver"] as const satisfies readonly Persona[];
export type Reader = (typeof READERS)[number];

export interface Rng {
  /** From nought up to, and without, `below`. */
  int(below: number): number;
  /** One of them; throws where there is none. */
  pick<T>(all: readonly T[]): T;
  /** Each of them or not. */
  some<T>(all: readonly T[]): T[];
  shuffled<T>(all: readonly T[]): T[];
}

/**
 * Undefined: there was nothing to change. `poll`: the source tells nobody, so that it has to be read again;
 * else the bodies of the events that it sends: none where it is asked each time.
 */
export type Told = "poll" | { readonly events: readonly object[] } | undefined;

export interface Connection {
  readonly connector: string;
  readonly settings: object;
  readonly trustedDomains?: readonly string[];
  /** Of the crawl identity. */
  readonly fields?: Readonly<Record<string, string>>;
  /** A word that is in each document of this source, and in no other. */
  readonly word: string;
  /** Users of a source in which nobody can sign in. */
  readonly users?: Readonly<Record<Reader, string>>;
  /** Stead's registration there, where the crawl identity signs in. */
  readonly client?: { readonly clientId: string; readonly clientSecret: string };
}

export interface Judge {
  readonly name: string;
  readonly kinds: readonly Kind[];
  /** `host:port`, to be let through. */
  readonly host: string;
  readonly connection: Connection;
  /** Asked as the person each time: not listed, not explained, and what was read so is the person's own. */
  readonly live?: (sourceId: string, title: string) => string;
  change(kind: Kind, rng: Rng): Promise<Told> | Told;
  /** Titles of all documents that there are. */
  titles(): Promise<readonly string[]> | readonly string[];
  /** In the source's own words: titles of what this person reads. */
  readable(reader: Reader): Promise<readonly string[]> | readonly string[];
  /** As the source signs its events. */
  sign?(body: string): Readonly<Record<string, string>>;
  /** What went wrong at the source's own side, so that no fault of the test's hides. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** Mulberry32: the same numbers for the same seed, wherever it runs. */
export function rngOf(seed: number): Rng {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    int,
    pick: (all) => {
      const found = all[int(all.length)];
      if (found === undefined) throw new Error("there is nothing to pick from");
      return found;
    },
    some: (all) => all.filter(() => next() < 0.5),
    shuffled: (all) =>
      all
        .map((one) => ({ one, at: next() }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ one }) => one),
  };
}
