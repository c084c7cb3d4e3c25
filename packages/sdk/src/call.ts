// The types of a call, derived from the endpoint table: give what the endpoint takes, get its reply.
import {
  ENDPOINTS,
  type Endpoint,
  type EndpointInput,
  type EndpointName,
  type EndpointReply,
  type Endpoints,
} from "@stead/protocol";

type Given<N extends EndpointName> = EndpointInput<Endpoints[N]>;

/** Parts that the endpoint has not are left out; parts whose fields are all optional may be. */
type Parts<T> = {
  [K in keyof T as T[K] extends object ? ({} extends T[K] ? never : K) : never]: T[K];
} & {
  [K in keyof T as T[K] extends object ? ({} extends T[K] ? K : never) : never]?: T[K];
};

export type CallInput<N extends EndpointName> = Parts<Given<N>>;
export type CallReply<N extends EndpointName> = EndpointReply<Endpoints[N]>;

/** The input may be left out altogether when nothing of it is needed. */
export type CallArguments<N extends EndpointName> =
  {} extends CallInput<N>
    ? [input?: CallInput<N>, options?: CallOptions]
    : [input: CallInput<N>, options?: CallOptions];

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Normally made by the client; give one to repeat an act of an earlier process. */
  readonly idempotencyKey?: string;
}

/** The same, for those who learn an endpoint's name only at run time. */
export interface LooseInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

export function endpointOf(name: EndpointName): Endpoint {
  return ENDPOINTS[name];
}

/** The address of a call, relative to the server's. */
export function pathOf(endpoint: Endpoint, { params = {}, query = {} }: LooseInput): string {
  const path = endpoint.path.replace(/:(\w+)/g, (_all, name: string) => {
    const value = params[name];
    if (typeof value !== "string" && typeof value !== "number")
      throw new TypeError(`${endpoint.path} needs ${name}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      search.set(name, String(value));
  return search.size > 0 ? `${path}?${search.toString()}` : path;
}
