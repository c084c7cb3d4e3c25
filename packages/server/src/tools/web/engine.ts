// The search engines that can be configured: how each is asked and how its answer is read.
import { z } from "zod";
import { oneLine } from "../../lib/visible.ts";

export interface WebHit {
  readonly url: string;
  readonly title: string;
  readonly quote: string;
}

interface Asked {
  readonly url: string;
  readonly secretHeaders?: Readonly<Record<string, string>>;
}

export interface Engine {
  readonly destination: string;
  ask(query: string, limit: number): Asked;
  /** Null when the answer is none of this engine's. */
  hits(answer: unknown): WebHit[] | null;
}

export interface EngineSettings {
  readonly engine: "searxng" | "brave";
  /** Left out: the engine's own public address. */
  readonly url: string | undefined;
  readonly key: string | undefined;
}

const BRAVE = "https://api.search.brave.com";
const CHARS_MAX = 400;

const searxngSchema = z.object({
  results: z.array(z.object({ url: z.string(), title: z.string(), content: z.string().nullish() })),
});
const braveSchema = z.object({
  web: z
    .object({
      results: z.array(
        z.object({ url: z.string(), title: z.string(), description: z.string().nullish() }),
      ),
    })
    .optional(),
});

export function engineOf({ engine, url, key }: EngineSettings): Engine | null {
  const base = (url ?? (engine === "brave" ? BRAVE : "")).replace(/\/+$/, "");
  if (base === "") return null;
  const secretHeaders =
    key === undefined
      ? {}
      : engine === "brave"
        ? { "x-subscription-token": key }
        : { authorization: `Bearer ${key}` };
  const destination = new URL(base).host;
  if (engine === "searxng")
    return {
      destination,
      ask: (query) => ({
        url: `${base}/search?${String(new URLSearchParams({ q: query, format: "json" }))}`,
        secretHeaders,
      }),
      hits(answer) {
        const read = searxngSchema.safeParse(answer);
        if (!read.success) return null;
        return read.data.results.map((one) => hit(one.url, one.title, one.content));
      },
    };
  return {
    destination,
    ask(query, limit) {
      const asked = String(new URLSearchParams({ q: query, count: String(limit) }));
      return { url: `${base}/res/v1/web/search?${asked}`, secretHeaders };
    },
    hits(answer) {
      const read = braveSchema.safeParse(answer);
      if (!read.success) return null;
      const results = read.data.web?.results ?? [];
      return results.map((one) => hit(one.url, one.title, one.description));
    },
  };
}

function hit(url: string, title: string, quote: string | null | undefined): WebHit {
  return { url, title: plain(title), quote: plain(quote ?? "") };
}

/** Engines mark the words that they found with tags. */
function plain(text: string): string {
  const bare = oneLine(text.replaceAll(/<\/?[a-z][^<>]{0,100}>/gi, ""));
  return bare.slice(0, CHARS_MAX).toWellFormed();
}
