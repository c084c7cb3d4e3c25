// What judging a call by labels costs: where its values are from, among what a long run has read.
import type { Contract } from "@stead/protocol";
import { joinLabels } from "../../access/label.ts";
import { leavesOf } from "./fields.ts";
import { traceSinks, type Source } from "./judge.ts";

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

const ROUNDS = 2_000;
const RESULTS = 40;
const PAY: Contract = {
  effect: "money",
  sinks: { to: { kind: "iban", trust: "record" }, amount: { kind: "amount", trust: "record" } },
  keyed: true,
  result: { audience: [], classes: [], trust: "record" },
  resultForCallerOnly: true,
};

function sources(): Source[] {
  const rows = Array.from({ length: 50 }, (_, i) => ({
    recipient: `GB29NWBK6016133192${6800 + i}`,
    amount: 100 + i,
    subject: `Invoice ${i} of the month, please pay before it is due`,
  }));
  const text = JSON.stringify(rows);
  const results = Array.from({ length: RESULTS }, (_, step): Source => {
    const leaves = leavesOf(text, PAY);
    return {
      words: `result ${step}`,
      trust: "record",
      text,
      leaves,
      isTyped: false,
      from: { step, arguments: { n: step } },
    };
  });
  const typed = "Pay 149 to whom I owe it, and tell me when it is done. ".repeat(20);
  return [{ words: "typed", trust: "person", text: typed, isTyped: true }, ...results];
}

export function measureSinks(): Figure[] {
  const given = sources();
  const judging = {
    contract: PAY,
    presets: new Set<string>(),
    read: "outside",
    endorsed: [],
  } as const;
  const mentions = given.map((_, step) => ({ step: step + 50, arguments: { n: step } }));
  const judge = (i: number): number => {
    const to = `GB29NWBK6016133192${6800 + (i % 50)}`;
    const asked = { ...judging, arguments: { to, amount: 149 }, sources: given, mentions };
    return traceSinks(asked).length;
  };
  const label = { audience: ["a", "b", "c"], classes: ["pii"], trust: "record" } as const;
  const labels = given.map((_, i) => ({
    audience: [...label.audience, `document:${i % 10}`],
    classes: [...label.classes],
    trust: label.trust,
  }));
  return [
    ...measure("labels.sinks.judge", judge),
    ...measure("labels.join.40", () => joinLabels(labels).audience.length),
  ];
}

function measure(name: string, work: (i: number) => number): Figure[] {
  for (let i = 0; i < ROUNDS / 4; i++) work(i);
  const elapsed: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < ROUNDS; i++) {
    const began = process.hrtime.bigint();
    work(i);
    elapsed.push(Number(process.hrtime.bigint() - began) / 1_000);
  }
  const cpu = process.cpuUsage(before);
  const p99 = elapsed.toSorted((a, b) => a - b)[Math.floor(ROUNDS * 0.99)] ?? 0;
  return [
    { name: `${name}.cpu`, value: (cpu.user + cpu.system) / ROUNDS, unit: "us" },
    { name: `${name}.p99`, value: p99, unit: "us" },
  ];
}
