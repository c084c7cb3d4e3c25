// What an append costs: CPU of this process per append, and appends per second, on a real database.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../lib/clock.ts";
import { createIds } from "../lib/ids.ts";
import { silentLog } from "../lib/log.ts";
import { openDatabase, type Database } from "../store/db.ts";
import { startEmbedded } from "../store/embedded.ts";
import { migrate } from "../store/migrate.ts";
import { append } from "./append.ts";
import { chainEvents, sealEvents } from "./batch.ts";
import { GENESIS, storedText } from "./chain.ts";
import { checkpoint } from "./checkpoint.ts";
import type { NewEvent } from "./event.ts";
import { loadKeys, sealBody } from "./keys.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { readRunEvents } from "./read.ts";

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const TEXT = "The quick brown fox jumps over the lazy dog; ".repeat(45);
const LABEL = { audience: ["only:usr_1"], classes: ["pii"], trust: "record" };

function event(n: number): NewEvent {
  return {
    type: "call.finished",
    data: {
      callId: `call_${n}`,
      tool: "orders.get",
      status: "ok",
      label: LABEL,
      citations: 0,
      origins: [{ kind: "tool", callId: `call_${n}`, tool: "orders.get" }],
      bytes: TEXT.length,
      durationMs: 12,
    },
    bodies: { result: { value: { text: TEXT }, subjects: ["usr_1"] } },
  };
}

interface Load {
  readonly streams: number;
  readonly appends: number;
  readonly events: number;
}

/** Streams that each append one after the other, all at once, as runs do. */
async function appendAll(ledger: Ledger, { streams, appends, events }: Load): Promise<void> {
  const batch = Array.from({ length: events }, (_, n) => event(n));
  const prefix = ledger.ids.next("run");
  await Promise.all(
    Array.from({ length: streams }, async (_, index) => {
      let after = 0;
      for (let n = 0; n < appends; n++) {
        const done = await append(ledger, { stream: `${prefix}_${index}`, after, events: batch });
        if (!done.ok) throw new Error(done.failure.detail);
        after = done.value.to;
      }
    }),
  );
}

async function measureAppends(ledger: Ledger, load: Load): Promise<Figure[]> {
  const { streams, appends, events } = load;
  await appendAll(ledger, { ...load, appends: Math.ceil(appends / 5) });
  const [cpu, started] = [process.cpuUsage(), performance.now()];
  await appendAll(ledger, load);
  const seconds = (performance.now() - started) / 1_000;
  const used = cpuMs(cpu);
  const count = streams * appends;
  const named = `ledger.append.${events}x2kB.${streams}-streams`;
  return [
    { name: `${named}.cpu`, value: used / count, unit: "ms/append" },
    { name: `${named}.rate`, value: count / seconds, unit: "appends/s" },
  ];
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}

/** CPU of pure work. */
function measurePure(name: string, work: () => unknown): Figure {
  for (let n = 0; n < 2_000; n++) work();
  const cpu = process.cpuUsage();
  for (let n = 0; n < 10_000; n++) work();
  return { name, value: cpuMs(cpu) / 10_000, unit: "ms" };
}

function measureParts(ledger: Ledger): Figure[] {
  const [one, base] = [event(1), { orgId: "org", stream: "s", after: 0, head: GENESIS, at: 0 }];
  const plain = Buffer.from(JSON.stringify(one.bodies?.["result"]?.value));
  const sealed = sealEvents(ledger, [one]);
  if (!sealed.ok) throw new Error(sealed.failure.detail);
  return [
    measurePure("ledger.part.canonical", () => storedText(one.data)),
    measurePure("ledger.part.seal-body-2kB", () => sealBody(ledger.keys, plain, "org\0body")),
    measurePure("ledger.part.seal-event", () => sealEvents(ledger, [one])),
    measurePure("ledger.part.chain-event", () => chainEvents(base, sealed.value)),
  ];
}

async function measureOthers(ledger: Ledger): Promise<Figure[]> {
  await checkpoint(ledger);
  await appendAll(ledger, { streams: 50, appends: 5, events: 1 });
  const cpu = process.cpuUsage();
  await checkpoint(ledger);
  const used = cpuMs(cpu);
  await append(ledger, {
    stream: "run_read",
    after: 0,
    events: Array.from({ length: 40 }, (_, n) => event(n)),
  });
  const reading = process.cpuUsage();
  for (let n = 0; n < 100; n++) await readRunEvents(ledger, "run_read");
  return [
    {
      name: "ledger.checkpoint.50-streams.cpu",
      value: used,
      unit: "ms",
    },
    { name: "ledger.read.40-events.cpu", value: cpuMs(reading) / 100, unit: "ms" },
  ];
}

async function withLedger<T>(work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join("/var/tmp", "stead-bench-"));
  const started = await startEmbedded({ dataDir, log: silentLog });
  if (!started.ok) throw new Error(started.failure.detail);
  const { connection, stop } = started.value;
  let database: Database | undefined;
  try {
    const migrated = await migrate(connection, { log: silentLog });
    if (!migrated.ok) throw new Error(migrated.failure.detail);
    database = openDatabase(connection, { log: silentLog });
    const keys = loadKeys(join(dataDir, "keys"), "ledger.example/bench");
    const { db, pool } = database;
    const [clock, ids] = [systemClock, createIds(systemClock)];
    return await work(createLedger({ db, pool, orgId: "org", clock, ids, log: silentLog, keys }));
  } finally {
    await database?.close();
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

export function measureLedger(): Promise<Figure[]> {
  return withLedger(async (ledger) => [
    ...measureParts(ledger),
    ...(await measureAppends(ledger, { streams: 1, appends: 1_000, events: 1 })),
    ...(await measureAppends(ledger, { streams: 50, appends: 100, events: 1 })),
    ...(await measureAppends(ledger, { streams: 50, appends: 100, events: 3 })),
    ...(await measureOthers(ledger)),
  ]);
}
