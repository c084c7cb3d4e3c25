// How a call's permit, journal and bounds reach the HTTP requests that the MCP client makes for it:
// the client's fetch is `egress.send`, and this is what it sends with.
import { AsyncLocalStorage } from "node:async_hooks";
import type { FetchLike } from "@modelcontextprotocol/client";
import type { Label } from "@stead/protocol";
import type { Egress } from "../../egress/egress.ts";
import type { Journal, OutResponse } from "../../egress/request.ts";
import { BrokenBody } from "../../egress/request.ts";
import type { Failure } from "../../lib/result.ts";
import type { Permit } from "../../policy/permit.ts";

export interface Way {
  readonly permit: Permit;
  readonly journal: Journal;
  readonly label: Label;
  readonly timeoutMs: number;
  readonly bytesMax: number;
  /** True when the server honours the key that goes with the call. */
  readonly idempotent: boolean;
  /** Why a request of this way failed, for the client wraps errors in words of its own. */
  failure?: Failure;
}

const ways = new AsyncLocalStorage<Way>();

/** Every request that `work` causes goes this way. */
export function along<T>(way: Way | null, work: () => Promise<T>): Promise<T> {
  return way ? ways.run(way, work) : work();
}

class NoWay extends Error {}

const SECRET = new Set(["authorization", "mcp-session-id"]);
const BODILESS = new Set([101, 204, 205, 304]);

/** A fetch for one server: without a permit nothing goes out. */
export function egressFetch(egress: Egress, purpose: string): FetchLike {
  return async (url, init) => {
    const way = ways.getStore();
    if (!way) throw new NoWay("no call is under way");
    const method = init?.method ?? "GET";
    // No stream is kept open between calls: what changed is found by listing again.
    if (method === "GET") return new Response(null, { status: 405 });
    const headers: Record<string, string> = {};
    const secretHeaders: Record<string, string> = {};
    for (const [name, value] of new Headers(init?.headers))
      (SECRET.has(name) ? secretHeaders : headers)[name] = value;
    const answer = await egress.send(
      way.permit,
      {
        url: String(url),
        method,
        headers,
        secretHeaders,
        ...(typeof init?.body === "string" ? { body: init.body } : {}),
        label: way.label,
        purpose,
        timeoutMs: way.timeoutMs,
        idleTimeoutMs: way.timeoutMs,
        bytesMax: way.bytesMax,
        idempotent: way.idempotent,
        ...(init?.signal ? { signal: init.signal } : {}),
      },
      way.journal,
    );
    if (answer.ok) return responseOf(answer.value, way);
    note(way, answer.failure);
    throw new Error(answer.failure.detail);
  };
}

/** The first failure is the cause; what is called off after it is not. */
function note(way: Way, failure: Failure): void {
  if (failure.code !== "run.cancelled") way.failure ??= failure;
}

function responseOf({ status, headers, body }: OutResponse, way: Way): Response {
  const bytes = BODILESS.has(status) ? null : ReadableStream.from(noting(body, way));
  return new Response(bytes, { status, headers });
}

async function* noting(body: AsyncIterable<Uint8Array>, way: Way): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    if (error instanceof BrokenBody) note(way, error.failure);
    throw error;
  }
}
