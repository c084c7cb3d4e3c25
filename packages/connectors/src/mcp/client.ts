// One conversation with an MCP server for one act: the official client, whose every request goes the way that
// Stead gives, signed in as whoever acts.
import {
  Client,
  StreamableHTTPClientTransport,
  type CallToolResult,
  type FetchLike,
} from "@modelcontextprotocol/client";
import { SourceError, type SourceErrorCode } from "@stead/sdk";
import type { McpSource } from "./settings.ts";

const TIMEOUT_MS = 20_000;
const BYTES_MAX = 8_000_000;
const BODILESS = new Set([101, 204, 205, 304]);

/** What the client is told where Stead's way out threw: by it, it finds the protocol of older servers. */
const STATUS: Partial<Record<SourceErrorCode, number>> = {
  reconnect: 401,
  forbidden: 403,
  missing: 404,
  malformed: 400,
};

/** Nothing of a conversation outlives it: no session, no list, no answer is kept for anybody else. */
export async function conversation<T>(
  source: McpSource,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const said: { refusal?: SourceError } = {};
  const client = new Client(
    { name: "stead", version: "1" },
    {
      capabilities: {},
      versionNegotiation: { mode: "auto", probe: { timeoutMs: TIMEOUT_MS } },
      // A server's questions have nobody to answer them in the middle of a search.
      inputRequired: { autoFulfill: false },
      listMaxPages: 20,
      // Foreign schemas are never compiled; what comes is checked as it is read.
      jsonSchemaValidator: {
        getValidator: () => (input) => ({
          valid: true,
          data: JSON.parse(JSON.stringify(input)),
          errorMessage: undefined,
        }),
      },
    },
  );
  const { url } = source.settings;
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    fetch: fetchOver(source, said),
    reconnectionOptions: {
      initialReconnectionDelay: 200,
      maxReconnectionDelay: 1_000,
      reconnectionDelayGrowFactor: 2,
      maxRetries: 0,
    },
  });
  try {
    await client.connect(transport, { timeout: TIMEOUT_MS, signal: source.signal });
    delete said.refusal;
    return await work(client);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw said.refusal ?? new SourceError("malformed", "The server's answer could not be read.");
  } finally {
    await client.close().catch(() => {});
  }
}

export async function callTool(
  source: McpSource,
  client: Client,
  call: { readonly name: string; readonly arguments: Record<string, unknown> },
): Promise<CallToolResult> {
  return client.callTool(call, { timeout: TIMEOUT_MS, signal: source.signal });
}

function fetchOver(source: McpSource, said: { refusal?: SourceError }): FetchLike {
  return async (url, init) => {
    const method = init?.method ?? "GET";
    // No stream is held open for what nobody waits for.
    if (method !== "POST" && method !== "DELETE") return new Response(null, { status: 405 });
    const headers = Object.fromEntries(new Headers(init?.headers));
    delete headers["content-length"];
    const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : undefined;
    try {
      const reply = await source.http({
        method,
        url: String(url),
        headers,
        timeoutMs: TIMEOUT_MS,
        bytesMax: BYTES_MAX,
        ...(body === undefined ? {} : { body }),
      });
      const bytes = BODILESS.has(reply.status) ? null : ReadableStream.from(reply.bytes);
      return new Response(bytes, { status: reply.status, headers: { ...reply.headers } });
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      said.refusal = error;
      const status = STATUS[error.code];
      if (status === undefined) throw error;
      return new Response(null, { status });
    }
  };
}
