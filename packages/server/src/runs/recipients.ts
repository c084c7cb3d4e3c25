// Who comes to see what a call carries, and whether they may see all that was read for it.
import type { ContractReaders, Decision, Declassified, Hold } from "@stead/protocol";
import { lackingOf } from "../access/lacking.ts";
import { onlyPersonOf } from "../access/label.ts";
import { peopleNamed } from "../identity/named.ts";
import { ok, type Result } from "../lib/result.ts";
import { recipientsAt, type Traced } from "../tools/sink/judge.ts";
import { carriesMore } from "./carried.ts";
import type { Driving } from "./driving.ts";
import { membersOf } from "./members.ts";
import type { RunState } from "./run.ts";
import type { Traceable } from "./trace.ts";

export interface Flow {
  /** Somebody would see what they may not: a sentence that names who lacks what. */
  readonly leak: string | undefined;
  readonly lacking?: Decision["lacking"];
  /** The same by ids, for a question that is bound to them; left out where they can't all be shown. */
  readonly declassify?: readonly Declassified[];
  /** The asker alone is known to read it, so the asker must have named who gets it. */
  readonly holds: readonly Hold[];
}

const FINE: Flow = { leak: undefined, holds: [] };
const TOLD_MAX = 3;
const LACKING_MAX = 100;

/** Everything read must be readable by everyone who will see it; what can't be told is no. */
export async function flowOf(
  run: Driving,
  call: Traceable,
  traced: readonly Traced[],
): Promise<Flow> {
  const { readers } = call.tool.tool.contract;
  if (!readers) return FINE;
  const { personId } = run.principal;
  const audience = call.label.audience.filter((id) => onlyPersonOf(id) !== personId);
  if (audience.length > 0) {
    const leak = await leakOf(run, call, { readers, audience });
    if (leak) return { ...leak, holds: [] };
  }
  return { leak: undefined, holds: holdsOf(run, call, { readers, traced }) };
}

interface Asked {
  readonly readers: ContractReaders;
  readonly audience: readonly string[];
}

async function leakOf(
  run: Driving,
  call: Traceable,
  { readers, audience }: Asked,
): Promise<Omit<Flow, "holds"> | undefined> {
  const seen = await seenBy(run, call, readers);
  if (!seen.ok) {
    const what = wordsOf(run, audience).join(", ");
    const why = seen.failure.detail;
    return { leak: `Who would see this can't be told (${why}), and it holds ${what}` };
  }
  const found = await lackingOf(run.deps.ctx, seen.value, audience);
  if (found.length === 0) return undefined;
  const lacking = found.map(({ name, lacks }) => ({ name, what: wordsOf(run, lacks) }));
  const short = lacking.slice(0, LACKING_MAX);
  const all = found.map(({ id, name, lacks }) => ({ recipient: id, name, classes: [...lacks] }));
  // Everybody is nobody by name: that can't be asked for.
  const isNamed = readers.kind !== "organisation" && readers.kind !== "outside";
  const bound = isNamed && found.length <= LACKING_MAX ? { declassify: all } : {};
  return { leak: told(lacking), lacking: short, ...bound };
}

/** `all`: everybody of the organisation; `strangers`: how those are called who are no people of it. */
export interface Seen {
  readonly people: readonly { readonly id: string; readonly name: string }[];
  readonly all?: boolean;
  readonly strangers: readonly string[];
}

async function seenBy(
  run: Driving,
  call: Traceable,
  readers: ContractReaders,
): Promise<Result<Seen>> {
  if (readers.kind === "organisation") return ok({ people: [], all: true, strangers: [] });
  if (readers.kind === "outside") return ok({ people: [], strangers: ["anybody"] });
  const values = namedBy(readers).flatMap((name) => recipientsAt(call.arguments, name));
  if (readers.kind === "people") return ok(await peopleNamed(run.deps.ctx, values));
  return membersOf(run, call, { readers, values });
}

function told(lacking: NonNullable<Decision["lacking"]>): string {
  const each = lacking
    .slice(0, TOLD_MAX)
    .map(({ name, what }) => `${name} may not read ${what.join(", ")}`);
  const more = lacking.length - TOLD_MAX;
  if (more > 0) each.push(`and ${more} more people`);
  return `${each.join("; ")}, and this was made from it`;
}

/** What stands behind classes, as the asker knows it: the titles of what was read. */
function wordsOf(run: Driving, classes: readonly string[]): string[] {
  const titles = titlesIn(run.state);
  const words = new Set(classes.map((id) => titles.get(id) ?? "something that was read"));
  return run.state.share ? [...words] : [...words].slice(0, TOLD_MAX);
}

/** By label; of a share also those of the run that was refused. */
export function titlesIn(state: RunState): Map<string, string> {
  const titles = new Map(state.share?.titles);
  for (const { result } of state.calls.values())
    for (const { documentId, title } of result?.citations ?? [])
      titles.set(`document:${documentId}`, `"${title}"`);
  return titles;
}

interface Named {
  readonly readers: ContractReaders;
  readonly traced: readonly Traced[];
}

/** The arguments that say who gets it. */
function namedBy(readers: ContractReaders): readonly string[] {
  if (readers.kind === "people") return readers.arguments;
  return readers.kind === "channel" ? [readers.argument] : [];
}

/** What nobody but the asker is known to read may go to whom the asker named, or a builder has set. */
function holdsOf(run: Driving, call: Traceable, { readers, traced }: Named): Hold[] {
  // Whom the asker's own words reach, the asker need not have named. Of others' documents not even that much
  // is left to a model, for which words it chooses, and when, tells something too.
  if (!run.hasReadAlone(call.step) || !carriesMore(run, call, traced)) return [];
  const all = namedBy(readers);
  const names = all.filter((name) => !(name in call.granted.presets));
  if (names.length === 0 && all.length > 0) return [];
  const named = traced.filter(({ argument }) => names.includes(argument));
  if (named.length > 0)
    return named
      .filter(({ trust }) => trust !== "person")
      .map(({ isHeld: _held, ...each }) => ({ ...each, needs: "person" }));
  const { label, tool } = call;
  const source = "what only you are known to read, for others to see";
  const value = tool.tool.title || tool.tool.name;
  const argument = names[0] ?? "";
  return [{ argument, kind: "id", value, trust: label.trust, needs: "person", source }];
}
