// The tools of the web: a page read as text, and a search through the engine that was configured.
import type { Citation, Contract } from "@stead/protocol";
import { z } from "zod";
import type { Clock } from "../../lib/clock.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { toolOf } from "../contract.ts";
import type { RawOutput, RegisteredTool, ToolCall } from "../tool.ts";
import { engineOf, type Engine, type EngineSettings, type WebHit } from "./engine.ts";
import { bytesOf, readPage, type WebDeps } from "./page.ts";

export interface WebToolDeps extends WebDeps {
  readonly clock: Clock;
  /** Left out: there is no engine, and the tool says so. */
  readonly search?: EngineSettings | undefined;
}

/** An address or a query of the model's own choosing tells those who receive it something. */
const OUTWARD: Contract = {
  effect: "outward",
  sinks: {},
  keyed: true,
  result: { audience: [], classes: [], trust: "outside" },
  resultForCallerOnly: false,
};
/** A page is put aside and read on as any large result is; a book is cut. */
const CHARS_MAX = 300_000;
const QUOTE_CHARS = 300;
const SEARCH_BYTES_MAX = 2_000_000;

const fetchInput = z.object({
  url: z.string().min(1).max(2000).describe("The address of the page, beginning with https://"),
});
const searchInput = z.object({
  query: z.string().min(1).max(300).describe("What to look for; it is sent to the search engine"),
  limit: z.int().min(1).max(10).default(5).describe("How many pages to return"),
});

export function webTools(deps: WebToolDeps): RegisteredTool[] {
  return [fetchTool(deps), searchTool(deps)];
}

function fetchTool(deps: WebToolDeps): RegisteredTool {
  return {
    tool: toolOf({
      name: "web.fetch",
      title: "Read a web page",
      description: "Reads one public page of the web as text, with a number to cite it by.",
      inputSchema: z.toJSONSchema(fetchInput, { io: "input" }),
      contract: { ...OUTWARD, sinks: { url: { kind: "url", trust: "colleague" } } },
      provider: "built-in",
    }),
    destination: "the web",
    gated: true,
    async run(call) {
      const { url } = fetchInput.parse(call.arguments);
      const page = await readPage(deps, call, url);
      if (!page.ok) return page;
      const { title } = page.value;
      const text = page.value.text.slice(0, CHARS_MAX).toWellFormed();
      const cut = text.length < page.value.text.length ? "\n\n(The rest is left out.)" : "";
      const retrievedAt = new Date(deps.clock.now()).toISOString();
      const number = call.citationsFrom;
      const head = `[${number}] ${title} (${page.value.url}), retrieved at ${retrievedAt}`;
      const hit = { url: page.value.url, title, quote: text.slice(0, QUOTE_CHARS) };
      const citations = [{ ...citation(hit, number, retrievedAt), from: 0 }];
      return ok({ text: `${head}\n\n${text}${cut}`, citations });
    },
  };
}

function searchTool(deps: WebToolDeps): RegisteredTool {
  const engine = deps.search ? engineOf(deps.search) : null;
  return {
    tool: toolOf({
      name: "web.search",
      title: "Search the web",
      description: "Searches the web. Returns addresses with what they say; read them to be sure.",
      inputSchema: z.toJSONSchema(searchInput, { io: "input" }),
      contract: { ...OUTWARD, readers: { kind: "outside" } },
      provider: "built-in",
    }),
    destination: engine?.destination ?? "no search engine",
    gated: true,
    run: (call) => (engine ? search(deps, engine, call) : Promise.resolve(noEngine())),
  };
}

function noEngine(): Result<RawOutput> {
  return fail("tool.failed", "No search engine is configured, so the web can't be searched.", {
    hint: "An administrator can name one with STEAD_WEB_SEARCH.",
  });
}

async function search(
  deps: WebToolDeps,
  engine: Engine,
  call: ToolCall,
): Promise<Result<RawOutput>> {
  const { query, limit } = searchInput.parse(call.arguments);
  const request = {
    ...engine.ask(query, limit),
    method: "GET",
    headers: { accept: "application/json" },
    label: call.label,
    purpose: "web search",
    timeoutMs: call.timeoutMs,
    idleTimeoutMs: call.timeoutMs,
    bytesMax: SEARCH_BYTES_MAX,
    signal: call.signal,
    idempotent: true,
  };
  const sent = await deps.egress.send(call.permit, request, call.journal);
  if (!sent.ok) return sent;
  const bytes = await bytesOf(sent.value);
  if (!bytes.ok) return bytes;
  const { status } = sent.value;
  const hits = status === 200 ? engine.hits(jsonOf(bytes.value)) : null;
  if (hits === null)
    return fail("tool.failed", `${engine.destination} answered no search (status ${status}).`);
  return ok(shown(readable(hits).slice(0, limit), call, deps.clock));
}

/** Only what web.fetch could read; anything else would be an address to be tricked with. */
function readable(hits: readonly WebHit[]): WebHit[] {
  return hits.filter(({ url }) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol));
}

function shown(hits: readonly WebHit[], call: ToolCall, clock: Clock): RawOutput {
  if (hits.length === 0) return { text: "No page was found." };
  const retrievedAt = new Date(clock.now()).toISOString();
  const first = call.citationsFrom;
  const lines = hits.map(
    ({ url, title, quote }, i) => `[${first + i}] ${title} (${url})\n${quote}`,
  );
  const citations = hits.map((one, i) => citation(one, first + i, retrievedAt));
  return { text: lines.join("\n\n"), citations };
}

function citation({ url, title, quote }: WebHit, number: number, retrievedAt: string): Citation {
  return { number, documentId: url, title, quote, url, retrievedAt };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
