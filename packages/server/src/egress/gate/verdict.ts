// What comes of what was found: whether it stops the send, and whether a placeholder stands for it.
import type { Result } from "../../lib/result.ts";
import type { Found, FoundIn } from "./find.ts";
import type { Place } from "./gate.ts";
import { refused, unopened } from "./refusal.ts";
import type { Judgement } from "./rule.ts";

/** What the registry found and could not open. */
const UNOPENED = "unopened";
/** Says little by itself, and with a record of health whose it is. */
const QUASI = "quasi";

export interface View {
  readonly place: Place;
  readonly judged: Judgement;
  /** False for what is sent for nobody in particular, such as a sync. */
  readonly isRun: boolean;
  /** Of the label. */
  readonly classes: readonly string[];
}

export function classesIn(label: readonly string[], found: readonly FoundIn[]): Set<string> {
  const classes = new Set(label);
  for (const { found: each } of found)
    for (const one of each) if (one.class !== UNOPENED) classes.add(one.class);
  return classes;
}

/** What was found counts as much as a label does, if it is known for certain. */
function counts({ place, judged, isRun }: View, one: Found): boolean {
  const said = judged.of.get(one.class)?.said ?? false;
  if (one.isKnown) return place.kind !== "source" || isRun || said;
  return said && (place.kind === "tool" || place.kind === "source");
}

export function stops(view: View, found: readonly FoundIn[]): Result<never> | undefined {
  const { place, judged, classes } = view;
  /** How many values of it count. */
  const decisive = new Map(classes.map((each) => [each, 0]));
  for (const { found: each } of found)
    for (const one of each)
      if (one.class === UNOPENED || counts(view, one))
        decisive.set(one.class, (decisive.get(one.class) ?? 0) + 1);
  if (decisive.has(UNOPENED)) return unopened(place);
  for (const of of decisive.keys()) {
    const effect = judged.of.get(of)?.effect;
    if (effect === "refuse" || effect === "ask")
      return refused(place, judged, { decisive, isRun: view.isRun });
  }
  return undefined;
}

export function isReplaced(view: View, one: Found): boolean {
  const { place, judged, classes } = view;
  const effect = judged.of.get(one.class)?.effect ?? "allow";
  if (one.class === QUASI)
    return effect !== "allow" || (classes.includes("phi") && isWithPlaceholders(judged, "phi"));
  if (one.isKnown || place.kind === "tool" || place.kind === "source")
    return counts(view, one) && effect === "placeholder";
  return effect !== "allow";
}

function isWithPlaceholders({ of }: Judgement, dataClass: string): boolean {
  return of.get(dataClass)?.effect === "placeholder";
}
