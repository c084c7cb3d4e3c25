// Where a person was when they left to sign in somewhere: kept by this tab, for as long as a sign-in lasts.
const KEY = "stead.came-from";
const LASTS_MS = 10 * 60_000;

/** A path of the console, and nothing that leads out of it. */
const PATH = /^\/(?!\/)/;

export function leaveFrom(path: string, nowMs = Date.now()): void {
  sessionStorage.setItem(KEY, `${nowMs + LASTS_MS} ${path}`);
}

/** Read once: whoever comes a second time has gone on since. */
export function cameFrom(nowMs = Date.now()): string | null {
  const kept = sessionStorage.getItem(KEY) ?? "";
  sessionStorage.removeItem(KEY);
  const [until = "", path = ""] = kept.split(" ", 2);
  return Number(until) > nowMs && PATH.test(path) ? path : null;
}
