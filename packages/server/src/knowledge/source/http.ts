// HTTP as a connector has it: through egress, signed in, at the source's pace, repeated where that is safe.
import { SourceError, type Http, type HttpRequest } from "@stead/sdk";
import type { OutResponse } from "../../egress/request.ts";
import type { Result } from "../../lib/result.ts";
import type { Credential, Header } from "../connection/credential.ts";
import type { HostDeps, SourceWay } from "../connection/deps.ts";
import { backoffMs, errorOf, partsOf, replyOf, restOf } from "./reply.ts";
import type { Pace } from "./pace.ts";

export interface HttpOptions {
  readonly deps: HostDeps;
  /** Names the source in the record of what was sent. */
  readonly purpose: string;
  readonly credential: Credential;
  /** Where relative addresses begin; undefined: there is no such place. */
  readonly baseUrl: string | undefined;
  /** The only places that the credential goes to. */
  readonly origins: ReadonlySet<string>;
  readonly way: () => Promise<Result<SourceWay>>;
  /** What the connector was given; in no error. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 60_000;
const BYTES_MAX = 32 * 1024 * 1024;
const TRIES_MAX = 5;
const REDIRECTS_MAX = 5;
const SAFE = new Set(["GET", "HEAD"]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function createHttp(options: HttpOptions): Http {
  return async (request) => {
    const method = request.method ?? "GET";
    const url = addressOf(options, request);
    for (let tries = 1; ; tries++) {
      const { answer, header } = await once(options, { request, method, url });
      const { status } = answer;
      if (status < 400) return replyOf(answer, header?.value);
      const error = await errorOf(answer, new URL(url).host, [
        ...partsOf(header?.value ?? ""),
        ...Object.values(options.secrets),
      ]);
      const isBusy = status === 429 || status >= 500;
      const isSafe = SAFE.has(method) || status === 429;
      if (!isBusy || !isSafe || tries >= TRIES_MAX) throw error;
      const { clock, ids } = options.deps.ctx;
      const waitMs = restOf(answer.headers, clock.now()) ?? backoffMs(tries, ids.fraction());
      // A long rest is the sync's to plan, not a request's to sit out.
      if (waitMs > TIMEOUT_MS)
        throw new SourceError("busy", error.message, { retryAfterMs: waitMs });
      options.pace.rest(waitMs);
    }
  };
}

interface Sending {
  readonly request: HttpRequest;
  readonly method: string;
  readonly url: string;
}

/** One answer, after a refresh where the token was not taken, and after redirects. */
async function once(
  options: HttpOptions,
  sending: Sending,
): Promise<{ answer: OutResponse; header: Header | undefined }> {
  const header = await headerFor(options, sending);
  const answer = await follow(options, sending, header);
  const isOwn = options.origins.has(new URL(sending.url).origin);
  if (answer.status !== 401 || !header || !isOwn) return { answer, header };
  const again = await headerFor(options, sending, header.stale);
  // A password is no better for being sent twice.
  if (again?.value === header.value) return { answer, header };
  await drop(answer);
  return { answer: await follow(options, sending, again), header: again };
}

/** Nobody reads it, and the connection waits to be free. */
async function drop(answer: OutResponse): Promise<void> {
  await answer.text(16_384);
}

async function headerFor(
  { credential }: HttpOptions,
  { request }: Sending,
  stale?: number,
): Promise<Header | undefined> {
  const found = await credential.header(request.asUser, stale);
  return valueOf(found);
}

async function follow(
  options: HttpOptions,
  sending: Sending,
  header: Header | undefined,
): Promise<OutResponse> {
  let { url, request } = sending;
  for (let i = 0; ; i++) {
    const answer = await send(options, { ...sending, request, url }, header);
    const location = answer.headers["location"];
    const isRedirect = REDIRECTS.has(answer.status) && location !== undefined;
    if (!isRedirect) return answer;
    await drop(answer);
    if (!SAFE.has(sending.method) || i >= REDIRECTS_MAX || !URL.canParse(location, url))
      throw new SourceError("malformed", `${new URL(url).host} sends on to somewhere else.`);
    const next = new URL(location, url);
    // What the connector says of itself in a header is for the place that it was written to.
    if (next.origin !== new URL(url).origin) request = { ...request, headers: {} };
    url = next.href;
  }
}

async function send(
  options: HttpOptions,
  { request, method, url }: Sending,
  header: Header | undefined,
): Promise<OutResponse> {
  const { deps, origins, pace, signal } = options;
  const way = valueOf(await options.way());
  const release = await pace.turn(signal);
  if (!release) throw new SourceError("unavailable", "It was called off.");
  try {
    const { body, type } = bodyOf(request.body);
    // Only the source's own places are shown who asks: an address in an answer may name any other.
    const isOwn = origins.has(new URL(url).origin);
    const sent = await deps.egress.send(
      way.permit,
      {
        url,
        method,
        headers: { ...(type === undefined ? {} : { "content-type": type }), ...request.headers },
        ...(body === undefined ? {} : { body }),
        ...(header && isOwn ? { secretHeaders: { [header.name]: header.value } } : {}),
        label: way.label,
        purpose: options.purpose,
        to: { kind: "source" },
        timeoutMs: request.timeoutMs ?? TIMEOUT_MS,
        idleTimeoutMs: request.timeoutMs ?? TIMEOUT_MS,
        bytesMax: request.bytesMax ?? BYTES_MAX,
        idempotent: SAFE.has(method),
        signal,
      },
      way.journal,
    );
    return valueOf(sent);
  } finally {
    release();
  }
}

function addressOf({ baseUrl }: HttpOptions, { url, query = {} }: HttpRequest): string {
  const base = baseUrl === undefined ? undefined : `${baseUrl.replace(/\/$/, "")}/`;
  const relative = base === undefined ? url : url.replace(/^\//, "");
  if (!URL.canParse(relative, base))
    throw new SourceError("malformed", "The connector asked for an address that is none.");
  const full = new URL(relative, base);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) full.searchParams.set(name, String(value));
  return full.href;
}

function bodyOf(body: unknown): { body?: string | Uint8Array; type?: string } {
  if (body === undefined) return {};
  if (body instanceof URLSearchParams)
    return { body: body.toString(), type: "application/x-www-form-urlencoded" };
  if (typeof body === "string" || body instanceof Uint8Array) return { body };
  return { body: JSON.stringify(body), type: "application/json" };
}

/** A failure of ours in the words that connectors know. */
export function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  const { code, detail } = result.failure;
  const known =
    code === "source.reconnect"
      ? "reconnect"
      : code === "egress.blocked" || code === "policy.denied"
        ? "forbidden"
        : code === "egress.too_large"
          ? "too_large"
          : "unavailable";
  throw new SourceError(known, detail);
}
