// Values that nobody trusted enough has written: what they are, where they are from, who should have.
import type { ApprovalCard } from "@stead/protocol";
import type { ReactElement } from "react";
import { revealed } from "./format.ts";

type Card = Pick<ApprovalCard, "sinks" | "decision">;
type Held = ApprovalCard["sinks"][number];

export function heldOf(card: Pick<ApprovalCard, "sinks">): Held[] {
  return card.sinks.filter(({ held }) => held);
}

const NEEDS = {
  person: "the person who asked",
  record: "the person who asked, or a system of record",
  colleague: "the person who asked, a system of record or a colleague",
  outside: "anybody",
};

export function HeldValues({ card }: { card: Card }): ReactElement | null {
  const held = heldOf(card);
  if (held.length === 0) return null;
  return (
    <section
      aria-label="Where it comes from"
      className="flex flex-col gap-1 rounded-md bg-ask-wash px-2.5 py-2"
    >
      {held.map((each) => (
        <HeldValue key={`${each.argument} ${each.value ?? ""}`} held={each} card={card} />
      ))}
    </section>
  );
}

function HeldValue({ held, card }: { held: Held; card: Card }): ReactElement {
  const { argument, value = "", source } = held;
  const hold = card.decision.holds?.find(
    (each) => each.argument === argument && each.value === value,
  );
  if (argument === "") return <p>This call is {source}.</p>;
  return (
    <p>
      <code className="font-mono text-xs break-all">{revealed(value)}</code>{" "}
      <span className="text-quiet">({revealed(argument)})</span> is{" "}
      <span className="font-medium">{source}</span>.
      {hold === undefined ? null : (
        <span className="block text-xs text-quiet">
          Without asking it is used only if it comes from {NEEDS[hold.needs]}.
        </span>
      )}
    </p>
  );
}
