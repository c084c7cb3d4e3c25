// A source on which something goes wrong: one call refused, answers nobody expects, an endless body.
import { SourceError, type HttpReply, type Source } from "../source.ts";

/** Stands in every message and answer that a connector must not pass on. */
export const CANARY = "c4n4ry-0f-4-s3cr3t";

/** The call of this number fails as Stead makes it fail; `calls` counts them all. */
export function failingAt(
  source: Source<unknown>,
  at: number,
  code: "forbidden" | "unavailable",
): { readonly source: Source<unknown>; calls(): number } {
  let calls = 0;
  const fails = (): boolean => calls++ === at;
  const error = (): SourceError => new SourceError(code, "a failure made for a test");
  return {
    calls: () => calls,
    source: {
      ...source,
      http: (request) => (fails() ? Promise.reject(error()) : source.http(request)),
      dial: (to) => (fails() ? Promise.reject(error()) : source.dial(to)),
      run: (program, args, options) =>
        fails()
          ? Promise.resolve({ code: 1, stdout: "", stderr: CANARY })
          : source.run(program, args, options),
    },
  };
}

/** Every answer is what no contract allows. */
export function babbling(source: Source<unknown>, said: unknown): Source<unknown> {
  const text = typeof said === "string" ? said : JSON.stringify(said);
  const reply: HttpReply = {
    status: 200,
    headers: { "content-type": "text/plain" },
    async json() {
      if (typeof said === "string") throw new SourceError("malformed", "The answer is not JSON.");
      return structuredClone(said);
    },
    text: async () => text,
    bytes: (async function* () {
      yield new TextEncoder().encode(text);
    })(),
  };
  return {
    ...source,
    http: async () => reply,
    dial: () => Promise.reject(new SourceError("unavailable", "no connection")),
    run: async () => ({ code: 0, stdout: text, stderr: "" }),
  };
}

/** As Stead's own ways out are once a job is called off. */
export function calledOff(source: Source<unknown>): {
  readonly source: Source<unknown>;
  calls(): number;
} {
  const stop = new AbortController();
  stop.abort();
  let calls = 0;
  const refuse = (): Promise<never> => {
    calls += 1;
    return Promise.reject(new SourceError("unavailable", "called off"));
  };
  return {
    calls: () => calls,
    source: { ...source, signal: stop.signal, http: refuse, dial: refuse, run: refuse },
  };
}

const CHUNK = new Uint8Array(65_536);

/** Bodies never end; `bytes` is how much was drawn from them. */
export function endless(
  source: Source<unknown>,
  bytesMax: number,
): { readonly source: Source<unknown>; bytes(): number } {
  let drawn = 0;
  return {
    bytes: () => drawn,
    source: {
      ...source,
      async http(request) {
        const reply = await source.http(request);
        return {
          ...reply,
          json: () => reply.json(),
          text: () => reply.text(),
          bytes: (async function* () {
            for (; drawn < bytesMax; drawn += CHUNK.length) yield CHUNK;
          })(),
        };
      },
    },
  };
}
