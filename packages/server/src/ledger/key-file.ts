// The file of key-encryption keys, a line each, the last one in use: added to, taken from, and read again
// when another process has changed it. A line is the key itself, or what a key service made of it.
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { systemClock, type Clock } from "../lib/clock.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { Away } from "../store/available.ts";
import { isThere, secretFile } from "./secret-file.ts";

/**
 * A key service (KMS): keeps key-encryption keys at rest. Left out, the file holds them as they are, readable
 * to us alone. With one, each line is `<name>:<what the service made of the key>`, and no call waits for it.
 * A failure `store.unavailable` says that it is away; any other, that it refuses.
 */
export interface KeyWrapper {
  readonly name: string;
  wrap(key: Uint8Array): Promise<Result<string>>;
  unwrap(wrapped: string): Promise<Result<Uint8Array>>;
  /** Whether the first was made with a newer version of the service's own key; left out: never. */
  isNewer?(one: string, than: string): boolean;
}

/** Where a key service keeps the keys. */
export interface Kept {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly first: () => Buffer;
}

export const KEK_BYTES = 32;
/** So old may be what a process knows of the file when it wraps. */
export const STALE_MS = 1_000;
/** A change of the file takes a moment; one that lasts longer was broken off. */
const CHANGE_MS = 10_000;
const WAIT_MS = 10;
/** The file alone opens nothing: a key service made its lines. */
export class KeptElsewhere extends Error {}

const NOT_YET = "The key service has not been asked yet.";

export class KeyFile {
  readonly #path: string;
  readonly #kept: Kept | undefined;
  #wrapper: KeyWrapper | undefined;
  /** What the service has said, by line. */
  #opened = new Map<string, Buffer>();
  #untilMs = Number.NEGATIVE_INFINITY;
  #why = NOT_YET;
  #stamp = "";
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** Told when another process has put a line there that the service has not been asked about here. */
  onUnknown: () => void = () => undefined;

  constructor(path: string, kept?: Kept) {
    this.#path = path;
    this.#kept = kept;
  }

  /** Whether a key service keeps its keys. */
  get isKept(): boolean {
    return this.#kept !== undefined;
  }

