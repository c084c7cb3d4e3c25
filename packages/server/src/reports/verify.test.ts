// The file of a report: one byte of it changed, or a server that lies in it, and it does not verify; and
// server and verifier come to the same answer about any ledger.
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NonEgressReport } from "@stead/protocol";
import { freshDatabase, type FreshDatabase } from "../../test/database.ts";
import { temporaryKeys, value } from "../ledger/ledger.fixture.ts";
import { asJsonObject, canonical } from "../lib/json.ts";
import { signNote } from "../ledger/tree/note.ts";
import { checkReport, complete, DAY, HOUR_MS, World, type Sent } from "./reports.fixture.ts";

let base: FreshDatabase;
let world: World;
let file: Buffer;
let key: string;
let report: NonEgressReport;

beforeAll(async () => {
  base = await freshDatabase();
  world = new World(base);
  await world.record("egress", "egress.ungated-opened", { path: "ünï", why: "x" });
  await world.send({ classes: ["phi"] });
  await world.send({ stream: "run_b" });
  await world.checkpoint();
  await world.send({ stream: "run_a" });
  const made = await world.report();
  file = Buffer.from(made.file);
  key = world.ledger.keys.signer.verifierKey;
  report = made.checked.report;
});
afterAll(() => base.close());

const sound = (bytes: Uint8Array, trusted?: string): boolean => {
  try {
    checkReport(bytes, trusted);
    return true;
  } catch {
    return false;
  }
};

describe("the file", () => {
  it("verifies as it is, under its key and no other", () => {
    expect(sound(file, key)).toBe(true);
    expect(sound(file)).toBe(true);
    expect(sound(file, temporaryKeys().signer.verifierKey)).toBe(false);
  });

  it("fails after any one byte is changed, also when its own key is believed", () => {
    const unnoticed: number[] = [];
    for (let at = 0; at < file.length; at++) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      if (sound(changed)) unnoticed.push(at);
    }
    expect(file.length).toBeGreaterThan(3_000);
    expect(unnoticed).toEqual([]);
  });

  it("fails after any change of a byte, a cut or an addition anywhere", () => {
    const changes = fc.oneof(
      fc.record({ at: fc.nat(file.length - 1), byte: fc.integer({ min: 1, max: 255 }) }),
      fc.record({ at: fc.nat(file.length - 1), cut: fc.integer({ min: 1, max: 400 }) }),
      fc.record({ at: fc.nat(file.length), put: fc.uint8Array({ minLength: 1, maxLength: 60 }) }),
    );
    fc.assert(
      fc.property(changes, (change) => {
        const { at } = change;
        if ("byte" in change) {
          const changed = Buffer.from(file);
          changed[at] = (changed[at] ?? 0) ^ change.byte;
          return !sound(changed, key);
        }
        const [added, skip] = "put" in change ? [change.put, 0] : [Buffer.alloc(0), change.cut];
        return !sound(Buffer.concat([file.subarray(0, at), added, file.subarray(at + skip)]), key);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** The same report with a part changed, signed again by the ledger's own key. */
function lie(change: (draft: NonEgressReport) => void): Buffer {
  const draft = structuredClone(report);
  change(draft);
  return Buffer.from(signNote(`${canonical(asJsonObject(draft))}\n`, world.ledger.keys.signer));
}

const isSent = ({ type }: { type: string }): boolean => type === "egress.sent";
const crossProof = ({ leaf }: NonEgressReport["evidence"][number], i: number): void => {
  if (leaf) leaf.idx = i + 1;
};
const other = ({ checkpoint }: NonEgressReport): NonEgressReport["checkpoint"] =>
  checkpoint && { ...checkpoint, note: signNote("x\n1\n=\n", temporaryKeys().signer) };

const sentIn = (draft: NonEgressReport) => {
  const event = draft.evidence.flatMap(({ events }) => events).find(isSent);
  if (!event) throw new Error("no send");
  return event;
};

describe("a server that lies", () => {
  const lies: [string, (draft: NonEgressReport) => void][] = [
    ["about the answer", (draft) => (draft.answer = "no")],
    ["about its doubts", (draft) => (draft.doubts = [])],
    ["about what was opened", (draft) => (draft.ungated = [])],
    ["about a class of a send", (draft) => (sentIn(draft).data["classes"] = [])],
    ["about when", (draft) => (sentIn(draft).at = DAY - 1)],
    ["about where", (draft) => (draft.question.destination = "else.example:443")],
    ["about the numbers", (draft) => (draft.sends = draft.sends.toReversed())],
    ["with a proof of another leaf", (draft) => draft.evidence.forEach(crossProof)],
    ["with another's checkpoint", (draft) => (draft.checkpoint = other(draft))],
    ["without its checkpoint", (draft) => (draft.checkpoint = null)],
  ];
  it.each(lies)("%s is found out", (_, change) => {
    expect(sound(lie(() => undefined))).toBe(true);
    expect(sound(lie(change))).toBe(false);
  });

  it("and leaves out a send is found out by whoever has the export", async () => {
    const cut = lie((draft) => {
      draft.sends = draft.sends.slice(1);
      draft.ungated = [];
      draft.answer = "no";
      draft.doubts = [];
    });
    const lines = await world.export();
    expect(complete(checkReport(file), lines)).toHaveLength(1);
    expect(() => complete(checkReport(cut), lines)).toThrow("is not in the report");
  });
});

const sentArbitrary: fc.Arbitrary<Sent> = fc.record(
  {
    stream: fc.constantFrom("run_a", "run_b", "egress"),
    destination: fc.constantFrom("model.example:443", "other.example:443"),
    classes: fc.subarray(["phi", "pii"]),
    found: fc.subarray(["phi"]),
    replaced: fc.constantFrom([{ class: "phi", count: 1 }], []),
    text: fc.constantFrom("plain", "a diagnosis"),
    settled: fc.constantFrom(
      { status: 200, code: null },
      { status: 500, code: null },
      { status: null, code: "egress.blocked" },
      { status: null, code: "egress.timeout" },
      null,
    ),
    kept: fc.boolean(),
  },
  { requiredKeys: [] },
);
const actArbitrary = fc.oneof(
  { weight: 5, arbitrary: sentArbitrary },
  { weight: 1, arbitrary: fc.constantFrom("checkpoint", "opened", "closed", "later", "earlier") },
);

it("server and verifier answer the same about any ledger, and no send is missing", async () => {
  const answers = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(actArbitrary, { maxLength: 8 }), async (acts) => {
      const own = new World(base);
      for (const act of acts) {
        if (typeof act === "object") await own.send(act);
        else if (act === "checkpoint") await own.checkpoint();
        else if (act === "later") own.clock.ms += 9 * HOUR_MS;
        else if (act === "earlier") own.clock.ms -= 5 * HOUR_MS;
        else await own.record("egress", `egress.ungated-${act}`, { path: "p", why: "" });
      }
      // Throws when the verifier comes to another answer.
      const made = await own.report();
      complete(made.checked, await own.export());
      answers.add(made.answer);
      const carried = acts.some(
        (act) =>
          typeof act === "object" &&
          (act.classes?.includes("phi") || act.found?.[0] === "phi" || act.text === "a diagnosis"),
      );
      if (made.answer === "yes") expect(carried).toBe(true);
      value(await own.ask());
    }),
    { numRuns: 40, seed: 11 },
  );
  expect([...answers].toSorted()).toEqual(["no", "not-proven", "yes"]);
});
