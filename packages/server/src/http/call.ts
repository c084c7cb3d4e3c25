// One request to one endpoint: who, may they, what exactly; then the operation; then the answer.
import type { Decision, Endpoint, EndpointName } from "@stead/protocol";
import type { Context } from "hono";
import { z } from "zod";
import type { Frame, PublicRequest, RawRequest, RequestCtx } from "../lib/handler.ts";
import { stillIn } from "../identity/still-in.ts";
import type { Json } from "../lib/json.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import {
  addressOf,
  authenticate,
  checkScope,
  tooMany,
  type Caller,
  type Gate,
} from "./authenticate.ts";
import { errorResponse } from "./errors.ts";
import { checkKey, type Idempotency } from "./once/once.ts";
import type { Limiter, Limits } from "./limits.ts";
import { readBytes } from "./input/body.ts";
import { parseInput, type Input } from "./input/parse.ts";
import type { AppParts } from "./settings.ts";
import { streamFrames } from "./stream/frames.ts";
import type { Streams } from "./stream/streams.ts";

export interface Edge extends AppParts {
  readonly gate: Gate;
  readonly limits: Limits;
  readonly people: Limiter;
  readonly open: Limiter;
  /** Of sources that send events: many, often from one address. */
  readonly peers: Limiter;
  readonly idempotency: Idempotency;
  readonly streams: Streams;
  /** Aborts when the server closes. */
  readonly closing: AbortSignal;
}

export interface Row {
  readonly name: EndpointName;
  readonly endpoint: Endpoint;
}

type AnyHandler = (
  asker: PublicRequest & Partial<RawRequest>,
  input: Input,
) => Promise<Result<unknown>>;

/** Handlers differ in type row by row, and what they get was parsed by their row: here they are alike. */
function handlerOf(edge: Edge, row: Row): AnyHandler {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return edge.handlers[row.name] as AnyHandler;
}

export async function callEndpoint(c: Context, edge: Edge, row: Row): Promise<Response> {
  const answerHeaders = new Headers();
  const gone = new AbortController();
  const signal = AbortSignal.any([c.req.raw.signal, edge.closing, gone.signal]);
  const asker: PublicRequest = { requestId: edge.ctx.ids.next("req"), signal, answerHeaders };
  const handler = handlerOf(edge, row);
  if (row.endpoint.raw) return callRaw(c, edge, { row, asker });
  if (row.endpoint.action === "public") {
    const waitS = edge.open.take(addressOf(c));
    if (waitS > 0) return answer(tooMany(waitS), answerHeaders);
    const input = await parseInput(c, row.endpoint, edge.limits.bodyBytesMax);
    return answer(input.ok ? await handler(asker, input.value) : input, answerHeaders);
  }
  const admitted = await admit(c, edge, { row, answerHeaders });
  if (!admitted.ok) return answer(admitted, answerHeaders);
  const { caller, input } = admitted.value;
  const lastEventId = c.req.header("last-event-id")?.slice(0, 100) ?? null;
  const request: RequestCtx = {
    ...asker,
    principal: caller.principal,
    idempotencyKey: "",
    lastEventId,
  };
  if (row.endpoint.stream) return openStream(edge, { row, request, input, gone });
  if (row.endpoint.page) return goOn(await handler(request, input), answerHeaders);
  if (!row.endpoint.keyed) return answer(await handler(request, input), answerHeaders);
  const key = checkKey(c.req.header("idempotency-key"));
  if (!key.ok) return answer(key, answerHeaders);
  const { personId } = caller.principal;
  const keyed = { endpoint: row.name, personId, key: key.value, input: jsonOf(input) };
  const done = await edge.idempotency.once(keyed, (idempotencyKey) =>
    handler(keyedBy(request, idempotencyKey), input),
  );
  if (done.replayed) answerHeaders.set("idempotent-replayed", "true");
  return answer(done.result, answerHeaders);
}

