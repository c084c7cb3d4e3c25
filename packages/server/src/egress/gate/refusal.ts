// What is said when something may not leave: which class, where to, and whom to ask.
import type { AskedSend } from "@stead/protocol";
import { fail, type Result } from "../../lib/result.ts";
import type { Place } from "./gate.ts";
import type { Judgement } from "./rule.ts";

type Refusal = Extract<Result<never>, { ok: false }>;

interface Stopped {
  /** Classes that count, with how many values of each do; left out: all that were judged, by labels. */
  readonly decisive?: ReadonlyMap<string, number>;
  /** Whether there is a run that can wait for an answer. */
  readonly isRun: boolean;
}

export function refused(place: Place, judged: Judgement, { decisive, isRun }: Stopped): Refusal {
  const strict = [...judged.of.values()].filter(
    (each) =>
      (each.effect === "refuse" || each.effect === "ask") && (decisive?.has(each.class) ?? true),
  );
  const names = strict.map((each) => each.class);
  const said = strict.find(({ groupId }) => groupId !== undefined);
  const asks = strict.every(({ effect }) => effect === "ask");
  const words = names.join(", ");
  // The other kinds of places are sent to within something larger, which can't wait for a person.
  const isOpen = isRun && (place.kind === "model" || place.kind === "tool");
  const why = asks
    ? isOpen
      ? "that is asked about first"
      : "that is asked about first, and nobody can be asked here"
    : said
      ? "a group of the person's does not want it"
      : `${place.destination} is not cleared for it`;
  const { destination } = place;
  const whom = `clear ${nameOf(place)} for ${words}`;
  if (!asks || !isOpen) return notCleared(place, { classes: names, why, whom });
  const wanted = names.map((each) => ({
    destination,
    class: each,
    count: decisive?.get(each) ?? 0,
  }));
  return notCleared(place, { classes: names, why, whom, asks: wanted });
}

export function unopened(place: Place): Refusal {
  const why = "something in it is packed so that nobody can look into it";
  return notCleared(place, { classes: ["unopened"], why, whom: "say how to send it" });
}

export function unreadable(place: Place): Refusal {
  const why = `it can't be read as text, and ${place.destination} is not cleared for everything`;
  const whom = `clear ${nameOf(place)} for every class`;
  return notCleared(place, { classes: ["file"], why, whom });
}

export function namedInHost(place: Place): Refusal {
  const why = "the name of the host itself says it";
  return notCleared(place, { classes: ["address"], why, whom: "say where to send it" });
}

interface Reason {
  readonly classes: readonly string[];
  readonly why: string;
  /** What an administrator could do. */
  readonly whom: string;
  /** What a yes would let leave. */
  readonly asks?: readonly AskedSend[];
}

function notCleared(place: Place, { classes, why, whom, asks }: Reason): Refusal {
  const what = classes.join(", ");
  // A model's name stands before its own.
  const detail =
    place.kind === "model"
      ? `may not be sent data of the class ${what}: ${why}`
      : `Data of the class ${what} may not be sent to ${place.destination}: ${why}.`;
  return fail("egress.not-cleared", detail, {
    hint: `Ask an administrator to ${whom} (Destinations), or leave it out.`,
    data: {
      destination: place.destination,
      classes: [...classes],
      ...(asks ? { asks: [...asks] } : {}),
    },
  });
}

function nameOf({ name, destination }: Place): string {
  return name ?? destination;
}
