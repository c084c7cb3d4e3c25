// Checks of a bad day: a call that is refused, answers that are none, a job that is called off.
import type { Item } from "../item.ts";
import { SourceError, type Source } from "../source.ts";
import type { Check, Mirrored, Subject } from "./check.ts";
import { said } from "./check.ts";
import { babbling, calledOff, CANARY, failingAt } from "./faults.ts";
import { isWithin, readersOfItem } from "./judge.ts";
import { drain } from "./world.ts";

/** Calls of a whole crawl that are refused, one in each crawl. */
const FAULTS_MAX = 40;

export const failingChecks: readonly Check<Subject>[] = [
  { name: "a group that is known by half is not said to be whole", run: wholeGroups },
  { name: "a refused call never widens who reads", run: neverWidens },
  { name: "errors are SourceErrors", run: sourceErrors },
  { name: "no error, line of the log or item holds a secret", run: noSecret },
  { name: "nothing goes on once it is called off", run: stops },
];

async function wholeGroups({ mirror, source, world }: Subject): Promise<string | null> {
  for (let at = 0; at < FAULTS_MAX; at++) {
    const faulty = failingAt(source, at, "forbidden");
    // oxlint-disable-next-line no-await-in-loop -- as many crawls as a crawl has calls
    const groups = await attempt(() => drain((cursor) => mirror.groups(faulty.source, cursor)));
    if (faulty.calls() <= at) return null;
    for (const group of groups?.flatMap((page) => page.items) ?? []) {
      const due = world.groups.get(group.id);
      const members = new Set(group.members.map((one) => `${one.kind} ${one.id}`));
      const isWhole = due?.members.every((one) => members.has(`${one.kind} ${one.id}`)) ?? true;
      if (group.complete && !isWhole)
        return `call ${at + 1} of the groups was refused, and ${group.id} is still called complete`;
    }
  }
  return null;
}

async function neverWidens({ mirror, source, world }: Subject): Promise<string | null> {
  const before = new Map(
    world.items.map((item) => [item.id, readersOfItem(mirror, world, item) ?? new Set<string>()]),
  );
  for (let at = 0; at < FAULTS_MAX; at++) {
    const faulty = failingAt(source, at, "forbidden");
    // oxlint-disable-next-line no-await-in-loop -- as many crawls as a crawl has calls
    const pages = await attempt(() => drain((cursor) => mirror.list(faulty.source, cursor)));
    if (faulty.calls() <= at) return null;
    const items = pages?.flatMap((page) => page.items) ?? [];
    const wider = items.find((item) => {
      const now = readersOfItem(mirror, { ...world, items }, item);
      const due = before.get(item.id);
      return now !== null && due !== undefined && !isWithin(now, due);
    });
    if (wider !== undefined)
      return `call ${at + 1} of the listing was refused, and ${wider.id} is read by more people`;
  }
  return null;
}

type Act = readonly [name: string, act: (source: Source<unknown>) => Promise<unknown>];

function actsOf({ connector, mirror, world }: Subject): Act[] {
  const some = world.items.find((item) => item.kind === "document") ?? world.items[0];
  return [
    ["test", (source) => connector.test(source)],
    ["list", (source) => mirror.list(source, null)],
    ["users", (source) => mirror.users(source, null)],
    ["groups", (source) => mirror.groups(source, null)],
    ...(some === undefined ? [] : itemActs(mirror, some)),
  ];
}

function itemActs(mirror: Mirrored, item: Item): Act[] {
  return [
    ["item", (source) => mirror.item(source, item.id)],
    ["fetch of what is not there", (source) => mirror.fetch(source, { ...item, id: "no-such-0" })],
  ];
}

/** What each act throws on each bad day. */
async function everyError(
  subject: Subject,
): Promise<{ name: string; on: string; error: unknown }[]> {
  const days: [string, Source<unknown>][] = [
    ["a refused call", failingAt(subject.source, 0, "forbidden").source],
    ["an unreachable source", failingAt(subject.source, 0, "unavailable").source],
    ["an answer of null", babbling(subject.source, null)],
    ["an answer of another form", babbling(subject.source, { [CANARY]: [CANARY] })],
    ["an answer that is no data", babbling(subject.source, `<html>${CANARY}`)],
    ["settings that are none", { ...subject.source, settings: { odd: [CANARY] } }],
  ];
  const errors: { name: string; on: string; error: unknown }[] = [];
  for (const [on, source] of days)
    for (const [name, act] of actsOf(subject))
      // oxlint-disable-next-line no-await-in-loop -- one after the other, within the source's limits
      await act(source).catch((error: unknown) => errors.push({ name, on, error }));
  return errors;
}

async function sourceErrors(subject: Subject): Promise<string | null> {
  const other = (await everyError(subject)).find(({ error }) => !(error instanceof SourceError));
  return other === undefined ? null : `${other.name}, on ${other.on}, threw ${said(other.error)}`;
}

async function noSecret(subject: Subject): Promise<string | null> {
  const secrets = Object.values(subject.source.secrets).filter((secret) => secret !== "");
  const holds = (text: string): boolean => [CANARY, ...secrets].some((one) => text.includes(one));
  const lines: string[] = [];
  const log: Source<unknown>["log"] = (message, fields) =>
    void lines.push(message + JSON.stringify(fields ?? {}));
  const listening = { ...subject.source, log };
  const errors = await everyError({ ...subject, source: listening });
  const telling = errors.find(({ error }) => holds(said(error)));
  if (telling !== undefined)
    return `${telling.name}, on ${telling.on}, has a secret or the answer itself in its message`;
  await attempt(() => drain((cursor) => subject.mirror.list(listening, cursor)));
  if (lines.some(holds)) return "a line of the log holds a secret or the answer itself";
  return holds(JSON.stringify(subject.world.items)) ? "an item holds a secret" : null;
}

async function stops(subject: Subject): Promise<string | null> {
  for (const [name, act] of actsOf(subject).filter(([each]) => each !== "test")) {
    const off = calledOff(subject.source);
    let isOver = false;
    // oxlint-disable-next-line no-await-in-loop -- each on its own
    await act(off.source).catch(() => (isOver = true));
    if (!isOver && name === "list") return "called off, list still answers as if all were there";
    if (off.calls() > 1) return `called off, ${name} goes on asking`;
  }
  return null;
}

async function attempt<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch {
    return undefined;
  }
}
