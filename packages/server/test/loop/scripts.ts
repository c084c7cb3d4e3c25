// What the scripted model does in each of the plans that tests ask for by name.
import type { Script, Turn } from "./model.ts";

const write = (n: number) => ({ name: "effect.write", arguments: { n } });
const once = (n: number) => ({ name: "effect.once", arguments: { n } });
const note = (n: number, words = 3) => ({ name: "note.read", arguments: { n, words } });
const pay = (amountCents: number) => ({
  name: "payment.make",
  arguments: { amountCents, to: "Acme" },
});

/** Each turn of a plan in order; then the answer. */
const PLANS: Readonly<Record<string, readonly Turn[]>> = {
  keyed: [{ calls: [write(1)] }, { text: "next", calls: [write(2)] }, { calls: [write(3)] }],
  keyless: [{ calls: [once(1)] }, { calls: [note(1)] }],
  parallel: [{ text: "all at once", calls: [note(1), write(1), write(2), once(3), note(4)] }],
  pay: [{ calls: [note(1)] }, { calls: [pay(900), write(7)] }],
  wrong: [
    {
      calls: [
        { name: "no.such", arguments: {} },
        { name: "effect.write", arguments: { n: "x" } },
      ],
    },
    { calls: [{ name: "payment.make", arguments: { amountCents: 200_000, to: "Acme" } }] },
    { calls: [write(1)] },
  ],
};
const NOTES = 7;

export const script: Script = ({ plan, turn, last }) => {
  if (last.startsWith("Summarise")) return { text: "Notes have been read." };
  if (plan.startsWith("long") || last.startsWith("note")) {
    const read = Number(/^note (\d+)/.exec(last)?.[1] ?? 0);
    if (plan.startsWith("long") || read > 1)
      return read < NOTES
        ? { text: `read ${read} ${"and ".repeat(200)}`, calls: [note(read + 1, 250)] }
        : DONE;
  }
  return PLANS[plan.split(" ")[0] ?? ""]?.[turn] ?? { text: `Done after ${turn}: ${last}` };
};
const DONE: Turn = { text: "All notes are read." };
