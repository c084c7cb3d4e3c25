// What the edge hands to an endpoint's operation, in types alone, so that every folder's `routes.ts`
// can be written without knowing the edge.
import type {
  EndpointName,
  EndpointReply,
  EndpointRequest,
  Endpoints,
  Principal,
} from "@stead/protocol";
import type { Result } from "./result.ts";

/** A request of nobody in particular: what public endpoints get. */
export interface PublicRequest {
  readonly requestId: string;
  /** Aborts when the client has gone or the server is closing. */
  readonly signal: AbortSignal;
  /** Headers to send along with the answer. */
  readonly answerHeaders: Headers;
}

/** A request in words of its sender's own, of which nothing was believed yet. */
export interface RawRequest extends PublicRequest {
  readonly raw: {
    /** Lower-case names. */
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  };
}

export interface RequestCtx extends PublicRequest {
  /** Who asks, recognised by the edge from a session or a key; never from the request's content. */
  readonly principal: Principal;
  /**
   * Same request, same key, also after a crash: derive the ids of effects from it (`idFrom`), so
   * that a repeat finds the first effect. Already scoped to the person and the endpoint. Empty for
   * endpoints that are not keyed.
   */
  readonly idempotencyKey: string;
  /** The id of the last frame that a returning client of a stream has seen. */
  readonly lastEventId: string | null;
}

/** One server-sent event. */
export interface Frame<T> {
  readonly id: string;
  readonly data: T;
}

type Asker<N extends EndpointName> = Endpoints[N] extends { readonly raw: true }
  ? RawRequest
  : Endpoints[N]["action"] extends "public"
    ? PublicRequest
    : RequestCtx;
type Answer<N extends EndpointName> = Endpoints[N] extends { readonly stream: true }
  ? AsyncIterable<Frame<EndpointReply<Endpoints[N]>>>
  : EndpointReply<Endpoints[N]>;

export type Handler<N extends EndpointName> = (
  asker: Asker<N>,
  input: EndpointRequest<Endpoints[N]>,
) => Promise<Result<Answer<N>>>;

/** Every endpoint's operation: one that is missing does not compile where the app is built. */
export type Handlers = { readonly [N in EndpointName]: Handler<N> };
