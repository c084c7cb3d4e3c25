// Writes a generation of a source page by page, from the first page on that is not as it was.
import { isDeepStrictEqual } from "node:util";
import type { Column } from "../automaton.ts";
import type { Ledger } from "../../../ledger/ledger.ts";
import type { Db } from "../../../store/db.ts";
import { openPage, sealPage, type KnownRecord } from "./page.ts";
import { countPages, insertPage, selectKnownSources, selectPage } from "./queries.ts";

export interface PageAt {
  readonly source: { readonly id: string };
  readonly generation: string;
  readonly number: number;
  /** The caller's transaction, if there is one. */
  readonly db?: Db;
}

export async function writePage(
  ledger: Ledger,
  { source, generation, number, db = ledger.db }: PageAt,
  records: readonly KnownRecord[],
): Promise<void> {
  const { orgId, clock, keys } = ledger;
  const place = { orgId, sourceId: source.id, generation, number };
  await insertPage(
    { db },
    {
      org_id: orgId,
      source_id: source.id,
      generation,
      number,
      records: records.length,
      ...sealPage(keys, place, records),
      written_at: new Date(clock.now()),
    },
  );
}

/** Somebody else put another list in force in between. */
export class Overtaken extends Error {}

interface Written {
  readonly id: string;
  readonly name: string;
  readonly columns: readonly Column[];
}

export class PageWriter {
  readonly #ledger: Ledger;
  readonly #source: Written;
  readonly #generation: string;
  /** In force, as long as everything is as it was. */
  #before: string | undefined;
  #pages = 0;
  #records = 0;
  /** There may be pages that are not in force. */
  isOpen = false;

  constructor(ledger: Ledger, source: Written, generation: string) {
    this.#ledger = ledger;
    this.#source = source;
    this.#generation = generation;
  }

  async begin(): Promise<void> {
    const { id, name, columns } = this.#source;
    const row = (await selectKnownSources(this.#ledger)).find((each) => each.id === id);
    if (row?.name === name && isDeepStrictEqual(row.columns, columns))
      this.#before = row.generation;
  }

  async page(records: readonly KnownRecord[]): Promise<void> {
    if (this.#before !== undefined) {
      const there = await this.#open(this.#before, this.#pages);
      if (!isDeepStrictEqual(there, records)) await this.#differ(this.#before);
    }
    if (this.#before === undefined) await this.#write(this.#pages, records);
    this.#pages++;
    this.#records += records.length;
  }

  async end(): Promise<{ isSame: boolean; pages: number; records: number }> {
    if (this.#before !== undefined) {
      const { pages } = await countPages(this.#ledger, this.#source.id, this.#before);
      if (pages !== this.#pages) await this.#differ(this.#before);
    }
    return { isSame: this.#before !== undefined, pages: this.#pages, records: this.#records };
  }

  /** From here on it is another list: what was the same so far is a part of it. */
  async #differ(before: string): Promise<void> {
    this.#before = undefined;
    for (let number = 0; number < this.#pages; number++) {
      // oxlint-disable-next-line no-await-in-loop -- one page in memory
      const records = await this.#open(before, number);
      if (!records) throw new Overtaken();
      // oxlint-disable-next-line no-await-in-loop
      await this.#write(number, records);
    }
  }

  async #open(generation: string, number: number): Promise<KnownRecord[] | undefined> {
    const { orgId, keys } = this.#ledger;
    const place = { orgId, sourceId: this.#source.id, generation, number };
    const page = await selectPage(this.#ledger, place);
    return page && openPage(keys, place, page);
  }

  async #write(number: number, records: readonly KnownRecord[]): Promise<void> {
    this.isOpen = true;
    const at = { source: this.#source, generation: this.#generation, number };
    await writePage(this.#ledger, at, records);
  }
}
