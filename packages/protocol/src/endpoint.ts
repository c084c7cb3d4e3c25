// The shape of a row of the endpoint table, and the types that client and server derive from it.
import type { z } from "zod";

export interface Endpoint {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Hono style, for example `/api/runs/:runId`. */
  readonly path: string;
  /** The action that policy is asked about; "public" and "self" need no rule. */
  readonly action: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly reply: z.ZodType;
  /** True: a POST that acts, so it needs an `Idempotency-Key` (the typed client sends one). */
  readonly keyed?: boolean;
  /** True: answers with server-sent events whose data is `reply`. */
  readonly stream?: boolean;
  /** True: takes any body as its bytes, for peers with words of their own, and answers with text. */
  readonly raw?: boolean;
  /** True: a browser comes here from another site, and is sent on to the reply's `location`. */
  readonly page?: boolean;
}

type Part<
  E extends Endpoint,
  K extends "params" | "query" | "body",
  D extends "in" | "out",
> = E[K] extends z.ZodType ? (D extends "in" ? z.input<E[K]> : z.output<E[K]>) : undefined;

/** What a caller gives. */
export interface EndpointInput<E extends Endpoint> {
  params: Part<E, "params", "in">;
  query: Part<E, "query", "in">;
  body: Part<E, "body", "in">;
}
/** What a handler receives, parsed. */
export interface EndpointRequest<E extends Endpoint> {
  params: Part<E, "params", "out">;
  query: Part<E, "query", "out">;
  body: Part<E, "body", "out">;
}
export type EndpointReply<E extends Endpoint> = z.output<E["reply"]>;
