// One connection to an MCP server: opened on demand, listed at each opening, closed when idle, and
// not opened again at once when it keeps dying.
import { Client, SdkHttpError, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { CallToolResult, Tool as McpTool, Transport } from "@modelcontextprotocol/client";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { ChildTransport } from "./child.ts";
import { TOOLS_MAX } from "./describe.ts";
import { failureOf } from "./result.ts";
import { along, type Way } from "./way.ts";

export interface SessionOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly open: () => Transport;
  /** Called with every list that the server gives. */
  readonly onListed: (tools: readonly McpTool[]) => void;
  /** Called when the server says that its list has changed; without it, it is not asked to. Over HTTP
   * a watcher alone has it: a stream for changes would outlive the call that opened it. */
  readonly onStale?: () => void;
  readonly idleStopMs?: number;
  /** How long a process may take to show that it lives after a call was given up. */
  readonly aliveMs?: number;
  /** A list older than this is asked for again before a call: not every server tells of changes. */
  readonly listForMs?: number;
}

export interface SessionCall {
  /** As the server calls it. */
  readonly name: string;
  readonly arguments: Record<string, unknown>;
  readonly meta: Record<string, unknown>;
  readonly bounds: { readonly signal: AbortSignal; readonly timeoutMs: number };
}

const CONNECT_MS = 15_000;
const LIST_PAGES_MAX = 20;
const IDLE_STOP_MS = 10 * 60_000;
const LIST_FOR_MS = 2_000;
const BACKOFF_MS = 500;
const BACKOFF_MAX_MS = 30_000;
/** A process that lived for this long has not failed to start. */
const HEALTHY_MS = 10_000;
const ALIVE_MS = 5_000;

export class Session {
  readonly #options: SessionOptions;
  #client: Client | null = null;
  #transport: Transport | null = null;
  #opening: Promise<Result<Client>> | null = null;
  #listedMs = 0;
  #stale = false;
  #openedMs = 0;
  #failures = 0;
  #notBeforeMs = 0;
  #calls = 0;
  #idle: NodeJS.Timeout | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Connects when needed and asks for the list when the one at hand is old. */
  async ready(way: Way | null, fresh = false): Promise<Result<Client>> {
    const client = await this.#connected(way);
    if (!client.ok) return client;
    const { clock, listForMs = LIST_FOR_MS } = this.#options;
    const old = this.#stale || clock.monotonicMs() - this.#listedMs > listForMs;
    if (!fresh && !old) return client;
    const listed = await this.#list(client.value, way);
    return listed.ok ? client : listed;
  }