/** From a peer that speaks words of its own: read within bounds, believed by its operation or not at all. */
async function callRaw(
  c: Context,
  edge: Edge,
  { row, asker }: { row: Row; asker: PublicRequest },
): Promise<Response> {
  const { answerHeaders } = asker;
  const waitS = edge.peers.take(addressOf(c));
  if (waitS > 0) return answer(tooMany(waitS), answerHeaders);
  const input = await parseInput(c, row.endpoint, edge.limits.bodyBytesMax);
  if (!input.ok) return answer(input, answerHeaders);
  const body = await readBytes(c.req.raw, edge.limits.bodyBytesMax);
  if (!body.ok) return answer(body, answerHeaders);
  const raw = { headers: Object.fromEntries(c.req.raw.headers), body: body.value };
  const done = await handlerOf(edge, row)({ ...asker, raw }, input.value);
  if (!done.ok) return answer(done, answerHeaders);
  const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
  return new Response(z.string().parse(done.value), { headers });
}

const pageSchema = z.object({ location: z.string().regex(/^\/(?!\/)/) });

/** To a page of our own, whatever the address said that led here. */
function goOn(result: Result<unknown>, answerHeaders: Headers): Response {
  if (!result.ok) return answer(result, answerHeaders);
  const headers = new Headers(answerHeaders);
  headers.set("location", pageSchema.parse(result.value).location);
  headers.set("cache-control", "no-store");
  return new Response(null, { status: 303, headers });
}

interface Admitted {
  readonly caller: Caller;
  readonly input: Input;
}

/** Nothing of the body is read before the person is known and allowed. */
async function admit(
  c: Context,
  edge: Edge,
  { row, answerHeaders }: { row: Row; answerHeaders: Headers },
): Promise<Result<Admitted>> {
  const { page } = row.endpoint;
  const caller = await authenticate(c, edge.gate, { answerHeaders, page: page ?? false });
  if (!caller.ok) return caller;
  const { principal } = caller.value;
  const waitS = edge.people.take(principal.personId);
  if (waitS > 0) return tooMany(waitS);
  const scope = checkScope(principal, row.endpoint);
  if (!scope.ok) return scope;
  const { action } = row.endpoint;
  if (action !== "self") {
    const decision = edge.decide({ principal, action });
    if (decision.kind !== "permit") return denied(decision);
  }
  const input = await parseInput(c, row.endpoint, edge.limits.bodyBytesMax);
  return input.ok ? ok({ caller: caller.value, input: input.value }) : input;
}

function denied(decision: Decision): Result<never> {
  const policies = decision.policies.map((policy) => policy.id);
  return fail("policy.denied", decision.reason, {
    ...(decision.contact === undefined ? {} : { hint: `Ask ${decision.contact}.` }),
    data: { policies },
  });
}

function answer(result: Result<unknown>, headers: Headers): Response {
  if (!result.ok) {
    const waitS = result.failure.data?.["retryAfterS"];
    if (typeof waitS === "number") headers.set("retry-after", String(waitS));
    return errorResponse(result.failure, headers);
  }
  headers.set("cache-control", "no-store");
  const response = Response.json(result.value);
  for (const [name, value] of headers) response.headers.append(name, value);
  return response;
}

function keyedBy(request: RequestCtx, idempotencyKey: string): RequestCtx {
  return { ...request, idempotencyKey };
}

/** What was parsed out of JSON and an address is JSON. */
function jsonOf({ params, query, body }: Input): Json {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { params, query, body } as { [part: string]: Json };
}

/** A row that says `stream` has an operation that answers with frames (see `Handler`). */
function framesOf(value: unknown): AsyncIterable<Frame<unknown>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return value as AsyncIterable<Frame<unknown>>;
}

async function openStream(
  edge: Edge,
  call: { row: Row; request: RequestCtx; input: Input; gone: AbortController },
): Promise<Response> {
  const { row, request, input, gone } = call;
  const { personId } = request.principal;
  const release = edge.streams.open(personId);
  if (!release) return answer(tooMany(5), request.answerHeaders);
  const handler = handlerOf(edge, row);
  const opened = await handler(request, input).catch((bug: unknown) => {
    release();
    throw bug;
  });
  if (!opened.ok) release();
  if (!opened.ok) return answer(opened, request.answerHeaders);
  const response = streamFrames(framesOf(opened.value), {
    clock: edge.ctx.clock,
    signal: request.signal,
    ended: () => {
      gone.abort();
      release();
    },
    failed: (bug) => {
      const stack = bug instanceof Error ? bug.stack : String(bug);
      edge.ctx.log("error", "bug in a stream", { requestId: request.requestId, stack });
    },
    stillAllowed: () => stillIn(edge.ctx, request.principal),
  });
  for (const [name, value] of request.answerHeaders) response.headers.append(name, value);
  return response;
}
