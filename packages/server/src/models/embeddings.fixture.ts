// For tests: a server of embeddings that understands a few words, remembers what it was sent, and can be ill.
import { createServer } from "node:http";
import { z } from "zod";
import type { ProviderInput } from "./provider.ts";

const TOPICS: readonly (readonly string[])[] = [
  ["holiday", "vacation", "leave", "sabbatical"],
  ["canteen", "lunch", "menu", "soup"],
  ["invoice", "bill", "payment"],
];
export const DIMENSIONS = 32;

/** What a text is about; texts about nothing known differ from each other and from all topics. */
export function meaningOf(text: string): number[] {
  const vector = Array.from({ length: DIMENSIONS }, () => 0.01);
  let known = false;
  for (const [i, words] of TOPICS.entries())
    if (words.some((word) => text.toLowerCase().includes(word))) {
      vector[i] = 1;
      known = true;
    }
  if (!known) vector[TOPICS.length + (text.length % (DIMENSIONS - TOPICS.length))] = -1;
  return vector;
}

export type Illness =
  | "none"
  | "down"
  | "hangs"
  | "limits"
  | "refuses-key"
  | "garbage"
  | "other-length"
  | "too-few"
  | "zero"
  | "no-number"
  | "takes-no-secret"
  | "dies-of-secret";

const requestSchema = z.object({ model: z.string(), input: z.array(z.string()) });

export interface EmbeddingsServer {
  readonly url: string;
  readonly port: number;
  illness: Illness;
  /** Every text that it was sent. */
  readonly texts: string[];
  readonly requests: { readonly texts: number; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

export async function startEmbeddings(): Promise<EmbeddingsServer> {
  const state: Pick<EmbeddingsServer, "illness" | "texts" | "requests"> = {
    illness: "none",
    texts: [],
    requests: [],
  };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { input } = requestSchema.parse(JSON.parse(Buffer.concat(parts).toString()));
      state.texts.push(...input);
      state.requests.push({ texts: input.length, authorization: request.headers.authorization });
      if (state.illness === "hangs") return;
      const [status, body] = answerTo(state.illness, input);
      const headers = { "content-type": "application/json", "retry-after-ms": "10" };
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return Object.assign(state, {
    port,
    url: `http://127.0.0.1:${port}/v1`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function refusal(message: string): string {
  return JSON.stringify({ error: { message } });
}

function answerTo(illness: Illness, input: readonly string[]): [number, string] {
  if (illness === "down") return [503, refusal("overloaded")];
  if (illness === "limits") return [429, refusal("slow down")];
  if (illness === "refuses-key")
    return [401, refusal("Incorrect API key provided: sk-test-secret")];
  if (illness === "garbage") return [200, "<html>"];
  if (illness === "takes-no-secret" && input.some((text) => text.includes("secret")))
    return [400, refusal("this text is not taken")];
  if (illness === "dies-of-secret" && input.some((text) => text.includes("secret")))
    return [500, refusal("internal error")];
  const vectors = input.map((text): unknown[] => {
    const vector = meaningOf(text);
    if (illness === "other-length") return vector.slice(1);
    if (illness === "zero") return vector.map(() => 0);
    if (illness === "no-number") return vector.map(() => null);
    return vector;
  });
  // Out of order: the index says which text each is for.
  const data = vectors.map((embedding, index) => ({ index, embedding })).toReversed();
  if (illness === "too-few") data.pop();
  return [200, JSON.stringify({ data, usage: { prompt_tokens: 10 * input.length } })];
}

export function providerAt(
  { url }: Pick<EmbeddingsServer, "url">,
  more: Partial<NonNullable<ProviderInput["embeddings"]>[number]> = {},
): ProviderInput {
  return {
    id: "outside",
    wire: "openai-chat",
    baseUrl: url,
    key: "sk-test-secret",
    times: { backoffMs: 5, backoffMsMax: 20 },
    embeddings: [{ id: "small", price: 1_000_000, ...more }],
  };
}
