// A fetch for provider packages: what it is asked goes out through egress like everything else.
import { BrokenBody, type OutResponse } from "../../egress/request.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Failure } from "../../lib/result.ts";
import { failedSend, refusalOf } from "./status.ts";
import type { WireFailure, WireInput } from "./wire.ts";

/** Travels through the package, which knows no failures as values. */
export class FetchFailed extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.detail);
    this.failure = failure;
  }
}

export interface Through {
  readonly fetch: typeof globalThis.fetch;
  /** What went wrong at the wire: more exact than what the package makes of it. */
  failed: WireFailure | undefined;
  status: number | null;
}

/** Headers that may hold a key: whatever is not known to be harmless. */
const HARMLESS = new Set(["content-type", "accept", "user-agent", "anthropic-version"]);

export function fetchThrough(send: WireInput["send"], clock: Clock): Through {
  const through: Through = {
    failed: undefined,
    status: null,
    fetch: async (target, init) => {
      const headers: Record<string, string> = {};
      const secretHeaders: Record<string, string> = {};
      new Headers(init?.headers).forEach((value, name) => {
        (HARMLESS.has(name) ? headers : secretHeaders)[name] = value;
      });
      const sent = await send({
        url: target instanceof Request ? target.url : String(target),
        method: init?.method ?? "GET",
        headers,
        secretHeaders,
        body: await bytesOf(init?.body),
      });
      if (!sent.ok) {
        through.failed = failedSend(sent.failure, null);
        throw new FetchFailed(sent.failure);
      }
      through.status = sent.value.status;
      if (sent.value.status >= 400) {
        const failed = await refusalOf(sent.value, clock.now());
        through.failed = failed;
        throw new FetchFailed(failed.failure);
      }
      return new Response(bodyOf(sent.value, through), {
        status: sent.value.status,
        headers: sent.value.headers,
      });
    },
  };
  return through;
}

async function bytesOf(body: RequestInit["body"]): Promise<string | Uint8Array> {
  if (body === undefined || body === null) return "";
  return typeof body === "string" ? body : new Response(body).bytes();
}

function bodyOf(response: OutResponse, through: Through): ReadableStream<Uint8Array> {
  const chunks = response.body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const step = await chunks.next();
        if (step.done) controller.close();
        else controller.enqueue(step.value);
      } catch (error) {
        if (error instanceof BrokenBody)
          through.failed = failedSend(error.failure, response.status);
        controller.error(error);
      }
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}
