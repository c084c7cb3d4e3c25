// A typed client of Stead's API, for browsers and Node alike. What acts is sent once, however often
// it is tried: the idempotency key stays the same over retries.
import type { Endpoint, EndpointName } from "@stead/protocol";
import { z } from "zod";
import {
  endpointOf,
  pathOf,
  type CallArguments,
  type CallInput,
  type CallOptions,
  type CallReply,
  type LooseInput,
} from "./call.ts";
import { ApiError, errorOf, UnreachableError } from "./error.ts";
import { newIdempotencyKey, passes, sleep, waitMs } from "./retry.ts";
import { readEvents } from "./sse.ts";

export interface ClientOptions {
  /** Such as `http://127.0.0.1:4600`; empty on the server's own pages. */
  readonly baseUrl: string;
  /** An API key. Without one the browser's session counts. */
  readonly key?: string;
  /** The session's CSRF token, if it is known; otherwise the client asks for it. */
  readonly csrf?: string;
  readonly fetch?: typeof globalThis.fetch;
  /** Attempts at a call that may be repeated; default 4. */
  readonly attemptsMax?: number;
}

export interface StreamOptions {
  readonly signal?: AbortSignal;
  readonly lastEventId?: string;
}

export interface Client {
  call<N extends EndpointName>(name: N, ...given: CallArguments<N>): Promise<CallReply<N>>;
  /** Untyped, for callers that learn the endpoint's name at run time. */
  callLoosely(name: EndpointName, input?: LooseInput, options?: CallOptions): Promise<unknown>;
  /** One connection's frames; `streamRun` reconnects. */
  frames<N extends EndpointName>(
    name: N,
    input: CallInput<N>,
    options?: StreamOptions,
  ): AsyncGenerator<{ id: string; data: CallReply<N> }, void, undefined>;
}

const ATTEMPTS_MAX = 4;
const csrfSchema = z.object({ csrf: z.string() });

interface Shipment {
  readonly endpoint: Endpoint;
  readonly input: LooseInput;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

export function createClient(options: ClientOptions): Client {
  const send = createSender(options);
  const attemptsMax = options.attemptsMax ?? ATTEMPTS_MAX;

  async function callLoosely(
    name: EndpointName,
    input: LooseInput = {},
    { signal, idempotencyKey }: CallOptions = {},
  ): Promise<unknown> {
    const endpoint = endpointOf(name);
    const headers: Record<string, string> = {};
    if (endpoint.keyed) headers["idempotency-key"] = idempotencyKey ?? newIdempotencyKey();
    const repeatable = endpoint.method === "GET" || endpoint.keyed === true;
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await send({ endpoint, input, headers, signal });
        return await readReply(response);
      } catch (error) {
        if (!repeatable || attempt + 1 >= attemptsMax || !passes(error)) throw error;
        await sleep(waitMs(error, attempt), signal);
      }
    }
  }

  return {
    callLoosely,
    async call<N extends EndpointName>(name: N, ...given: CallArguments<N>) {
      const [input, callOptions] = given;
      // The server and this client derive from the same table.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return (await callLoosely(name, input, callOptions)) as CallReply<N>;
    },
    async *frames<N extends EndpointName>(
      name: N,
      input: CallInput<N>,
      { signal, lastEventId }: StreamOptions = {},
    ) {
      const headers: Record<string, string> = { accept: "text/event-stream" };
      if (lastEventId !== undefined) headers["last-event-id"] = lastEventId;
      const endpoint = endpointOf(name);
      const response = await send({ endpoint, input, headers, signal });
      if (!response.body) throw new UnreachableError("the answer has no body");
      for await (const { id, data } of readEvents(response.body)) {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        yield { id, data: JSON.parse(data) as CallReply<N> };
      }
    },
  };
}

async function readReply(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new UnreachableError(error);
  }
}

/** Sends one request; anything but a 2xx is thrown. */
function createSender(options: ClientOptions): (shipment: Shipment) => Promise<Response> {
  const fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  let csrf = options.csrf;

  async function once({ endpoint, input, headers, signal }: Shipment): Promise<Response> {
    const sent: Record<string, string> = { accept: "application/json", ...headers };
    if (options.key !== undefined) sent["authorization"] = `Bearer ${options.key}`;
    else if (endpoint.method !== "GET") sent["stead-csrf"] = csrf ??= await askCsrf(signal);
    const body = endpoint.body ? JSON.stringify(input.body ?? {}) : undefined;
    if (body !== undefined) sent["content-type"] = "application/json";
    const url = `${baseUrl}${pathOf(endpoint, input)}`;
    const response = await fetch(url, {
      method: endpoint.method,
      headers: sent,
      credentials: "same-origin",
      redirect: "error",
      ...(body === undefined ? {} : { body }),
      ...(signal ? { signal } : {}),
    }).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      throw new UnreachableError(error);
    });
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  async function askCsrf(signal: AbortSignal | undefined): Promise<string> {
    const endpoint = endpointOf("session.get");
    const response = await once({ endpoint, input: {}, headers: {}, signal });
    return csrfSchema.parse(await readReply(response)).csrf;
  }

  return async (shipment) => {
    try {
      return await once(shipment);
    } catch (error) {
      // Another tab may have signed in again: the token is a new session's now.
      const stale = error instanceof ApiError && error.code === "auth.csrf" && csrf !== undefined;
      if (!stale || options.key !== undefined) throw error;
      csrf = undefined;
      return once(shipment);
    }
  };
}
