// Structured lines for operators: level, message, fields. Never a secret, never a body.

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface Log {
  (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export const silentLog: Log = () => {};

/** One JSON line per entry to `write`. */
export function jsonLog(write: (line: string) => void, now: () => number): Log {
  return (level, message, fields) =>
    write(JSON.stringify({ at: new Date(now()).toISOString(), level, message, ...fields }) + "\n");
}
