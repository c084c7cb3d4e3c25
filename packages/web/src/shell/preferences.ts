// What a reader chose for this browser: theme, and whether single keys act. Kept in local storage.
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing: the choice lasts until the page is left.
  }
  for (const listener of listeners) listener();
}

export function readTheme(): Theme {
  const value = read("stead.theme");
  return value === "light" || value === "dark" ? value : "system";
}

export function applyTheme(): void {
  const theme = readTheme();
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore(subscribe, readTheme);
  return [
    theme,
    (next) => {
      write("stead.theme", next);
      applyTheme();
    },
  ];
}

const keysOn = (): boolean => read("stead.keys") !== "off";

export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(subscribe, keysOn);
  return [on, (next) => write("stead.keys", next ? "on" : "off")];
}
