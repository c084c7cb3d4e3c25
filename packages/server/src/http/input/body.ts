// Reads a request's body: bounded while it arrives, JSON alone, neither deep nor strange.
import { fail, ok, type Result } from "../../lib/result.ts";

const DEPTH_MAX = 64;

/** The bytes, or a failure as soon as there are too many; the rest is not read. */
export async function readBytes(request: Request, bytesMax: number): Promise<Result<Uint8Array>> {
  const tooLarge = fail("request.too_large", `The body is larger than ${bytesMax} bytes.`);
  if (Number(request.headers.get("content-length") ?? 0) > bytesMax) return tooLarge;
  if (!request.body) return ok(new Uint8Array());
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return ok(Buffer.concat(chunks));
    bytes += value.byteLength;
    if (bytes > bytesMax) {
      await reader.cancel().catch(() => undefined);
      return tooLarge;
    }
    chunks.push(value);
  }
}

/** An absent body is `{}`, so that endpoints whose fields all have defaults need none. */
export async function readJson(request: Request, bytesMax: number): Promise<Result<unknown>> {
  const read = await readBytes(request, bytesMax);
  if (!read.ok) return read;
  if (read.value.byteLength === 0) return ok({});
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type))
    return fail("request.malformed", "The body must be JSON, with content-type application/json.");
  const parsed = parse(read.value);
  return parsed.ok ? checkValue(parsed.value) : parsed;
}

function parse(bytes: Uint8Array): Result<unknown> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return ok(JSON.parse(text));
  } catch {
    return fail("request.malformed", "The body is not valid JSON in UTF-8.");
  }
}

/** Without recursion: what is refused here must not be able to exhaust the stack first. */
export function checkValue(value: unknown): Result<unknown> {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX)
      return fail("request.malformed", `The body is nested deeper than ${DEPTH_MAX} levels.`);
    const below: unknown[] = [];
    for (const item of level) {
      if (typeof item === "string" && item.includes("\0")) return NUL;
      if (typeof item !== "object" || item === null) continue;
      if (Object.keys(item).some((key) => key.includes("\0"))) return NUL;
      for (const child of Object.values(item)) below.push(child);
    }
    level = below;
  }
  return ok(value);
}

/** PostgreSQL has no text with this character in it. */
const NUL = fail("request.malformed", "Text must not hold the character U+0000.");
