// The registry of known values in this process: loaded from its pages, source by source, and loaded anew
// when another process says that one has changed.
import type { Ledger } from "../../../ledger/ledger.ts";
import { z } from "zod";
import { OTHER_ORDER, PROMISED_MIN, WEAK, type Automaton } from "../automaton.ts";
import { AutomatonBuilder } from "../builder.ts";
import { NO_KNOWN_VALUES, type KnownValues } from "../finding.ts";
import { knownValues } from "../known.ts";
import { fail, ok, type Result } from "../../../lib/result.ts";
import { whileAvailable } from "../../../store/available.ts";
import { openPage } from "./page.ts";
import { selectKnownSources, selectPages, type SourceRow } from "./queries.ts";

export const columnsSchema = z.array(z.object({ field: z.string(), class: z.string() }));

interface Loaded {
  readonly row: SourceRow;
  readonly automaton: Automaton;
  /** Pages that do not open: moved, bent, or of a lost key. */
  readonly closed: number;
}

export interface ClassCount {
  readonly class: string;
  readonly promised: number;
  /** Found only beside another value of their record: short ones, then ordinary words. */
  readonly short: number;
  readonly ordinary: number;
}

export interface SourceCounts {
  readonly row: SourceRow;
  readonly classes: readonly ClassCount[];
  readonly closed: number;
}

/** So old may be what is known of other processes' changes. */
const FRESH_MS = 1_000;

export class KnownRegistry {
  readonly #ledger: Ledger;
  #loaded = new Map<string, Loaded>();
  #current: KnownValues = NO_KNOWN_VALUES;
  #version = 0;
  #atMs = Number.NEGATIVE_INFINITY;
  #loading: Promise<Result<void>> | undefined;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  get current(): KnownValues {
    return this.#current;
  }

  /** Nothing leaves before what is in force is looked for. */
  async ready(): Promise<Result<void>> {
    if (this.#ledger.clock.monotonicMs() - this.#atMs > FRESH_MS) {
      const loaded = await this.reload();
      if (!loaded.ok) return loaded;
    }
    const shut = [...this.#loaded.values()].find(({ closed }) => closed > 0);
    return shut
      ? fail("store.unavailable", `Known values of "${shut.row.name}" don't open.`, {
          hint: "Import the list again, or remove it from the registry.",
        })
      : ok();
  }

  async reload(): Promise<Result<void>> {
    this.#loading ??= this.#load().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  async #load(): Promise<Result<void>> {
    const atMs = this.#ledger.clock.monotonicMs();
    return whileAvailable(async () => {
      const fresh = new Map<string, Loaded>();
      let isChanged = false;
      for (const row of await selectKnownSources(this.#ledger)) {
        const before = this.#loaded.get(row.id);
        const isSame = before?.row.generation === row.generation;
        isChanged ||= !isSame;
        fresh.set(row.id, isSame ? { ...before, row } : await this.#source(row));
      }
      if (isChanged || fresh.size !== this.#loaded.size) {
        const sources = [...fresh].map(([id, { automaton }]) => ({ id, automaton }));
        this.#current = knownValues(sources, ++this.#version);
      }
      this.#loaded = fresh;
      this.#atMs = atMs;
    });
  }

  async #source(row: SourceRow): Promise<Loaded> {
    const { orgId, keys } = this.#ledger;
    const { id: sourceId, generation } = row;
    const builder = new AutomatonBuilder(columnsSchema.parse(row.columns));
    let closed = 0;
    let record = 0;
    for (let after = -1; ;) {
      const pages = await selectPages(this.#ledger, { sourceId, generation, after });
      for (const page of pages) {
        const place = { orgId, sourceId, generation, number: page.number };
        const records = openPage(keys, place, page);
        if (!records) closed++;
        for (const values of records ?? [])
          builder.add(
            record++,
            values.map((value, column) => ({ column, value })),
          );
      }
      const last = pages.at(-1);
      if (!last) break;
      after = last.number;
    }
    if (closed > 0)
      this.#ledger.log("error", "known values don't open with this key", { sourceId, closed });
    return { row, automaton: builder.finish().automaton, closed };
  }

  counts(): SourceCounts[] {
    return [...this.#loaded.values()].map(({ row, automaton, closed }) => ({
      row,
      closed,
      classes: classCounts(automaton),
    }));
  }
}

function classCounts({ tables }: Automaton): ClassCount[] {
  const { columns, column, flags, starts, size } = tables;
  const counts = new Map<string, { promised: number; short: number; ordinary: number }>();
  for (let value = 0; value < size; value++) {
    if ((flags[value] ?? 0) & OTHER_ORDER) continue;
    const of = columns[column[value] ?? 0]?.class ?? "";
    const count = counts.get(of) ?? { promised: 0, short: 0, ordinary: 0 };
    counts.set(of, count);
    const length = (starts[value + 1] ?? 0) - (starts[value] ?? 0);
    if (((flags[value] ?? 0) & WEAK) === 0) count.promised++;
    else if (length < PROMISED_MIN) count.short++;
    else count.ordinary++;
  }
  return [...counts].map(([of, count]) => ({ class: of, ...count }));
}

const registries = new WeakMap<Ledger, KnownRegistry>();

/** The one of this organisation in this process. */
export function registryOf(ledger: Ledger): KnownRegistry {
  const registry = registries.get(ledger) ?? new KnownRegistry(ledger);
  registries.set(ledger, registry);
  return registry;
}