  /** Asks the service for every key; from its answer on they are at hand for so long. */
  async open(wrapper: KeyWrapper, forMs: number): Promise<Result<void>> {
    this.#wrapper = wrapper;
    const made = await this.#ensure(wrapper);
    if (!made.ok) return made;
    const opened = new Map<string, Buffer>();
    for (const line of this.#lines()) {
      const key = await this.#unwrapped(line);
      if (!key.ok) return key;
      opened.set(line, key.value);
    }
    // Added while the service was asked.
    for (const [line, key] of this.#opened)
      if (this.#lines().includes(line) && !opened.has(line)) opened.set(line, key);
    this.#opened = opened;
    this.#untilMs = (this.#kept?.clock ?? systemClock).monotonicMs() + forMs;
    this.#readAgain();
    return ok();
  }

  /** Nothing opens any more until `open` is answered again. */
  shut(why: string): void {
    for (const key of this.#opened.values()) key.fill(0);
    this.#opened = new Map();
    this.#untilMs = Number.NEGATIVE_INFINITY;
    this.#why = why;
    this.#readAgain();
  }

  /** What the service should be asked to wrap anew: keys that stand as they are, or of an older version. */
  async renew(): Promise<Result<number>> {
    const wrapper = this.#wrapper;
    if (!wrapper) return ok(0);
    let renewed = 0;
    // Those that were there: the list grows meanwhile.
    const before = [...this.#opened];
    for (const [line, key] of before) {
      const again = await wrapper.wrap(key);
      if (!again.ok) return again;
      const text = this.#wrappedIn(line);
      if (text !== undefined && wrapper.isNewer?.(again.value, text) !== true) continue;
      const next = `${wrapper.name}:${again.value}`;
      this.#opened.set(next, key);
      this.#change((lines) => lines.map((each) => (each === line ? next : each)));
      renewed++;
    }
    return ok(renewed);
  }

  /** Undefined while the file is as it was when it was read last. */
  changed(when: "now" | "stale"): Buffer[] | undefined {
    const nowMs = (this.#kept?.clock ?? systemClock).monotonicMs();
    if (this.#kept && nowMs > this.#untilMs) throw new Away(this.#why);
    if (when === "stale" && nowMs - this.#lookedMs < STALE_MS) return undefined;
    this.#lookedMs = nowMs;
    const { mtimeMs, size, ino } = statSync(this.#path);
    const stamp = `${mtimeMs} ${size} ${ino}`;
    if (stamp === this.#stamp) return undefined;
    this.#stamp = stamp;
    return this.#read();
  }

  /** Another process may have added a key that the service has not been asked for here. */
  mustBeWhole(): void {
    if (!this.#kept || this.#lines().every((line) => this.#opened.has(line))) return;
    throw new Away("The key service is asked for a key that another process has added.");
  }

  async add(key: Uint8Array): Promise<Result<void>> {
    const wrapper = this.#wrapper;
    const text = wrapper ? await wrapper.wrap(key) : ok(Buffer.from(key).toString("base64"));
    if (!text.ok) return text;
    const line = wrapper ? `${wrapper.name}:${text.value}` : text.value;
    if (wrapper) this.#opened.set(line, Buffer.from(key));
    this.#change((lines) => [...lines, line]);
    return ok();
  }

  /** The last line is the key in use, and stays. */
  keepLast(): void {
    this.#change((lines) => lines.slice(-1));
  }

  async #ensure(wrapper: KeyWrapper): Promise<Result<void>> {
    if (!this.#kept || existsSync(this.#path)) return ok();
    const first = await wrapper.wrap(this.#kept.first());
    if (first.ok) secretFile(this.#path, () => `${wrapper.name}:${first.value}\n`);
    return first.ok ? ok() : first;
  }

  async #unwrapped(line: string): Promise<Result<Buffer>> {
    const text = this.#wrappedIn(line);
    const name = line.slice(0, Math.max(0, line.indexOf(":")));
    const wrapper = this.#wrapper;
    if (text !== undefined && wrapper?.name !== name)
      return fail("config.invalid", `${this.#path} holds a key of the key service ${name}.`, {
        hint: "Start with the settings of that service (STEAD_KMS).",
      });
    const key =
      text === undefined || !wrapper ? ok(Buffer.from(line, "base64")) : await wrapper.unwrap(text);
    if (!key.ok) return key;
    return key.value.length === KEK_BYTES
      ? ok(Buffer.from(key.value))
      : fail("config.invalid", `${this.#path} is damaged: a line of it is no key.`);
  }

  #read(): Buffer[] {
    const keys = this.#lines().map((line) =>
      this.#kept ? this.#opened.get(line) : plainKey(line, this.#path),
    );
    if (keys.includes(undefined)) this.onUnknown();
    if (!keys.every((key) => key?.length === KEK_BYTES))
      throw new Error(`${this.#path} is damaged, or has changed`);
    return keys.filter((key) => key !== undefined);
  }

  #lines(): string[] {
    return readFileSync(this.#path, "utf8").trim().split("\n");
  }

  #wrappedIn(line: string): string | undefined {
    const colon = line.indexOf(":");
    return colon < 0 ? undefined : line.slice(colon + 1);
  }

  #readAgain(): void {
    this.#stamp = "";
    this.#lookedMs = Number.NEGATIVE_INFINITY;
  }

  /** Whole or not at all, whoever reads meanwhile; and one at a time, for a line that is lost is lost. */
  #change(edit: (lines: readonly string[]) => readonly string[]): void {
    const next = `${this.#path}.next`;
    while (!claimed(next)) {
      if (isBrokenOff(next)) rmSync(next, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
    }
    writeFileSync(next, `${edit(this.#lines()).join("\n")}\n`, { flush: true });
    renameSync(next, this.#path);
    this.#readAgain();
  }
}

function claimed(path: string): boolean {
  try {
    writeFileSync(path, "", { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (isThere(error)) return false;
    throw error;
  }
}

function isBrokenOff(path: string): boolean {
  const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return made !== undefined && Math.abs(systemClock.now() - made) > CHANGE_MS;
}

function plainKey(line: string, path: string): Buffer {
  const colon = line.indexOf(":");
  if (colon < 0) return Buffer.from(line, "base64");
  throw new KeptElsewhere(`${path} holds a key of the key service ${line.slice(0, colon)}.`);
}
