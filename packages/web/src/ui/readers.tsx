// An audience in words, and behind them the people: who may see a run's answer, or a thing that it read.
import { useState } from "react";
import type { ReactElement } from "react";
import { useRead } from "../api/use.ts";
import { counted } from "./format.ts";
import { LINK } from "./link-row.tsx";
import { SidePanel } from "./overlay.tsx";
import { Read } from "./states.tsx";

interface ReadersProps {
  readonly runId: string;
  /** Access classes that all must be met; undefined: those of the run's answer. */
  readonly of?: readonly string[];
  /** What it is that they may see. */
  readonly what: string;
  /** What the button says. */
  readonly children: string;
}

export function Readers({ runId, of, what, children }: ReadersProps): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-label={`${children}: ${what}`}
        onClick={() => setOpen(true)}
        className={`${LINK} text-left`}
      >
        {children}
      </button>
      {open ? (
        <SidePanel open={true} onClose={() => setOpen(false)} title={`Who may see ${what}`}>
          <People runId={runId} of={of} />
        </SidePanel>
      ) : null}
    </>
  );
}

function People({ runId, of }: { runId: string; of: readonly string[] | undefined }): ReactElement {
  const query = of === undefined ? {} : { of: of.join(" ") };
  const audience = useRead("run.audience", { params: { runId }, query });
  return (
    <Read of={audience}>
      {({ people, total, everyone }) => (
        <div className="flex flex-col gap-2">
          <p className="text-quiet">
            {everyone ? "Everyone of the organisation" : counted(total, "person", "people")}, as
            rights stand now.{" "}
            {total === 0 ? "Of what its source is asked about live, nobody is known here." : ""}
          </p>
          <ul aria-label="People" className="flex flex-col">
            {people.map(({ id, name, department }) => (
              <li key={id} className="flex items-baseline gap-2 border-b border-line/60 py-1">
                <span className="font-medium">{name}</span>
                <span className="text-xs text-quiet">{department}</span>
              </li>
            ))}
          </ul>
          {people.length < total ? <p>and {total - people.length} more</p> : null}
        </div>
      )}
    </Read>
  );
}
