// A call that labels refused: who would have seen it, what each may not read, and what can be done.
import type { Decision } from "@stead/protocol";
import type { ReactElement } from "react";
import { counted, revealed } from "./format.ts";

const SHOWN = 20;

export function LackingView({
  lacking,
  asked = false,
}: {
  lacking: NonNullable<Decision["lacking"]>;
  /** It is a question whether they are given it all the same. */
  asked?: boolean;
}): ReactElement {
  const more = lacking.length - SHOWN;
  return (
    <section
      aria-label="Who may not see it"
      className="flex flex-col gap-1 rounded-md bg-deny-wash px-2.5 py-2"
    >
      <p className="font-medium">
        It would be seen by {counted(lacking.length, "reader")} who may not read what it was made
        from
      </p>
      <ul className="flex flex-col gap-0.5">
        {lacking.slice(0, SHOWN).map(({ name, what }) => (
          <li key={name}>
            <span className="font-medium">{revealed(name)}</span> may not read{" "}
            {revealed(what.join(", "))}
          </li>
        ))}
      </ul>
      {more > 0 ? <p>and {more} more</p> : null}
      <p className="text-quiet">
        {asked
          ? "A yes gives it to them by this call alone, and ends with the run: they still can’t search or open what it was made from."
          : "Send it to people who may read it, ask for it without that source in a new thread, have whoever owns the source share it with them first, or ask to share it."}
      </p>
    </section>
  );
}
