// The console's client: the public SDK's, with the session's CSRF token and one kind of failure.
import { ENDPOINTS } from "@stead/protocol";
import type { EndpointName } from "@stead/protocol";
import { ApiError, createClient, UnreachableError } from "@stead/sdk";
import type { CallInput, CallReply } from "@stead/sdk";
import { noteAway } from "./away.ts";

export { ApiError };
export type { CallInput };
export type Reply<N extends EndpointName> = CallReply<N>;

// The queries above this decide what is tried again, and show that it is.
const attemptsMax = 2;
let client = createClient({ baseUrl: "", attemptsMax });
let known = "";

/** The session's CSRF token, as soon as it is known; kept out of storage on purpose. */
export function setCsrf(csrf: string): void {
  if (csrf === known) return;
  known = csrf;
  client = createClient({ baseUrl: "", attemptsMax, csrf });
}

/** The address of a run's stream of events. */
export function streamPath(runId: string): string {
  return ENDPOINTS["run.stream"].path.replace(":runId", encodeURIComponent(runId));
}

function asApiError(error: unknown): unknown {
  if (!(error instanceof UnreachableError)) return error;
  return new ApiError({
    status: 503,
    code: "store.unavailable",
    detail: "The server does not answer.",
    hint: "Check that it is running; this page tries again by itself.",
    data: {},
  });
}

export async function call<N extends EndpointName>(
  name: N,
  input: CallInput<N>,
  signal?: AbortSignal,
): Promise<Reply<N>> {
  try {
    const reply = await client.call(name, input, signal === undefined ? {} : { signal });
    noteAway(false);
    return reply;
  } catch (error) {
    const failure = asApiError(error);
    if (failure instanceof ApiError) noteAway(failure.status === 503);
    throw failure;
  }
}
