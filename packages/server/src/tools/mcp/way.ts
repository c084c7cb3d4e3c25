// How a call's permit, journal and bounds reach the HTTP requests that the MCP client makes for it:
// the client's fetch is `egress.send`, and this is what it sends with.
import { AsyncLocalStorage } from "node:async_hooks";
import { extractWWWAuthenticateParams, type FetchLike } from "@modelcontextprotocol/client";
import type { Label } from "@stead/protocol";
import type { Egress } from "../../egress/egress.ts";
import type { Journal, OutResponse } from "../../egress/request.ts";
import { BrokenBody } from "../../egress/request.ts";
import { fail, type Failure } from "../../lib/result.ts";
import type { Permit } from "../../policy/permit.ts";

/** A person's own token, for the server at this address and for no other. */
export interface Bearer {
  readonly token: string;
  /** Of the grant: a later one is what a renewal has brought. */
  readonly version: number;
  /** Another grant is another session with the server. */
  readonly grantId: string;
  readonly url: string;
}

/** The server wants to be signed in to: where it says how, and for what. */
export interface Challenge {
  readonly resourceMetadataUrl: string | undefined;
  readonly scope: string | undefined;
  /** Let in, but with a grant of too little: a renewal brings no more. */
  readonly narrow: boolean;
}

export interface Way {
  readonly permit: Permit;
  readonly journal: Journal;
  readonly label: Label;
  readonly timeoutMs: number;
  readonly bytesMax: number;
  /** True when the server honours the key that goes with the call. */
  readonly idempotent: boolean;
  /** Given to a watcher alone: its stream may stay open for so long, whatever else has a bound. */
  readonly stream?: { readonly timeoutMs: number; readonly ended: () => void };
  readonly bearer?: Bearer;
  /** Who acts, as it is told in the body: good for a minute, and in no record. */
  assertion?: string;
  /** Set when the server did not let the request in. */
  challenge?: Challenge;
  /** Why a request of this way failed, for the client wraps errors in words of its own. */
  failure?: Failure;
  /** Called with the first failure: the client would wait to resume what can't be resumed. */
  onFailure?: () => void;
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
    const stream = isStream(method, init?.body) ? way.stream : undefined;
    // No stream of a call is kept open beyond it.
    if (method === "GET" && !stream) return new Response(null, { status: 405 });
    const headers: Record<string, string> = {};
    const secretHeaders: Record<string, string> = {};
    for (const [name, value] of new Headers(init?.headers))
      (SECRET.has(name) ? secretHeaders : headers)[name] = value;
    // Under no other address, whatever the client was told to ask for.
    const { bearer } = way;
    if (bearer && isAt(bearer.url, url)) secretHeaders["authorization"] = `Bearer ${bearer.token}`;
    const answer = await egress.send(
      way.permit,
      {
        url: String(url),
        method,
        headers,
        secretHeaders,
        ...(typeof init?.body === "string" ? { body: init.body } : {}),
        ...(way.assertion === undefined ? {} : { secretParts: [way.assertion] }),
        label: way.label,
        purpose,
        to: { kind: "tool", name: purpose },
        timeoutMs: stream?.timeoutMs ?? way.timeoutMs,
        idleTimeoutMs: stream?.timeoutMs ?? way.timeoutMs,
        firstByteTimeoutMs: way.timeoutMs,
        bytesMax: way.bytesMax,
        idempotent: way.idempotent,
        ...(init?.signal ? { signal: init.signal } : {}),
      },
      way.journal,
    );
    const challenge = answer.ok ? challengeIn(answer.value) : undefined;
    if (challenge) {
      way.challenge = challenge;
      note(way, fail("source.reconnect", "The server wants to be signed in to.").failure);
      stream?.ended();
      throw new Error("not let in");
    }
    if (answer.ok) return responseOf(answer.value, way, stream?.ended);
    note(way, answer.failure);
    stream?.ended();
    throw new Error(answer.failure.detail);
  };
}

function isAt(own: string, url: string | URL): boolean {
  const [here, there] = [new URL(own), new URL(url)];
  return here.origin === there.origin && here.pathname === there.pathname;
}

/** Not let in at all, or with too narrow a grant. */
function challengeIn({ status, headers }: OutResponse): Challenge | undefined {
  if (status !== 401 && status !== 403) return undefined;
  const { resourceMetadataUrl, scope, error } = extractWWWAuthenticateParams(
    new Response(null, { status, headers }),
  );
  if (status === 403 && error !== "insufficient_scope") return undefined;
  return { resourceMetadataUrl: resourceMetadataUrl?.href, scope, narrow: status === 403 };
}

/** The stream of the older protocol is a GET, that of the revision of 2026 a request of its own. */
function isStream(method: string, body: unknown): boolean {
  return method === "GET" || (typeof body === "string" && body.includes('"subscriptions/listen"'));
}

/** The first failure is the cause; what is called off after it is not. */
function note(way: Way, failure: Failure): void {
  if (failure.code === "run.cancelled" || way.failure) return;
  way.failure = failure;
  way.onFailure?.();
}

function responseOf(
  { status, headers, body }: OutResponse,
  way: Way,
  ended: () => void = () => undefined,
): Response {
  const bytes = BODILESS.has(status) ? null : ReadableStream.from(noting(body, way, ended));
  return new Response(bytes, { status, headers });
}

async function* noting(
  body: AsyncIterable<Uint8Array>,
  way: Way,
  ended: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    if (error instanceof BrokenBody) note(way, error.failure);
    throw error;
  } finally {
    ended();
  }
}
