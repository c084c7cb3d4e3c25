// Whatever is done to an exported ledger, both verifiers find it: ours, and the one that stands
// alone.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { assert, constantFrom, nat, pre, property, record } from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { systemClock } from "../lib/clock.ts";
import { append } from "./append.ts";
import { readLine, type LedgerRecord } from "./check/record.ts";
import { Verifier } from "./check/verifier.ts";
import { checkpoint } from "./checkpoint.ts";
import { exportPage } from "./export.ts";
import { ledgerOn, temporaryKeys, value } from "./ledger.fixture.ts";
import { fileWitness } from "./tree/witness.ts";

const script = fileURLToPath(new URL("../../../../scripts/verify-ledger.mjs", import.meta.url));
interface StandAlone {
  LedgerCheck: new (key: string) => { line(line: string): void; finish(seen?: string): void };
}
const { LedgerCheck }: StandAlone = await import(script);

let base: FreshDatabase;
let dir: string;
let lines: string[];
/** An export of the same ledger with another history, signed by the same key: a fork. */
let fork: string[];
let key: string;
const known = new Map<string, LedgerRecord | undefined>();

async function makeExport(orgId: string, keys = temporaryKeys()): Promise<string[]> {
  const ledgerKey = keys.signer.verifierKey;
  const witnessDir = join(dir, `${orgId}-${lines ? "fork" : "first"}`);
  const options = { dir: witnessDir, name: "witness.example/1", ledgerKey, clock: systemClock };
  const ledger = ledgerOn(base, { keys, orgId, witnesses: [fileWitness(options)] });
  for (let n = 0; n < 4; n++) {
    for (const stream of ["audit", "run_1", "run_2", "run_3"].slice(0, n + 1)) {
      const bodies = { bytes: { value: { text: `${stream} ${n} ${orgId}` }, subjects: ["usr_1"] } };
      const data = { destination: `d${n % 2}`, n: 1e21 * n, "ü\0": [true, null, "\u2028\ud800"] };
      const events = [
        { type: "egress.sent", data, bodies },
        { type: "run.claimed", data: { workerId: orgId } },
      ];
      value(await append(ledger, { stream, after: "tail", events }));
    }
    value(await checkpoint(ledger));
  }
  const all: string[] = [];
  let after: string | undefined;
  do {
    const page = value(await exportPage(ledger, after));
    all.push(...page.lines);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return all;
}

/** True when the verifier says that all is well; a throw is its no. */
function oursAccepts(text: string): boolean {
  const verifier = new Verifier(key);
  if (!text.endsWith("\n")) return false;
  for (const line of text.slice(0, -1).split("\n")) {
    if (!verifier.take(known.get(line) ?? readLine(line))) return false;
  }
  return verifier.end() === null;
}

function standAloneAccepts(text: string): boolean {
  const check = new LedgerCheck(key);
  try {
    if (!text.endsWith("\n")) return false;
    for (const line of text.slice(0, -1).split("\n")) check.line(line);
    check.finish();
    return true;
  } catch {
    return false;
  }
}

function expectFound(text: string, what: string): void {
  expect(oursAccepts(text), `our verifier accepts: ${what}`).toBe(false);
  expect(standAloneAccepts(text), `the stand-alone verifier accepts: ${what}`).toBe(false);
}

const textOf = (some: readonly string[]): string => `${some.join("\n")}\n`;

beforeAll(async () => {
  base = await freshDatabase();
  dir = mkdtempSync(join(tmpdir(), "stead-export-"));
  const keys = temporaryKeys();
  key = keys.signer.verifierKey;
  lines = await makeExport("org_1", keys);
  for (const line of lines) known.set(line, readLine(line));
  fork = (await makeExport("org_2", keys)).map((line) => line.replaceAll('"org_2"', '"org_1"'));
});
afterAll(async () => {
  await base.close();
  rmSync(dir, { recursive: true });
});

describe("an exported ledger", () => {
  it("is found sound by both", () => {
    const text = textOf(lines);
    expect(lines.length).toBeGreaterThan(50);
    expect(oursAccepts(text)).toBe(true);
    expect(standAloneAccepts(text)).toBe(true);
  });

  it("is found altered, whichever byte is flipped", () => {
    const bytes = Buffer.from(textOf(lines));
    const flips = record({ at: nat(bytes.length - 1), bit: nat(7) });
    assert(
      property(flips, ({ at, bit }) => {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        expectFound(flipped.toString(), `bit ${bit} of byte ${at} flipped`);
      }),
      { numRuns: 1_500 },
    );
  }, 120_000);

  it("is found altered when lines are dropped, doubled, swapped, moved or replaced", () => {
    // Without a witness's line the ledger is sound, and less is vouched for.
    const counted = lines.flatMap((line, index) => (line.includes('"witness"') ? [] : [index]));
    const at = constantFrom(...counted);
    const change = record({
      how: constantFrom("drop", "double", "swap", "move", "fork"),
      a: at,
      b: at,
    });
    assert(
      property(change, ({ how, a, b }) => {
        const changed = [...lines];
        const [first, second] = [lines[a] ?? "", lines[b] ?? ""];
        if (how === "drop") changed.splice(a, 1);
        if (how === "double") changed.splice(a, 0, first);
        if (how === "swap") [changed[a], changed[b]] = [second, first];
        if (how === "move") changed.splice(b, 0, ...changed.splice(a, 1));
        if (how === "fork") changed[a] = fork[a] ?? "";
        pre(changed.join("\n") !== lines.join("\n"));
        expectFound(textOf(changed), `${how} ${a} ${b}`);
      }),
      { numRuns: 800 },
    );
  }, 120_000);

  it("is found altered when it is cut off or spliced with a fork", () => {
    const text = textOf(lines);
    for (let end = 0; end < text.length - 1; end += 97)
      expectFound(text.slice(0, end), `cut ${end}`);
    for (let end = 0; end < lines.length; end++) {
      expectFound(textOf(lines.slice(0, end)), `cut after line ${end}`);
      // A header alone is an empty ledger: only who has seen a checkpoint knows better. Both
      // histories end in the same line.
      if (end < 2 || end === lines.length - 1) continue;
      const count = `{"kind":"end","records":${end}}`;
      expectFound(textOf([...lines.slice(0, end), count]), `ended after line ${end}`);
      expectFound(textOf([...lines.slice(0, end), ...fork.slice(end)]), `fork ${end}`);
    }
  });

  it("names the event that is bad", () => {
    const at = lines.findIndex((line) => line.includes('"seq":4,"stream":"run_2","type"'));
    const changed = lines.with(at, (lines[at] ?? "").replace('"org_1"', '"org_x"'));
    const verifier = new Verifier(key);
    for (const line of changed) verifier.take(readLine(line));
    expect(verifier.firstBad).toMatchObject({ stream: "run_2", seq: 4 });
    const check = new LedgerCheck(key);
    expect(() => changed.forEach((line) => check.line(line))).toThrow("run_2 4: its content");
  });
});

describe("the stand-alone verifier as a program", () => {
  const run = promisify(execFile);
  const verify = async (text: string, ...more: string[]): Promise<[number, string]> => {
    const file = join(dir, "export.jsonl");
    writeFileSync(file, text);
    const done = await run(process.execPath, [script, file, ...more]).catch((error) => error);
    return [done.code ?? 0, done.stdout + done.stderr];
  };

  it("says what it found, by exit code and in words", async () => {
    const seen = join(dir, "org_1-first", "checkpoint");
    const [code, said] = await verify(textOf(lines), "--key", key, "--seen", seen);
    expect([code, said]).toEqual([0, "sound: 20 events in 4 streams under 4 checkpoints\n"]);
    const [unsure, words] = await verify(textOf(lines));
    expect([unsure, words]).toEqual([0, expect.stringContaining("the key was the export's own")]);
    const [bad, why] = await verify(textOf(lines.toSpliced(20, 1)), "--key", key);
    expect([bad, why]).toEqual([1, expect.stringContaining("NOT SOUND")]);
    const [forked] = await verify(textOf(fork), "--key", key);
    expect(forked).toBe(1);
    const other = temporaryKeys().signer.verifierKey;
    expect((await verify(textOf(lines), "--key", other))[0]).toBe(1);
    const ofFork = readLine(fork.findLast((line) => line.includes('"kind":"checkpoint"')) ?? "");
    writeFileSync(seen, ofFork?.kind === "checkpoint" ? ofFork.note : "");
    expect((await verify(textOf(lines), "--key", key, "--seen", seen))[0]).toBe(1);
  });
});
