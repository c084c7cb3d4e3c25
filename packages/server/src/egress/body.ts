// An answer's body: chunks as they come, decompressed within the same bound, or all of it as text.
import { Readable } from "node:stream";
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from "node:zlib";
import type { Transform } from "node:stream";
import { fail, ok, type Failure, type Result } from "../lib/result.ts";
import { tooLarge, type Exchange, type Head } from "./exchange.ts";
import { BrokenBody, type OutResponse } from "./request.ts";

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(),
  "x-gzip": () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
};

export function responseOf(head: Head, exchange: Exchange, bytesMax: number): OutResponse {
  const decoder = DECODERS[head.headers["content-encoding"]?.toLowerCase() ?? ""];
  const body: AsyncIterable<Uint8Array> = decoder
    ? { [Symbol.asyncIterator]: () => decoded(exchange, decoder(), bytesMax) }
    : { [Symbol.asyncIterator]: () => plain(exchange) };
  return {
    status: head.status,
    headers: head.headers,
    body,
    text: (max = bytesMax) => textOf(body, max),
  };
}

function plain(exchange: Exchange): AsyncIterator<Uint8Array, void> {
  const chunks = exchange.chunks();
  return {
    next: async () => {
      const step = await chunks.next();
      if (step.done && exchange.failure) throw new BrokenBody(exchange.failure);
      return step;
    },
    return: () => chunks.return?.() ?? Promise.resolve({ done: true, value: undefined }),
  };
}

/** A small answer may unfold to a large one: the bound holds for what comes out. */
async function* decoded(
  exchange: Exchange,
  decoder: Transform,
  bytesMax: number,
): AsyncGenerator<Uint8Array, void> {
  const source = Readable.from({ [Symbol.asyncIterator]: () => plain(exchange) });
  source.on("error", (error) => decoder.destroy(error));
  let bytes = 0;
  try {
    for await (const chunk of source.pipe(decoder)) {
      const part: unknown = chunk;
      if (!(part instanceof Uint8Array)) continue;
      bytes += part.length;
      if (bytes > bytesMax) throw new BrokenBody(tooLarge(bytesMax).failure);
      yield part;
    }
  } catch (error) {
    throw error instanceof BrokenBody ? error : new BrokenBody(undecodable());
  } finally {
    source.destroy();
    decoder.destroy();
  }
}

function undecodable(): Failure {
  return fail("egress.unreachable", "the answer is compressed and could not be unpacked").failure;
}

async function textOf(body: AsyncIterable<Uint8Array>, max: number): Promise<Result<string>> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > max) return tooLarge(max);
      parts.push(chunk);
    }
  } catch (error) {
    if (error instanceof BrokenBody) return { ok: false, failure: error.failure };
    throw error;
  }
  return ok(Buffer.concat(parts).toString("utf8"));
}
