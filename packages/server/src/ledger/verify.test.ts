// Verification on a real database: a sound ledger passes, and what a superuser alters is named.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { systemClock } from "../lib/clock.ts";
import { append } from "./append.ts";
import { checkpoint } from "./checkpoint.ts";
import type { KeyRing } from "./keys.ts";
import { erase } from "./erase.ts";
import type { Ledger } from "./ledger.ts";
import { ledgerOn, temporaryKeys, value } from "./ledger.fixture.ts";
import { readRunEvents } from "./read.ts";
import { fileWitness } from "./tree/witness.ts";
import { verify } from "./verify.ts";

let base: FreshDatabase;
let root: Client;
let dir: string;
let ledger: Ledger;
let keys: KeyRing;

const sent = (n: number, destination = "model.example") => ({
  type: "egress.sent",
  data: { destination, n, text: "ünï\0" },
  bodies: { bytes: { value: `canary-${n}`, subjects: ["usr_ada"] } },
});
const claimed = (n: number) => ({ type: "run.claimed", data: { workerId: `w${n}` } });

async function fill(): Promise<void> {
  for (let n = 0; n < 4; n++) {
    for (const stream of ["run_a", "run_b", "run_c"].slice(0, n + 1))
      value(await append(ledger, { stream, after: "tail", events: [claimed(n), sent(n)] }));
    value(
      await append(ledger, { stream: "org", after: "tail", events: [sent(n, "mail.example")] }),
    );
    expect(value(await checkpoint(ledger))).toBe("checkpoint");
  }
}

const TABLES = [
  "event",
  "body",
  "data_key",
  "ledger_leaf",
  "ledger_node",
  "ledger_checkpoint",
  "ledger_witness",
  "ledger_scan",
  "egress_number",
];

beforeAll(async () => {
  base = await freshDatabase();
  root = new Client({ ...inject("superConnection"), database: base.connection.database });
  await root.connect();
  dir = mkdtempSync(join(tmpdir(), "stead-witness-"));
  keys = temporaryKeys();
  ledger = witnessed();
  await fill();
  await root.query("create schema kept");
  for (const table of TABLES) await root.query(`create table kept.${table} as table ${table}`);
  cpSync(dir, `${dir}-kept`, { recursive: true });
});

/** Every test begins with the same ledger, in a process that has just started. */
beforeEach(async () => {
  await tamper(
    TABLES.map((table) => `delete from ${table}; insert into ${table} table kept.${table};`).join(
      "",
    ),
  );
  cpSync(`${dir}-kept`, dir, { recursive: true });
  ledger = witnessed();
});
afterAll(async () => {
  await root.end();
  await base.close();
  for (const each of [dir, `${dir}-kept`]) rmSync(each, { recursive: true });
});

function witnessed(): Ledger {
  const ledgerKey = keys.signer.verifierKey;
  const witness = fileWitness({ dir, name: "witness.example/1", ledgerKey, clock: systemClock });
  return ledgerOn(base, { keys, witnesses: [witness] });
}

/** SQL that flips a bit of a column. */
const bytes = (column: string) => `${column} = set_byte(${column}, 5, get_byte(${column}, 5) # 1)`;

/** As somebody who owns the machine: triggers do not fire. */
async function tamper(statement: string): Promise<void> {
  await root.query("begin");
  await root.query("set local session_replication_role = replica");
  await root.query(statement);
  await root.query("commit");
}

