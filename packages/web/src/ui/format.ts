// Numbers and times as people read them.
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [
  [DAY, "day"],
  [HOUR, "hour"],
  [MINUTE, "minute"],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const exact = new Intl.DateTimeFormat("en-GB", {
  dateStyle: "medium",
  timeStyle: "long",
});
const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});
const whole = new Intl.NumberFormat("en");

export function relativeTime(at: number, now: number): string {
  const gap = at - now;
  // A clock that differs by some seconds from the server's is no reason to speak of the future.
  if (Math.abs(gap) < MINUTE) return gap > 10_000 ? "in under a minute" : "just now";
  for (const [size, unit] of STEPS) {
    if (Math.abs(gap) >= size) return relative.format(Math.trunc(gap / size), unit);
  }
  return "just now";
}

export function exactTime(at: number): string {
  return exact.format(at);
}

export function clockTime(at: number): string {
  return clock.format(at);
}

export function duration(ms: number): string {
  if (ms < 1) return "<1 ms";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < MINUTE) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ${Math.floor((ms % MINUTE) / 1000)} s`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${Math.floor((ms % HOUR) / MINUTE)} min`;
  return `${Math.floor(ms / DAY)} d ${Math.floor((ms % DAY) / HOUR)} h`;
}

/** A length of time that somebody chose: in the largest unit that it is whole in. */
export function interval(ms: number): string {
  for (const [size, unit] of STEPS)
    if (ms >= size && ms % size === 0) {
      const times = ms / size;
      return times === 1 ? `1 ${unit}` : `${times} ${unit}s`;
    }
  return ms % 1000 === 0 ? `${ms / 1000} seconds` : duration(ms);
}

export function every(ms: number): string {
  return `every ${interval(ms).replace(/^1 /, "")}`;
}

export function count(value: number): string {
  return whole.format(value);
}

export function counted(value: number, one: string, many: string = `${one}s`): string {
  return `${whole.format(value)} ${value === 1 ? one : many}`;
}

export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  if (value < 1_000_000) return `${(value / 1000).toFixed(1)} kB`;
  return `${(value / 1_000_000).toFixed(1)} MB`;
}

/** Model spend; amounts of tools are shown as their own arguments say. */
export function cost(micros: number): string {
  if (micros === 0) return "$0";
  const dollars = micros / 1_000_000;
  return dollars < 0.01 ? `$${dollars.toFixed(4)}` : `$${dollars.toFixed(2)}`;
}

export function shortHash(hash: string): string {
  return hash.length <= 14 ? hash : `${hash.slice(0, 8)}…${hash.slice(-4)}`;
}

/** One line of a JSON value, for argument lists and diffs. */
// Controls, marks of direction and characters of no width: read by machines, unseen by people.
const UNSEEN_RANGES = [
  "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c",
  "\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff\\u{e0000}-\\u{e0fff}",
];
const UNSEEN = new RegExp(`[${UNSEEN_RANGES.join("")}]`, "gu");

/** For what somebody decides on: characters that would not be seen are spelled out. */
export function revealed(text: string): string {
  return text.replace(UNSEEN, (found) => `\\u{${found.codePointAt(0)?.toString(16) ?? ""}}`);
}

export function oneLine(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** What tells two people of one name apart; nothing when nothing is known. */
export function placeOf(person: { title: string; department: string }): string {
  return [person.title, person.department].filter((part) => part !== "").join(", ");
}

/** A day, as the date field gives it, is meant in the reader's own time. */
export function isoOfDay(day: string | undefined, end: boolean): string | undefined {
  if (day === undefined) return undefined;
  const at = new Date(`${day}T${end ? "23:59:59.999" : "00:00:00"}`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
