// The rule of the gate, pure: which classes of data may go to a destination, and in what form.

/** From the loosest to the strictest. */
export const EFFECTS = ["allow", "placeholder", "ask", "refuse"] as const;
export type Effect = (typeof EFFECTS)[number];

/** What a destination is to us: it decides what holds while nobody has cleared it. */
export type DestinationKind = "local" | "model" | "tool" | "source" | "web";

export type Rules = Readonly<Record<string, Effect>>;

/** A destination as an administrator cleared it. */
export interface Clearance {
  /** `host`, `host:port`, the name of a provider of models, or `mcp:<server>`. */
  readonly id: string;
  readonly name: string;
  /** By class of data; a class that is not named is as `DEFAULTS` say. */
  readonly rules: Rules;
  readonly region: string;
  readonly retention: string;
  readonly agreement: string;
}

/** A group's own, stricter rule for a destination. */
export interface Tolerance {
  readonly groupId: string;
  readonly destination: string;
  readonly class: string;
  readonly effect: Effect;
}

/**
 * While nobody has said otherwise. A tool was connected by an administrator and each call of it is
 * decided: it gets what people work with, but nothing of a class that harms whoever it is about. Classes
 * of the organisation's own are refused everywhere. What identifies nobody by itself (a date, a town: a
 * quasi-identifier) goes; beside health data detection calls it phi.
 */
const DEFAULTS: Readonly<Record<DestinationKind, Rules>> = {
  local: {
    phi: "allow",
    pii: "allow",
    financial: "allow",
    secret: "allow",
    quasi: "allow",
  },
  model: {
    phi: "refuse",
    pii: "placeholder",
    financial: "placeholder",
    secret: "refuse",
    quasi: "allow",
  },
  tool: {
    phi: "refuse",
    pii: "allow",
    financial: "allow",
    secret: "refuse",
    quasi: "allow",
  },
  source: {
    phi: "refuse",
    pii: "allow",
    financial: "allow",
    secret: "refuse",
    quasi: "allow",
  },
  web: {
    phi: "refuse",
    pii: "placeholder",
    financial: "placeholder",
    secret: "refuse",
    quasi: "allow",
  },
};

export interface Question {
  /** Labels' classes, and those of what was found. */
  readonly classes: Iterable<string>;
  readonly kind: DestinationKind;
  /** Every clearance that speaks of the destination: the strictest counts. */
  readonly clearances: readonly Clearance[];
  readonly tolerances: readonly Tolerance[];
}

export interface ClassEffect {
  readonly class: string;
  readonly effect: Effect;
  /** False: nobody has said anything of this class here, so the default holds. */
  readonly said: boolean;
  /** The group whose stricter rule it is. */
  readonly groupId?: string;
}

export interface Judgement {
  /** The strictest of all classes; `allow` when there is none. */
  readonly effect: Effect;
  readonly of: ReadonlyMap<string, ClassEffect>;
}

export function stricter(a: Effect, b: Effect): Effect {
  return EFFECTS.indexOf(a) >= EFFECTS.indexOf(b) ? a : b;
}

export function isLooser(a: Effect, b: Effect): boolean {
  return EFFECTS.indexOf(a) < EFFECTS.indexOf(b);
}

export function judge({ classes, kind, clearances, tolerances }: Question): Judgement {
  const of = new Map<string, ClassEffect>();
  let effect: Effect = "allow";
  for (const each of classes) {
    if (of.has(each)) continue;
    const own = effectOf(each, kind, clearances);
    const found = narrowed({ class: each, ...own }, tolerances);
    of.set(each, found);
    effect = stricter(effect, found.effect);
  }
  return { effect, of };
}

/** What the organisation itself says of a class here. */
export function effectOf(
  dataClass: string,
  kind: DestinationKind,
  clearances: readonly Clearance[],
): { effect: Effect; said: boolean } {
  const said = clearances.flatMap(({ rules }) => ownRule(rules, dataClass) ?? []);
  if (said.length > 0) return { effect: said.reduce(stricter), said: true };
  const standard = ownRule(DEFAULTS[kind], dataClass);
  return { effect: standard ?? (kind === "local" ? "allow" : "refuse"), said: false };
}

export interface Standing {
  readonly class: string;
  readonly effect: Effect;
  /** The clearances that say so, of several the strictest; none: it is the default. */
  readonly by: string[];
}

/** What holds there of every class that is named; where nobody knows the kind, only what was said. */
export function standingOf(
  kind: DestinationKind | null,
  clearances: readonly Clearance[],
): Standing[] {
  const named = clearances.flatMap(({ rules }) => Object.keys(rules));
  const classes = new Set([...Object.keys(kind === null ? {} : DEFAULTS[kind]), ...named]);
  return [...classes].map((of) => {
    const { effect } = effectOf(of, kind ?? "web", clearances);
    const by = clearances.filter(({ rules }) => ownRule(rules, of) === effect).map(({ id }) => id);
    return { class: of, effect, by };
  });
}

export function isKind(kind: string): kind is DestinationKind {
  return Object.hasOwn(DEFAULTS, kind);
}

function ownRule(rules: Rules, dataClass: string): Effect | undefined {
  return Object.hasOwn(rules, dataClass) ? rules[dataClass] : undefined;
}

/** A group may be stricter; what is looser has no effect, however it came into the table. */
function narrowed(found: ClassEffect, tolerances: readonly Tolerance[]): ClassEffect {
  let now = found;
  for (const { class: of, effect, groupId } of tolerances)
    if (of === found.class && isLooser(now.effect, effect))
      now = { ...now, effect, groupId, said: true };
  return now;
}

/** Whether a clearance or a tolerance named `id` speaks of a place that goes by these names. */
export function speaksOf(id: string, names: readonly string[]): boolean {
  return id === "*" || names.includes(id.toLowerCase());
}

/** The names that a `host:port` goes by: with its port and without. */
export function namesOf(destination: string, name?: string): string[] {
  const names = [destination.toLowerCase()];
  const port = /:\d+$/.exec(destination);
  if (port) names.push(destination.slice(0, port.index).toLowerCase());
  if (name !== undefined) names.push(name.toLowerCase());
  return names;
}