describe("verify", () => {
  it("finds a sound ledger sound, and says what no checkpoint and no witness covers", async () => {
    expect(value(await verify(ledger))).toMatchObject({
      ok: true,
      firstBad: null,
      events: 22,
      streams: 4,
      checkpoints: 4,
      uncovered: 0,
      unwitnessed: 0,
    });
    const alone = ledgerOn(base, { keys: ledger.keys });
    value(await append(alone, { stream: "run_z", after: 0, events: [claimed(1), claimed(2)] }));
    expect(value(await verify(ledger))).toMatchObject({ ok: true, events: 24, uncovered: 2 });
    value(await checkpoint(alone));
    value(await append(alone, { stream: "run_z", after: 2, events: [claimed(3)] }));
    value(await checkpoint(alone));
    expect(value(await verify(ledger))).toMatchObject({ ok: true, uncovered: 0, unwitnessed: 2 });
    value(await append(alone, { stream: "run_z", after: 3, events: [claimed(4)] }));
    value(await checkpoint(ledger));
    expect(value(await verify(ledger))).toMatchObject({ ok: true, uncovered: 0, unwitnessed: 0 });
  });

  it("numbers what left without a gap, per destination", async () => {
    const { rows } = await base.pool.query(
      `select destination, array_agg(number::integer order by number) as numbers
       from egress_number group by 1`,
    );
    expect(Object.fromEntries(rows.map((row) => [row.destination, row.numbers]))).toEqual({
      "mail.example": [1, 2, 3, 4],
      "model.example": [1, 2, 3, 4, 5, 6, 7, 8, 9],
    });
  });

  const b2 = "where stream = 'run_b' and seq = 2";
  const alterations: [string, string, object][] = [
    ["data", `update event set data = data || '{"n": 7}' ${b2}`, { stream: "run_b", seq: 2 }],
    ["type", `update event set type = 'run.started' ${b2}`, { stream: "run_b", seq: 2 }],
    ["time", `update event set at = at + 1 ${b2}`, { stream: "run_b", seq: 2 }],
    ["hash", `update event set ${bytes("hash")} ${b2}`, { stream: "run_b", seq: 2 }],
    ["prev", `update event set ${bytes("prev")} ${b2}`, { stream: "run_b", seq: 2 }],
    [
      "body reference",
      `update event set bodies = jsonb_set(bodies, '{0,bytes}', '3') ${b2}`,
      { stream: "run_b", seq: 2 },
    ],
    [
      "body reference, a field more",
      `update event set bodies = jsonb_set(bodies, '{0,x}', '3') ${b2}`,
      { stream: "run_b", seq: 2 },
    ],
    ["sealed bytes", `update body set ${bytes("sealed")} ${b2}`, { stream: "run_b", seq: 2 }],
    ["body's id", `update body set id = 'body_x' ${b2}`, { stream: "run_b", seq: 2 }],
    ["body's size", `update body set bytes = bytes + 1 ${b2}`, { stream: "run_b", seq: 2 }],
    ["event dropped", `delete from event ${b2}`, { stream: "run_b", seq: 2 }],
    ["first event dropped", "delete from event where stream = 'run_b' and seq = 1", { seq: 1 }],
    ["last event dropped", "delete from event where stream = 'run_b' and seq = 6", { seq: 6 }],
    ["stream dropped", "delete from event where stream = 'run_b'", { stream: "run_b", seq: 1 }],
    ["body dropped", `delete from body ${b2}`, { stream: "run_b", seq: 2 }],
    [
      "body without an event",
      `insert into body (org_id, stream, seq, name, id, bytes, sealed)
       select org_id, 'zzz', seq, name, 'body_y', bytes, sealed from body ${b2}`,
      { stream: "zzz" },
    ],
    [
      "event inserted",
      `update event set seq = seq + 1000 where stream = 'run_b' and seq >= 2;
       insert into event (org_id, stream, seq, at, type, data, bodies, prev, hash)
       select org_id, stream, 2, at, type, data, bodies, prev, hash from event
       where stream = 'run_b' and seq = 1;
       update event set seq = seq - 999 where stream = 'run_b' and seq > 1000`,
      { stream: "run_b", seq: 2 },
    ],
    [
      "events swapped",
      `update event set seq = 1000 where stream = 'run_b' and seq = 3;
       update event set seq = 3 where stream = 'run_b' and seq = 2;
       update event set seq = 2 where stream = 'run_b' and seq = 1000`,
      { stream: "run_b", seq: 2 },
    ],
    ["leaf's head", `update ledger_leaf set ${bytes("head")} where idx = 3`, {}],
    ["leaf dropped", "delete from ledger_leaf where idx = 3", {}],
    ["node", `update ledger_node set ${bytes("hash")} where level = 1 and idx = 1`, {}],
    ["node dropped", "delete from ledger_node where level = 1 and idx = 1", {}],
    ["root", `update ledger_checkpoint set ${bytes("root")} where size = 5`, {}],
    [
      "note",
      "update ledger_checkpoint set note = replace(note, 'at 2', 'at 3') where size = 5",
      {},
    ],
    ["checkpoint dropped", "delete from ledger_checkpoint where size = 5", {}],
    [
      "last checkpoint dropped",
      "delete from ledger_checkpoint where size = (select max(size) from ledger_checkpoint)",
      {},
    ],
    [
      "witness's line",
      "update ledger_witness set line = replace(line, 'A', 'B') where size = 5",
      {},
    ],
    ["number", "update egress_number set number = 99 where number = 9", {}],
    ["number dropped", "delete from egress_number where number = 9", {}],
    ["number's destination", "update egress_number set destination = 'x' where number = 9", {}],
    ["key dropped", "delete from data_key where body_id in (select id from body limit 1)", {}],
  ];
  it.each(alterations)("finds an altered ledger: %s", async (_name, statement, place) => {
    await tamper(statement);
    const found = value(await verify(ledger));
    expect(found).toMatchObject({ ok: false, firstBad: { why: expect.any(String), ...place } });
  });

  it("finds a ledger rewound to an earlier checkpoint, by what a witness remembers", async () => {
    await tamper(
      `delete from ledger_checkpoint where size > 5; delete from ledger_witness where size > 5;
       delete from ledger_leaf where idx >= 5; delete from egress_number where leaf >= 5;
       delete from ledger_node n where (n.idx + 1) * (1 << n.level) > 5;
       delete from body b where not exists (select from ledger_leaf l
         where l.stream = b.stream and l.to_seq >= b.seq);
       delete from event e where not exists (select from ledger_leaf l
         where l.stream = e.stream and l.to_seq >= e.seq)`,
    );
    const alone = ledgerOn(base, { keys: ledger.keys });
    expect(value(await verify(ledger))).toMatchObject({
      ok: false,
      firstBad: { why: "witness witness.example/1 has seen checkpoint 13, which is gone" },
    });
    expect(value(await verify(alone)).firstBad?.why).toContain("witness");
  });

  it("refuses to build on a tree that was altered", async () => {
    await tamper(`update ledger_node set ${bytes("hash")} where level = 3`);
    value(await append(ledger, { stream: "run_z", after: 0, events: [claimed(1)] }));
    expect(await checkpoint(ledger)).toMatchObject({
      ok: false,
      failure: { code: "ledger.broken" },
    });
  });
});

