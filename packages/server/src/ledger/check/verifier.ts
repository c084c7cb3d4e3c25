// Checks a ledger record by record, in the order of an export, and stops at the first that is bad.
import type { Verification } from "@stead/protocol";
import { Finding, TREE, type Bad } from "./finding.ts";
import { LogCheck } from "./log.ts";
import { Numbering } from "./numbering.ts";
import type { LedgerRecord } from "./record.ts";
import { StreamsCheck } from "./streams.ts";

export type Counts = Pick<
  Verification,
  "events" | "streams" | "checkpoints" | "uncovered" | "unwitnessed"
>;

/** The sections of an export, in their order. */
const SECTION = {
  ledger: 0,
  leaf: 1,
  checkpoint: 1,
  witness: 1,
  number: 2,
  event: 3,
  body: 3,
  end: 4,
} as const satisfies Record<LedgerRecord["kind"], number>;

export class Verifier {
  readonly #trusted: string | undefined;
  readonly #numbering = new Numbering();
  #org = "";
  #log: LogCheck | null = null;
  #streams: StreamsCheck | null = null;
  #section = -1;
  #records = 0;
  #bad: Bad | null = null;

  /**
   * `key`: the ledger's verifier key as the auditor knows it; else the export's own is believed.
   */
  constructor(key?: string) {
    this.#trusted = key;
  }

  get firstBad(): Bad | null {
    return this.#bad;
  }

  get log(): LogCheck | null {
    return this.#log;
  }

  get counts(): Counts {
    return {
      ...(this.#streams?.counts ?? { events: 0, streams: 0, uncovered: 0 }),
      checkpoints: this.#log?.roots.size ?? 0,
      unwitnessed: this.#log?.unwitnessed ?? 0,
    };
  }

  /** The next record, undefined for a line that is none. False once something is bad. */
  take(record: LedgerRecord | undefined): boolean {
    return this.#guard(() => {
      if (!record) this.#fail("the record after this can't be read");
      this.#take(record);
      this.#records++;
    });
  }

  /** Everything has been shown. */
  end(): Bad | null {
    this.#guard(() => {
      if (this.#section !== SECTION.end) this.#fail("the export breaks off");
    });
    return this.#bad;
  }

  #guard(work: () => void): boolean {
    if (this.#bad) return false;
    try {
      work();
    } catch (error) {
      if (!(error instanceof Finding)) throw error;
      this.#bad = error.bad;
    }
    return this.#bad === null;
  }

  #fail(why: string): never {
    throw new Finding({ stream: TREE, seq: null, why: `record ${this.#records}: ${why}` });
  }

  #take(record: LedgerRecord): void {
    if (record.kind === "ledger") {
      if (this.#log) this.#fail("a second header");
      this.#log = new LogCheck(record, this.#trusted);
      this.#org = record.org;
      this.#section = SECTION.ledger;
      return;
    }
    const log = this.#log ?? this.#fail("the header is missing");
    const section = SECTION[record.kind];
    if (section < this.#section || this.#section === SECTION.end)
      this.#fail(`a ${record.kind} where none belongs`);
    if (section > SECTION.leaf && this.#section <= SECTION.leaf) log.end();
    this.#section = section;
    if (record.kind === "leaf") return log.leaf(record);
    if (record.kind === "checkpoint") return log.checkpoint(record);
    if (record.kind === "witness") return log.witness(record);
    if (record.kind === "number") return this.#numbering.take(record);
    this.#streams ??= new StreamsCheck(this.#org, log, this.#numbering);
    if (record.kind === "event") return this.#streams.event(record);
    if (record.kind === "body") return this.#streams.body(record);
    this.#streams.end();
    if (record.records !== this.#records) this.#fail("records are missing");
  }
}