  async call(
    request: SessionCall,
    way: Way | null,
    again = false,
  ): Promise<Result<CallToolResult>> {
    const client = await this.ready(way);
    if (!client.ok) return client;
    const { bounds } = request;
    this.#calls++;
    if (this.#idle) clearTimeout(this.#idle);
    const { name, arguments: given, meta } = request;
    const broken = new AbortController();
    if (way) way.onFailure = () => broken.abort();
    try {
      const result = await along(way, () =>
        client.value.callTool(
          { name, arguments: given, _meta: meta },
          // Its own clock ends the call; this one only keeps the client from ending it sooner.
          {
            signal: AbortSignal.any([bounds.signal, broken.signal]),
            timeout: bounds.timeoutMs + 1_000,
          },
        ),
      );
      return ok(result);
    } catch (error) {
      // The server has forgotten the session, so it has done nothing: open another.
      if (!again && SdkHttpError.isInstance(error) && error.status === 404) {
        await this.close();
        return await this.call(request, way, true);
      }
      if (bounds.signal.aborted) void this.#checkAlive(client.value);
      const failure = failureOf(error, name, way?.failure);
      if (way?.failure) await this.close();
      return { ok: false, failure };
    } finally {
      this.#calls--;
      this.#armIdle();
    }
  }

  /** The list has changed, says the server: no call goes before it has been asked for. */
  stale(): void {
    this.#stale = true;
    this.#options.onStale?.();
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    if (this.#idle) clearTimeout(this.#idle);
    await client?.close().catch(() => {});
  }

  #connected(way: Way | null): Promise<Result<Client>> {
    if (this.#client) return Promise.resolve(ok(this.#client));
    this.#opening ??= this.#open(way).finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #open(way: Way | null): Promise<Result<Client>> {
    const { clock, name, log } = this.#options;
    const waitMs = this.#notBeforeMs - clock.monotonicMs();
    if (waitMs > 0)
      return fail("tool.died", `The server ${name} keeps failing to start.`, {
        hint: `It is tried again in ${Math.ceil(waitMs / 1000)} seconds.`,
      });
    this.#openedMs = clock.monotonicMs();
    // Some servers end on a question of the newer protocol that they don't know: ask the older way.
    for (const mode of ["auto", "legacy"] as const) {
      const opened = await this.#tryOpen(mode, way);
      if (opened.ok) return opened;
      log("info", "an MCP server did not connect", {
        server: name,
        mode,
        why: opened.failure.detail,
      });
      if (mode === "legacy" || way?.failure) {
        this.#failed();
        return opened;
      }
    }
    return fail("tool.died", `The server ${name} could not be started.`);
  }

  async #tryOpen(mode: "auto" | "legacy", way: Way | null): Promise<Result<Client>> {
    const transport = this.#options.open();
    const client = this.#newClient(mode);
    try {
      await along(way, () => client.connect(transport, { timeout: CONNECT_MS }));
    } catch (error) {
      await transport.close().catch(() => {});
      return { ok: false, failure: failureOf(error, this.#options.name, way?.failure) };
    }
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the client has no other way
    client.onclose = () => this.#closed(client);
    this.#transport = transport;
    this.#client = client;
    const listed = await this.#list(client, way);
    if (!listed.ok) {
      await this.close();
      return listed;
    }
    this.#armIdle();
    return ok(client);
  }

  #newClient(mode: "auto" | "legacy"): Client {
    const onChanged = (): void => this.stale();
    const listChanged = { tools: { autoRefresh: false, debounceMs: 0, onChanged } };
    return new Client(
      { name: "stead", version: "1" },
      {
        capabilities: {},
        versionNegotiation: { mode, probe: { timeoutMs: 3_000 } },
        // A server's questions have nobody to answer them in the middle of a call.
        inputRequired: { autoFulfill: false },
        listMaxPages: LIST_PAGES_MAX,
        // Foreign schemas are checked by our own rules, never compiled as they come.
        jsonSchemaValidator: {
          getValidator: () => (input) => ({
            valid: true,
            data: JSON.parse(JSON.stringify(input)),
            errorMessage: undefined,
          }),
        },
        ...(this.#options.onStale ? { listChanged } : {}),
      },
    );
  }

  async #list(client: Client, way: Way | null): Promise<Result<void>> {
    try {
      // A change that comes while it lists is found the next time.
      this.#stale = false;
      const listed: McpTool[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < LIST_PAGES_MAX && listed.length <= TOOLS_MAX; page++) {
        // Page by page, so that the client derives nothing from foreign schemas on its own.
        const found = await along(way, () =>
          client.request(
            { method: "tools/list", params: cursor === undefined ? {} : { cursor } },
            { timeout: CONNECT_MS },
          ),
        );
        listed.push(...found.tools);
        cursor = found.nextCursor;
        if (cursor === undefined) break;
      }
      this.#listedMs = this.#options.clock.monotonicMs();
      this.#options.onListed(listed);
      return ok();
    } catch (error) {
      return { ok: false, failure: failureOf(error, this.#options.name, way?.failure) };
    }
  }

  /** A call was given up: a process that does not answer at all any more is ended. */
  async #checkAlive(client: Client): Promise<void> {
    const transport = this.#transport;
    if (!(transport instanceof ChildTransport)) return;
    try {
      await client.request(
        { method: "tools/list", params: {} },
        { timeout: this.#options.aliveMs ?? ALIVE_MS },
      );
    } catch {
      const { log, name } = this.#options;
      log("warn", "an MCP server hangs and is ended", { server: name });
      transport.kill();
    }
  }

  #closed(client: Client): void {
    if (this.#client !== client) return;
    this.#client = null;
    if (this.#options.clock.monotonicMs() - this.#openedMs < HEALTHY_MS) this.#failed();
    else this.#failures = 0;
  }

  #failed(): void {
    const waitMs = Math.min(BACKOFF_MS * 2 ** this.#failures++, BACKOFF_MAX_MS);
    // The first death costs nothing: the next call starts it again.
    if (this.#failures > 1) this.#notBeforeMs = this.#options.clock.monotonicMs() + waitMs;
  }

  #armIdle(): void {
    if (this.#idle) clearTimeout(this.#idle);
    if (this.#calls > 0 || !this.#client) return;
    this.#idle = setTimeout(() => void this.close(), this.#options.idleStopMs ?? IDLE_STOP_MS);
    this.#idle.unref();
  }
}

/** Streamable HTTP; every request is a send of egress. */
export function httpTransport(
  url: string,
  fetch: NonNullable<ConstructorParameters<typeof StreamableHTTPClientTransport>[1]>["fetch"],
): Transport {
  return new StreamableHTTPClientTransport(new URL(url), {
    ...(fetch ? { fetch } : {}),
    reconnectionOptions: {
      initialReconnectionDelay: 200,
      maxReconnectionDelay: 2_000,
      reconnectionDelayGrowFactor: 2,
      maxRetries: 1,
    },
  });
}
