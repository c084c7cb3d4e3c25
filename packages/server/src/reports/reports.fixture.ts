// A small ledger to ask about: sends as egress records them, at times that the test chooses.
import { fileURLToPath } from "node:url";
import type { NonEgressReport } from "@stead/protocol";
import type { FreshDatabase } from "../../test/database.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Clock } from "../lib/clock.ts";
import { ok } from "../lib/result.ts";
import { append } from "../ledger/append.ts";
import { checkpoint } from "../ledger/checkpoint.ts";
import { exportPage } from "../ledger/export.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { ledgerOn, value } from "../ledger/ledger.fixture.ts";
import { reportNonEgress, type Asked } from "./non-egress.ts";
import type { Finders } from "./rescan.ts";

const script = fileURLToPath(new URL("../../../../scripts/verify-report.mjs", import.meta.url));

interface Checked {
  readonly report: NonEgressReport;
  readonly events: ReadonlyMap<string, unknown>;
  readonly key: unknown;
}
interface StandAlone {
  readonly checkReport: (bytes: Uint8Array, trustedKey?: string) => Checked;
  readonly sentencesOf: (checked: Checked, trusted: boolean) => string[];
  readonly Completeness: new (checked: Checked & { key: string }) => {
    line(line: string): void;
    finish(): string[];
  };
}
export const { checkReport, sentencesOf, Completeness }: StandAlone = await import(script);

export const DAY = Date.parse("2026-03-10T00:00:00.000Z");
export const HOUR_MS = 3_600_000;
export const PROVIDER = "model.example:443";
export const QUESTION = {
  class: "phi",
  destination: PROVIDER,
  from: new Date(DAY).toISOString(),
  to: new Date(DAY + 24 * HOUR_MS).toISOString(),
};

/** Stands still until it is told. */
export class HandClock implements Clock {
  ms = DAY;
  now(): number {
    return this.ms;
  }
  monotonicMs(): number {
    return this.ms;
  }
  async sleep(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Finds the word "diagnosis", as a detector would. */
export const FINDERS: Finders = {
  detect: {
    version: "test-detect/2",
    find: (text) =>
      [...text.matchAll(/diagnosis/g)].map(({ index }) => ({ from: index, class: "phi" })),
  },
  known: {
    version: "7",
    find: (text) =>
      [...text.matchAll(/Maja Lind|PKZIP/g)].map(({ 0: what, index }) => ({
        from: index,
        class: what === "Maja Lind" ? "pii" : "unopened",
      })),
  },
};

export interface Sent {
  readonly stream?: string;
  readonly destination?: string;
  readonly classes?: readonly string[];
  /** What stood in the bytes when they left. */
  readonly found?: readonly string[];
  readonly replaced?: readonly { class: string; count: number }[];
  readonly text?: string;
  /** What it was settled with; null: it was not. */
  readonly settled?: { readonly status: number | null; readonly code: string | null } | null;
  /** False: the bytes were not kept, as of a connection that is no request. */
  readonly kept?: boolean;
  readonly subject?: string;
}

/** Data of an event, and its body if it has one. */
type What = JsonObject & { readonly body?: Json };

let made = 0;

export class World {
  readonly clock = new HandClock();
  readonly ledger: Ledger;
  #sends = 0;

  constructor(base: FreshDatabase) {
    this.ledger = ledgerOn(base, { clock: this.clock, orgId: `org_${++made}` });
  }

  async record(stream: string, type: string, what: What): Promise<void> {
    const { body, ...data } = what;
    const bodies = body === undefined ? {} : { bytes: { value: body, subjects: ["usr_maja"] } };
    value(await append(this.ledger, { stream, after: "tail", events: [{ type, data, bodies }] }));
  }

  async send(sent: Sent = {}): Promise<void> {
    const { stream = "run_a", destination = PROVIDER, classes = [], text = "hello" } = sent;
    const { settled = { status: 200, code: null }, kept = true, found, replaced } = sent;
    const sendId = `snd_${++this.#sends}`;
    const url = `https://${destination.replace(/:443$/, "")}/v1/chat`;
    const data = { sendId, destination, url, method: "POST", bytes: 5, classes: [...classes] };
    const body = { url, headers: {}, text: JSON.stringify({ content: text }) };
    const more = {
      detector: "test-detect/1",
      ...(replaced ? { replaced: [...replaced] } : {}),
      ...(found ? { found: [...found] } : {}),
    };
    const stored = kept ? { body } : {};
    await this.record(stream, "egress.sent", { ...data, ...more, ...stored });
    if (settled)
      await this.record(stream, "egress.settled", { sendId, ...settled, bytes: 2, durationMs: 1 });
  }

  checkpoint(): Promise<unknown> {
    return checkpoint(this.ledger).then(value);
  }

  ask(change: Partial<Asked["question"]> = {}, finders = FINDERS) {
    return reportNonEgress(
      { ledger: this.ledger, ready: async () => ok(), finders: () => finders },
      {
        question: { ...QUESTION, ...change },
        by: "usr_audit",
        signal: new AbortController().signal,
      },
    );
  }

  /** Asked two days later, checked by the stand-alone verifier under the key that the test knows. */
  async report(change: Partial<Asked["question"]> = {}, finders = FINDERS) {
    this.clock.ms = Math.max(this.clock.ms, DAY + 48 * HOUR_MS);
    const reply = value(await this.ask(change, finders));
    const checked = checkReport(Buffer.from(reply.file), this.ledger.keys.signer.verifierKey);
    return { ...reply, checked };
  }

  async export(): Promise<string[]> {
    const lines: string[] = [];
    let after: string | undefined;
    do {
      const page = value(await exportPage(this.ledger, after));
      lines.push(...page.lines);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return lines;
  }
}

/** Throws when a line of the export is not in the report. */
export function complete(checked: Checked, lines: readonly string[]): string[] {
  const whole = new Completeness({ ...checked, key: checked.report.key });
  for (const line of lines) whole.line(line);
  return whole.finish();
}
