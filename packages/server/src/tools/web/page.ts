// Reads one page of the web: every hop through egress, within bounds, as text.
import type { Egress } from "../../egress/egress.ts";
import { BrokenBody, type OutRequest, type OutResponse } from "../../egress/request.ts";
import type { TextExtractor } from "../../knowledge/text/extract.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { ToolCall } from "../tool.ts";

export const PAGE_BYTES_MAX = 5_000_000;
const REDIRECTS_MAX = 5;
const IDLE_MS = 10_000;
const MOVED = new Set([301, 302, 303, 307, 308]);
const READABLE =
  /^(text\/(html|plain|markdown|csv|xml)|application\/(xhtml\+xml|pdf|xml|json|[\w.+-]+\+(json|xml)))$/;

export interface WebDeps {
  readonly egress: Pick<Egress, "send">;
  readonly extractor: Pick<TextExtractor, "extract">;
}

export interface WebPage {
  /** Where it was found in the end. */
  readonly url: string;
  readonly title: string;
  readonly text: string;
}

export async function readPage(
  deps: WebDeps,
  call: ToolCall,
  asked: string,
): Promise<Result<WebPage>> {
  const found = await follow(deps, call, asked);
  if (!found.ok) return found;
  const { url, response } = found.value;
  const mediaType = (response.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase();
  if (!mediaType || !READABLE.test(mediaType)) {
    await discard(response);
    return fail("document.unsupported", `${hostOf(url)} answered with ${mediaType || "no type"}.`, {
      hint: "Only pages, PDF files and plain text can be read.",
    });
  }
  const bytes = await bytesOf(response);
  if (!bytes.ok) return bytes;
  const file = { mediaType, name: "", bytes: inUtf8(bytes.value, response), articleOnly: true };
  const read = await deps.extractor.extract(file);
  if (!read.ok) return read;
  return ok({ url, title: read.value.title || url, text: read.value.text });
}

interface Found {
  readonly url: string;
  readonly response: OutResponse;
}

/** A redirect is a request of its own: its address is checked and recorded like the first. */
async function follow(deps: WebDeps, call: ToolCall, asked: string): Promise<Result<Found>> {
  let url = withoutHash(asked);
  for (let hops = 0; hops <= REDIRECTS_MAX; hops++) {
    // oxlint-disable-next-line no-await-in-loop -- each answer says where the next one is
    const sent = await deps.egress.send(call.permit, requestFor(call, url), call.journal);
    if (!sent.ok) return sent;
    const response = sent.value;
    const { location } = response.headers;
    if (response.status >= 200 && response.status < 300) return ok({ url, response });
    // oxlint-disable-next-line no-await-in-loop -- as above
    await discard(response);
    if (!MOVED.has(response.status) || location === undefined)
      return fail("tool.failed", `${hostOf(url)} answered with status ${response.status}.`);
    if (!URL.canParse(location, url))
      return fail("tool.failed", `${hostOf(url)} leads to an address that is none.`);
    url = withoutHash(new URL(location, url).href);
  }
  return fail("tool.failed", `${hostOf(asked)} leads from one address to the next without end.`);
}

function requestFor(call: ToolCall, url: string): OutRequest {
  return {
    url,
    method: "GET",
    headers: { accept: "text/html, application/xhtml+xml, text/plain, application/pdf;q=0.8" },
    label: call.label,
    purpose: "web",
    timeoutMs: call.timeoutMs,
    idleTimeoutMs: Math.min(IDLE_MS, call.timeoutMs),
    bytesMax: PAGE_BYTES_MAX,
    signal: call.signal,
    idempotent: true,
  };
}

export async function bytesOf(response: OutResponse): Promise<Result<Uint8Array>> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of response.body) {
      bytes += part.length;
      if (bytes > PAGE_BYTES_MAX)
        return fail("tool.too_large", `The page has more than ${PAGE_BYTES_MAX} bytes.`);
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof BrokenBody) return { ok: false, failure: error.failure };
    throw error;
  }
  return ok(Buffer.concat(parts));
}

/** Its connection is not used again. */
async function discard(response: OutResponse): Promise<void> {
  await response.body[Symbol.asyncIterator]().return?.();
}

/** The head names the encoding better than the bytes do. */
function inUtf8(bytes: Uint8Array, { headers }: OutResponse): Uint8Array {
  const charset = /charset="?([\w-]+)/i.exec(headers["content-type"] ?? "")?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return bytes;
  try {
    return new TextEncoder().encode(new TextDecoder(charset).decode(bytes));
  } catch {
    return bytes;
  }
}

function withoutHash(url: string): string {
  return url.split("#", 1)[0] ?? url;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "the address";
}
