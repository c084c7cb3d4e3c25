// What is said when something may not leave: which class, where to, and whom to ask.
import { fail, type Result } from "../../lib/result.ts";
import type { Place } from "./gate.ts";
import type { Judgement } from "./rule.ts";

type Refusal = Extract<Result<never>, { ok: false }>;

export function refused(place: Place, judged: Judgement, classes?: readonly string[]): Refusal {
  const strict = [...judged.of.values()].filter(
    (each) =>
      (each.effect === "refuse" || each.effect === "ask") &&
      (classes?.includes(each.class) ?? true),
  );
  const names = strict.map((each) => each.class);
  const said = strict.find(({ groupId }) => groupId !== undefined);
  const asks = strict.every(({ effect }) => effect === "ask");
  const words = names.join(", ");
  const why = said
    ? "a group of the person's does not want it"
    : asks
      ? "that is asked about each time, and nobody can be asked here"
      : `${place.destination} is not cleared for it`;
  return notCleared(place, { classes: names, why, whom: `clear ${nameOf(place)} for ${words}` });
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
}

function notCleared(place: Place, { classes, why, whom }: Reason): Refusal {
  const what = classes.join(", ");
  // A model's name stands before its own.
  const detail =
    place.kind === "model"
      ? `may not be sent data of the class ${what}: ${why}`
      : `Data of the class ${what} may not be sent to ${place.destination}: ${why}.`;
  return fail("egress.not-cleared", detail, {
    hint: `Ask an administrator to ${whom} (Destinations), or leave it out.`,
    data: { destination: place.destination, classes: [...classes] },
  });
}

function nameOf({ name, destination }: Place): string {
  return name ?? destination;
}
