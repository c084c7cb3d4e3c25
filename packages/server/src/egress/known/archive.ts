// Opens archives in bytes, within bounds: what can't be opened here could hide anything.
import {
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
  type InputType,
} from "node:zlib";

export interface Opened {
  readonly contents: readonly Uint8Array[];
  /** Some or all of it could not be looked into. */
  readonly isRefused: boolean;
}

/** Of all that one text holds, unpacked. */
export const UNPACKED_MAX = 32 * 1024 * 1024;
const ENTRIES_MAX = 1_000;

/** Bytes left to unpack: shared by all archives of one text. */
export interface Room {
  bytes: number;
}

const start = (...bytes: number[]): Buffer => Buffer.from(bytes);
const ZIP = start(0x50, 0x4b, 3, 4);
const GZIP = start(0x1f, 0x8b, 8);
const ZSTD = start(0x28, 0xb5, 0x2f, 0xfd);
/** bzip2, xz, 7z, rar, lz4: known, and not opened here. */
const CLOSED = [
  start(0x42, 0x5a, 0x68),
  start(0xfd, 0x37, 0x7a, 0x58, 0x5a),
  start(0x37, 0x7a, 0xbc, 0xaf, 0x27),
  start(0x52, 0x61, 0x72, 0x21, 0x1a),
  start(4, 0x22, 0x4d, 0x18),
];
const BLOCK = start(0x31, 0x41, 0x59, 0x26, 0x53, 0x59);

type Unpack = (bytes: InputType, options: { maxOutputLength: number }) => Buffer;

/** Undefined where there is no archive. */
export function openArchive(bytes: Uint8Array, room: Room): Opened | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (CLOSED.some((magic) => begins(buffer, magic) && isMeant(buffer)))
    return { contents: [], isRefused: true };
  if (begins(buffer, GZIP)) {
    const opened = unpacked(gunzipSync, buffer, room);
    return opened.isRefused ? (memberAt(buffer, room) ?? opened) : opened;
  }
  if (begins(buffer, ZSTD)) return unpacked(zstdDecompressSync, buffer, room);
  if (buffer.includes(ZIP)) return openZip(buffer, room);
  if (isZlib(buffer)) {
    const opened = unpacked(inflateSync, buffer, room);
    return opened.isRefused ? undefined : opened;
  }
  const within = buffer.indexOf(GZIP);
  if (within < 0) return undefined;
  return memberAt(buffer.subarray(within), room);
}

const GZIP_HEADER = 10;

/** The first member of a gzip, whatever follows it. */
function memberAt(buffer: Buffer, room: Room): Opened | undefined {
  const flags = buffer[3] ?? 0;
  let from = GZIP_HEADER;
  if ((flags & 4) !== 0 && buffer.length > from + 2) from += 2 + buffer.readUInt16LE(from);
  for (const bit of [8, 16]) if ((flags & bit) !== 0) from = buffer.indexOf(0, from) + 1;
  if ((flags & 2) !== 0) from += 2;
  const opened = unpacked(inflateRawSync, buffer.subarray(from), room);
  return opened.isRefused ? undefined : opened;
}

function begins(buffer: Buffer, magic: Buffer): boolean {
  return buffer.length > magic.length && buffer.subarray(0, magic.length).equals(magic);
}

/** "BZh" may be three letters. */
function isMeant(buffer: Buffer): boolean {
  return buffer[0] !== 0x42 || buffer.subarray(4, 10).equals(BLOCK);
}

function isZlib(buffer: Buffer): boolean {
  const [method = 0, flags = 0] = buffer;
  return method === 0x78 && (method * 256 + flags) % 31 === 0 && (flags & 32) === 0;
}

function unpacked(unpack: Unpack, bytes: Buffer, room: Room): Opened {
  if (room.bytes <= 0) return { contents: [], isRefused: true };
  try {
    const content = unpack(bytes, { maxOutputLength: room.bytes });
    room.bytes -= content.length;
    return { contents: [content], isRefused: false };
  } catch {
    // Too large, encrypted or broken: all the same to whom can't look.
    return { contents: [], isRefused: true };
  }
}

const HEADER = 30;
const ENCRYPTED = 1;
const STORED = 0;
const DEFLATED = 8;

/** By the entries themselves, not by the directory, which may leave some out. */
function openZip(buffer: Buffer, room: Room): Opened {
  const contents: Uint8Array[] = [];
  let isRefused = false;
  let entries = 0;
  for (let at = buffer.indexOf(ZIP); at >= 0; at = buffer.indexOf(ZIP, at + 1)) {
    if (at + HEADER > buffer.length || ++entries > ENTRIES_MAX)
      return { contents, isRefused: true };
    const method = buffer.readUInt16LE(at + 8);
    const isEncrypted = (buffer.readUInt16LE(at + 6) & ENCRYPTED) !== 0;
    const from = at + HEADER + buffer.readUInt16LE(at + 26) + buffer.readUInt16LE(at + 28);
    // What is only stored stands in the bytes as it is.
    if (method === STORED && !isEncrypted) continue;
    if (method !== DEFLATED || isEncrypted) {
      isRefused = true;
      continue;
    }
    const opened = unpacked(inflateRawSync, buffer.subarray(from), room);
    contents.push(...opened.contents);
    isRefused ||= opened.isRefused;
  }
  return { contents, isRefused };
}
