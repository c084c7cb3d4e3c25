// How a class of data is shown: its word, and a colour that repeats it.
import type { ReactElement } from "react";
import { Badge } from "./badge.tsx";
import type { Tone } from "./badge.tsx";

const TONES = new Map<string, Tone>([
  ["secret", "deny"],
  ["phi", "deny"],
  ["pii", "ask"],
  ["financial", "live"],
  ["quasi", "plain"],
]);

const WORDS = new Map([
  ["pii", "identifies a person"],
  ["phi", "identifies a person in matters of health"],
  ["financial", "accounts, cards and the like"],
  ["secret", "keys, tokens and passwords"],
  ["quasi", "identifies nobody by itself: dates, places, organisations"],
]);

export function ClassBadge({ of }: { of: string }): ReactElement {
  return (
    <Badge tone={toneOf(of)} title={WORDS.get(of) ?? "a class of your own"}>
      {of}
    </Badge>
  );
}

/** An organisation's own class stands out as an allowed thing does. */
export function toneOf(of: string): Tone {
  return TONES.get(of) ?? "permit";
}
