// Times: relative to read, exact on hover, and a clock that all of them share.
import { useSyncExternalStore } from "react";
import type { ReactElement } from "react";
import { duration, exactTime, relativeTime } from "./format.ts";

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) now = Date.now();
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const notify of listeners) notify();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time, once a second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

export function Time({ at }: { at: string | number }): ReactElement {
  const current = useNow();
  const ms = typeof at === "number" ? at : Date.parse(at);
  return (
    <time dateTime={new Date(ms).toISOString()} title={exactTime(ms)} className="whitespace-nowrap">
      {relativeTime(ms, current)}
    </time>
  );
}

/** What is left until then; what was asked and not answered by then is refused. */
export function Countdown({ until }: { until: string }): ReactElement {
  const current = useNow();
  const ms = Date.parse(until);
  const left = ms - current;
  return (
    <time dateTime={until} title={exactTime(ms)} className={left < 600_000 ? "text-ask" : ""}>
      {left <= 0 ? "expired" : `${duration(Math.ceil(left / 1000) * 1000)} left`}
    </time>
  );
}

export function Elapsed({ from, to }: { from: number; to: number | null }): ReactElement {
  const current = useNow();
  return <span className="whitespace-nowrap">{duration(Math.max(0, (to ?? current) - from))}</span>;
}
