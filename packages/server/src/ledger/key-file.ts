// The file of key-encryption keys, a line each, the last one in use: added to, taken from, and read again
// when another process has changed it. A line is the key itself, or what a KMS made of it.
import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { systemClock } from "../lib/clock.ts";

/**
 * Keeps key-encryption keys at rest. Left out, the file holds them as they are, readable to us alone. With a
 * KMS each line is `<name>:<what the KMS made of the key>`: it is asked once a key and start, never a call.
 */
export interface KeyWrapper {
  readonly name: string;
  wrap(key: Uint8Array): Promise<string>;
  unwrap(wrapped: string): Promise<Uint8Array>;
}

export const KEK_BYTES = 32;
/** So old may be what a process knows of the file when it wraps. */
export const STALE_MS = 1_000;

export class KeyFile {
  readonly #path: string;
  readonly #wrapper: KeyWrapper | undefined;
  /** What the KMS has said, by line. */
  readonly #opened = new Map<string, Buffer>();
  #stamp = "";
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(path: string, wrapper?: KeyWrapper) {
    this.#path = path;
    this.#wrapper = wrapper;
  }

  /** Asks the KMS for the keys that it has not been asked for yet. */
  async open(): Promise<void> {
    for (const line of this.#lines()) {
      const text = this.#wrappedIn(line);
      if (text === undefined || this.#opened.has(line)) continue;
      const key = await this.#wrapper?.unwrap(text);
      if (key) this.#opened.set(line, Buffer.from(key));
    }
    this.#stamp = "";
  }

  /** Undefined while the file is as it was when it was read last. */
  changed(when: "now" | "stale"): Buffer[] | undefined {
    const nowMs = systemClock.monotonicMs();
    if (when === "stale" && nowMs - this.#lookedMs < STALE_MS) return undefined;
    this.#lookedMs = nowMs;
    const { mtimeMs, size, ino } = statSync(this.#path);
    const stamp = `${mtimeMs} ${size} ${ino}`;
    if (stamp === this.#stamp) return undefined;
    this.#stamp = stamp;
    return this.#read();
  }

  async add(key: Uint8Array): Promise<void> {
    const plain = Buffer.from(key).toString("base64");
    const wrapper = this.#wrapper;
    const line = wrapper ? `${wrapper.name}:${await wrapper.wrap(key)}` : plain;
    if (wrapper) this.#opened.set(line, Buffer.from(key));
    this.#write([...this.#lines(), line]);
  }

  /** The last line is the key in use, and stays. */
  keepLast(): void {
    this.#write(this.#lines().slice(-1));
  }

  #read(): Buffer[] {
    const keys = this.#lines().map((line) =>
      this.#wrappedIn(line) === undefined ? Buffer.from(line, "base64") : this.#opened.get(line),
    );
    const known = keys.filter((key) => key !== undefined);
    if (known.length === 0 || known.some((key) => key.length !== KEK_BYTES))
      throw new Error(`${this.#path} is damaged, or a KMS must open it`);
    return known;
  }

  #lines(): string[] {
    return readFileSync(this.#path, "utf8").trim().split("\n");
  }

  #wrappedIn(line: string): string | undefined {
    const colon = line.indexOf(":");
    if (colon < 0) return undefined;
    const name = line.slice(0, colon);
    if (this.#wrapper && name !== this.#wrapper.name)
      throw new Error(`${this.#path} holds a key of ${name}, and not of ${this.#wrapper.name}`);
    return line.slice(colon + 1);
  }

  /** Whole or not at all, whoever reads meanwhile. */
  #write(lines: readonly string[]): void {
    const next = `${this.#path}.next`;
    writeFileSync(next, `${lines.join("\n")}\n`, { mode: 0o600, flush: true });
    renameSync(next, this.#path);
  }
}
