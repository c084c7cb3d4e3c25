// The edge: every row of the endpoint table becomes a route with the same checks, in the same order.
import { ENDPOINT_ROWS } from "@stead/protocol";
import { Hono, type Context } from "hono";
import { createKeyUse } from "../identity/key/use.ts";
import { fail } from "../lib/result.ts";
import { Away, isUnavailable } from "../store/available.ts";
import { callEndpoint, type Edge } from "./call.ts";
import { errorResponse } from "./errors.ts";
import { checkHost, contentSecurityPolicy, SECURITY_HEADERS } from "./headers.ts";
import { createIdempotency } from "./once/once.ts";
import { createLimiter, LIMITS } from "./limits.ts";
import { openApiDocument } from "./openapi.ts";
import { joinPages } from "./pages/join.ts";
import { loginPages } from "./pages/login.ts";
import { setupPages } from "./pages/setup.ts";
import { consolePages } from "./pages/static.ts";
import type { AppParts } from "./settings.ts";
import { createStreams } from "./stream/streams.ts";

export interface App {
  readonly fetch: Hono["fetch"];
  /** Ends every stream and writes what was kept for later. */
  close(): Promise<void>;
}

export function createApp(parts: AppParts): App {
  const closing = new AbortController();
  const edge = createEdge(parts, closing.signal);
  const app = new Hono();
  app.use(async (c, next) => {
    const host = checkHost(c.req.header("host"), parts.settings);
    if (host.ok) await next();
    else c.res = errorResponse(host.failure);
    secure(c);
  });
  for (const row of ENDPOINT_ROWS)
    app.on(row.endpoint.method, row.endpoint.path, (c) => callEndpoint(c, edge, row));
  app.get("/openapi.json", (c) => c.json(openApiDocument(parts.settings.version)));
  app.route("/", joinPages(edge));
  app.route("/", loginPages(edge));
  app.route("/", setupPages(edge));
  app.all("/api/*", () => errorResponse(NO_ENDPOINT.failure));
  app.route("/", consolePages(parts.settings.webDir));
  app.onError((error, c) => {
    const response = bug(edge, error, c);
    secure(c, response);
    return response;
  });
  return {
    fetch: app.fetch,
    async close() {
      closing.abort();
      await edge.gate.keyUse.flush();
    },
  };
}

const NO_ENDPOINT = fail("resource.not_found", "There is no such endpoint.", {
  hint: "See /openapi.json.",
});

function createEdge(parts: AppParts, closing: AbortSignal): Edge {
  const { ctx, settings } = parts;
  const limits = { ...LIMITS, ...settings.limits };
  return {
    ...parts,
    limits,
    closing,
    people: createLimiter(ctx.clock, limits.person),
    open: createLimiter(ctx.clock, limits.open),
    peers: createLimiter(ctx.clock, limits.peer),
    idempotency: createIdempotency(ctx),
    streams: createStreams(limits.streamsPerPersonMax),
    gate: {
      ctx,
      keyUse: createKeyUse(ctx),
      strangers: createLimiter(ctx.clock, limits.stranger),
      secure: settings.origin?.startsWith("https:") ?? false,
    },
  };
}

/** A page may have set a policy of its own, naming its inline script. */
function secure(c: Context, response: Response = c.res): void {
  const headers = response.headers;
  for (const [name, value] of Object.entries(SECURITY_HEADERS))
    if (!headers.has(name)) headers.set(name, value);
  if (!headers.has("content-security-policy"))
    headers.set("content-security-policy", contentSecurityPolicy());
  // Refusals, too: a "not found" that somebody keeps would outlive the day on which it is shared.
  if (c.req.path.startsWith("/api/") && !headers.has("cache-control"))
    headers.set("cache-control", "no-store");
}

/** The client learns an id, the log the rest. */
function bug(edge: Edge, error: Error, c: Context): Response {
  const bugId = edge.ctx.ids.next("bug");
  const route = `${c.req.method} ${c.req.path}`;
  if (isUnavailable(error)) {
    edge.ctx.log("error", "database unreachable", { bugId, route, cause: error.message });
    const detail = error instanceof Away ? error.message : STORE_GONE.failure.detail;
    return errorResponse({ ...STORE_GONE.failure, detail });
  }
  edge.ctx.log("error", "bug in a request", { bugId, route, stack: error.stack });
  const failure = fail("internal.bug", `Look for ${bugId} in the server's log.`);
  return errorResponse(failure.failure);
}

const STORE_GONE = fail("store.unavailable", "The database did not answer.", {
  hint: "Nothing was lost; try again in a moment.",
});
