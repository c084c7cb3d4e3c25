// Watching a run as a client does, over connections that a test cuts.
import type { StreamFrame } from "@stead/protocol";
import { createClient, streamRunWithIds, type Client, type IdFrame } from "@stead/sdk";
import type { Entered } from "../../src/http/edge.fixture.ts";
import { asJsonObject, canonical } from "../../src/lib/json.ts";
import type { Yard } from "./yard.ts";

/** The body, ended after so many frames, as a proxy would end it. */
function cut(body: ReadableStream<Uint8Array>, framesMax: number): ReadableStream<Uint8Array> {
  let frames = 0;
  const decoder = new TextDecoder();
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk);
        if (decoder.decode(chunk).startsWith("id:")) frames++;
        if (frames >= framesMax) controller.terminate();
      },
    }),
  );
}

export function clientOf(
  yard: Pick<Yard, "request">,
  as: Entered,
  framesMax = Number.POSITIVE_INFINITY,
): Client {
  return createClient({
    baseUrl: "",
    csrf: as.csrf,
    fetch: async (url, init) => {
      const headers = new Headers(init?.headers);
      headers.set("cookie", as.cookie);
      const path = url instanceof Request ? url.url : url.toString();
      const response = await yard.request(path, { ...init, headers });
      const { status } = response;
      return response.body
        ? new Response(cut(response.body, framesMax), { status, headers: response.headers })
        : response;
    },
  });
}

export async function watched(client: Client, runId: string, from = ""): Promise<IdFrame[]> {
  const seen: IdFrame[] = [];
  const options = from === "" ? {} : { lastEventId: from };
  for await (const each of streamRunWithIds(client, runId, options)) seen.push(each);
  return seen;
}

/** What a reader keeps: everything that is no text under way, in order. */
export function kept(frames: readonly StreamFrame[]): string[] {
  return frames
    .filter(({ type }) => type !== "text-delta" && type !== "text-reset")
    .map((frame) => canonical(asJsonObject(frame)));
}

/** Texts under way by step and attempt; throws when since a reset a piece is missing or comes twice. */
export function texts(frames: readonly StreamFrame[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const frame of frames) {
    // Whoever comes back in the middle of an attempt gets it from its beginning.
    if (frame.type === "text-reset")
      for (const kind of ["text", "reasoning"])
        found.delete(`${frame.step} ${frame.attempt} ${kind}`);
    if (frame.type !== "text-delta") continue;
    const key = `${frame.step} ${frame.attempt} ${frame.kind}`;
    const text = found.get(key) ?? "";
    if (frame.offset !== text.length)
      throw new Error(`${key}: ${frame.offset} comes after ${text.length}`);
    found.set(key, text + frame.text);
  }
  return found;
}
