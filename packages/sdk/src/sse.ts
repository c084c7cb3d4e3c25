// Reads server-sent events from a response's body.

export interface SentEvent {
  readonly id: string;
  readonly data: string;
}

/** An event larger than this is no event of Stead's. */
const CHARS_MAX = 16_000_000;

export async function* readEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<SentEvent, void, undefined> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      if (rest.length > CHARS_MAX) throw new Error("a server-sent event has no end");
      const blocks = rest.split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = parseEvent(block);
        if (event) yield event;
      }
    }
  } finally {
    // Whoever stops reading lets go of the connection.
    await reader.cancel().catch(() => undefined);
  }
}

/** A block of comments alone is no event. */
export function parseEvent(block: string): SentEvent | undefined {
  let id = "";
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id") id = value;
    if (field === "data") data.push(value);
  }
  return data.length > 0 ? { id, data: data.join("\n") } : undefined;
}
