// A run as its driver tells of it, in this process: cheaper than what a client would be streamed, and the same.
import type { RunEvent, StreamFrame } from "@stead/protocol";
import type { RunDeps } from "../src/runs/deps.ts";
import { framesOf, type Sight } from "../src/runs/frames.ts";
import type { LiveSignal } from "../src/runs/live.ts";

/** What another than the driver has written is looked for no more often. */
const QUIET_MS = 1000;
/** How soon it is seen that the driver has let go of a run that waits for people. */
const SOON_MS = 5;

const EVERYTHING: Sight = {
  sees: () => true,
  seesCall: () => true,
  seesArguments: () => true,
  blocked: () => null,
};

/** `waits`: it has asked all that it will ask now. */
export type Followed = StreamFrame | { readonly type: "waits" };

export async function* followRun(deps: RunDeps, runId: string): AsyncGenerator<Followed> {
  let told: LiveSignal[] = [];
  let nap = new AbortController();
  const off = deps.live.subscribe(runId, (signal) => {
    if (signal.kind !== "event") return;
    told.push(signal);
    nap.abort();
  });
  let seq = 0;
  let asked = false;
  try {
    for (let isFirst = true; ; isFirst = false) {
      const signals = told;
      told = [];
      const events: readonly RunEvent[] =
        isFirst || (signals.length === 0 && !asked)
          ? await logged(deps, runId, seq)
          : signals.flatMap((signal) => (signal.kind === "event" ? signal.event : []));
      for (const event of events) {
        if (event.seq <= seq) continue;
        seq = event.seq;
        asked ||= event.type === "approval.requested";
        yield* framesOf(event, EVERYTHING, (tool) => tool);
        if (event.type === "run.finished") return;
      }
      if (asked && told.length === 0 && !deps.live.drives(runId)) {
        asked = false;
        yield { type: "waits" };
      }
      nap = new AbortController();
      if (told.length === 0) await deps.ctx.clock.sleep(asked ? SOON_MS : QUIET_MS, nap.signal);
    }
  } finally {
    off();
  }
}

async function logged(deps: RunDeps, runId: string, after: number): Promise<readonly RunEvent[]> {
  const events = await deps.openLog(runId, []).read(after);
  return events.ok ? events.value : [];
}
