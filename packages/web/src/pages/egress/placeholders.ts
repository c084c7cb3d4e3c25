// Where placeholders stand in what left: each with where it is and the words around it.
export interface Place {
  /** As in `messages[2].content`; a header or the address by its name. */
  readonly where: string;
  readonly before: string;
  readonly placeholder: string;
  readonly after: string;
}

/** As the gate makes them: a word, a mail address, or a number that no country has. */
const PLACEHOLDER = new RegExp(
  [
    String.raw`STEAD_[A-Z]{2,12}_[2-9B-Z]{12}`,
    String.raw`stead_[a-z]{2,12}_[2-9b-z]{12}(?:@withheld\.invalid)?`,
    String.raw`(?<!\d)\+?999\d{12}(?!\d)`,
  ].join("|"),
  "g",
);
const AROUND_CHARS = 60;
export const PLACES_MAX = 200;

/** At most `PLACES_MAX` of what was kept of a send: its address, its headers and its text. */
export function placesIn(kept: unknown): Place[] {
  const places: Place[] = [];
  if (!isObject(kept)) return places;
  const { url, headers, text } = kept;
  look(url, "address", places);
  look(headers, "header", places);
  const body = typeof text === "string" ? parsed(text) : undefined;
  look(body ?? text, body === undefined ? "body" : "", places);
  return places;
}

function look(value: unknown, where: string, places: Place[]): void {
  if (places.length >= PLACES_MAX) return;
  if (typeof value === "string" || typeof value === "number") find(String(value), where, places);
  else if (Array.isArray(value))
    for (const [i, each] of value.entries()) look(each, `${where}[${i}]`, places);
  else if (isObject(value))
    for (const [key, each] of Object.entries(value))
      look(each, where === "" ? key : `${where}.${key}`, places);
}

function find(text: string, where: string, places: Place[]): void {
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (places.length >= PLACES_MAX) return;
    const [placeholder] = match;
    const end = match.index + placeholder.length;
    const from = Math.max(0, match.index - AROUND_CHARS);
    const to = end + AROUND_CHARS;
    places.push({
      where,
      before: (from > 0 ? "…" : "") + text.slice(from, match.index),
      placeholder,
      after: text.slice(end, to) + (to < text.length ? "…" : ""),
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
