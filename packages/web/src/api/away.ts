// Whether the server answers at all, as the last call found it.
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let away = false;

export function noteAway(now: boolean): void {
  if (now === away) return;
  away = now;
  for (const listener of listeners) listener();
}

export function isAway(): boolean {
  return away;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useAway(): boolean {
  return useSyncExternalStore(subscribe, isAway);
}
