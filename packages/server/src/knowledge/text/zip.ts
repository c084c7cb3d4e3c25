// A ZIP archive within bounds: what an entry claims is checked against what it unpacks to, and all that
// is unpacked is counted.
import { fromBufferPromise, type Entry, type ZipFile } from "yauzl";
import { Unreadable } from "./text.ts";

const ENTRIES_MAX = 10_000;
const UNPACKED_BYTES_MAX = 128 * 1024 * 1024;

export class Archive {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  #unpackedBytes = 0;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  static async open(bytes: Uint8Array): Promise<Archive> {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const zip = await fromBufferPromise(buffer, { lazyEntries: true, validateEntrySizes: true });
    if (zip.entryCount > ENTRIES_MAX)
      throw new Unreadable("document.too_large", `An archive of ${zip.entryCount} files.`);
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    return new Archive(zip, entries);
  }

  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /** The entry as text, or undefined when there is none of that name. */
  async text(name: string): Promise<string | undefined> {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    if (entry.isEncrypted()) throw new Unreadable("document.locked", "It has a password.");
    this.#demandRoom(entry.uncompressedSize);
    const pieces: Buffer[] = [];
    for await (const piece of await this.#zip.openReadStreamPromise(entry)) {
      if (!Buffer.isBuffer(piece)) continue;
      this.#demandRoom(piece.length);
      this.#unpackedBytes += piece.length;
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString("utf8");
  }

  #demandRoom(bytes: number): void {
    if (this.#unpackedBytes + bytes > UNPACKED_BYTES_MAX)
      throw new Unreadable(
        "document.too_large",
        `It unpacks to more than ${UNPACKED_BYTES_MAX / 1024 / 1024} MB.`,
      );
  }
}