describe("checkpoint", () => {
  it("covers what a restored database held, whose transactions have other numbers", async () => {
    const stale = ledgerOn(base, { keys: ledger.keys });
    value(await append(stale, { stream: "run_r", after: 0, events: [claimed(1)] }));
    await tamper(`update event set writer = '99999999999' where stream = 'run_r';
                  update ledger_scan set seen = '99999999999', system_id = 'another'`);
    expect(value(await checkpoint(ledger))).toBe("checkpoint");
    value(await append(stale, { stream: "run_s", after: 0, events: [claimed(1)] }));
    expect(value(await checkpoint(ledger))).toBe("checkpoint");
    expect(value(await verify(ledger))).toMatchObject({ ok: true, uncovered: 0 });
    expect(value(await checkpoint(ledger))).toBe("nothing");
  });

  it("does not miss what a slow transaction commits after a checkpoint", async () => {
    const client = await base.pool.connect();
    await client.query("begin");
    await client.query("select pg_current_xact_id()");
    value(await append(ledger, { stream: "run_q", after: 0, events: [claimed(1)] }));
    expect(value(await checkpoint(ledger))).toBe("checkpoint");
    await client.query(
      `insert into event (org_id, stream, seq, at, type, data, bodies, prev, hash)
       select org_id, 'run_slow', seq, at, type, data, bodies, prev, hash from event
       where stream = 'run_q'`,
    );
    await client.query("commit");
    client.release();
    expect(value(await checkpoint(ledger))).toBe("checkpoint");
    const { rows } = await base.pool.query("select from ledger_leaf where stream = 'run_slow'");
    expect(rows).toHaveLength(1);
  });

  it("is made by one process at a time", async () => {
    value(await append(ledger, { stream: "run_q", after: 0, events: [claimed(1)] }));
    const made = await Promise.all([1, 2, 3, 4].map(() => checkpoint(ledger)));
    expect(made.filter((one) => value(one) === "checkpoint")).toHaveLength(1);
    expect(value(await verify(ledger))).toMatchObject({ ok: true, uncovered: 0 });
  });
});

describe("erase", () => {
  it("makes bodies unreadable for ever, and the ledger still verifies", async () => {
    const ben = { ...sent(1), bodies: { bytes: { value: "kept", subjects: ["usr_ben"] } } };
    value(await append(ledger, { stream: "run_b", after: "tail", events: [ben] }));
    expect(value(await erase(ledger, { subject: "usr_ada", by: "usr_root" }))).toEqual({
      bodies: 13,
    });
    const read = value(await readRunEvents(ledger, "run_b"));
    expect(read[1]?.bodies).toEqual({ bytes: { erased: true } });
    expect(read.at(-1)?.bodies).toEqual({ bytes: "kept" });
    value(await checkpoint(ledger));
    expect(value(await verify(ledger))).toMatchObject({ ok: true, uncovered: 0 });
    expect(value(await erase(ledger, { subject: "usr_ada", by: "usr_root" }))).toEqual({
      bodies: 0,
    });
  });

  it("leaves no plain text in any column of any table, before or after", async () => {
    const { rows } = await base.pool.query(
      "select tablename as name from pg_tables where schemaname = 'public'",
    );
    let seen = 0;
    for (const { name } of rows) {
      const dump = await base.pool.query(`select t::text as row from "${name}" t`);
      for (const { row } of dump.rows) {
        seen++;
        const hex = Buffer.from("canary").toString("hex");
        const base64 = Buffer.from("canary").toString("base64").slice(0, 6);
        for (const form of ["canary", hex, base64]) expect(row).not.toContain(form);
      }
    }
    expect(seen).toBeGreaterThan(50);
  });
});
