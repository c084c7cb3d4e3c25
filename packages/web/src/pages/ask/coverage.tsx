// What a research has read of what the person may read, what it left out and why, and what no search could ask.
import type { Coverage } from "@stead/protocol";
import type { ReactElement } from "react";
import { counted } from "../../ui/format.ts";
import { Progress } from "../../ui/progress.tsx";

const SHOWN = 50;

export function Coverages({ all }: { all: Coverage[] }): ReactElement {
  const researched = all.filter(
    ({ inScope, unanswered }) => inScope > 0 || unanswered.length === 0,
  );
  return (
    <>
      {researched.map((each) => (
        <CoverageView key={each.question} coverage={each} />
      ))}
      <Unheard of={all.flatMap(({ unanswered }) => unanswered)} />
    </>
  );
}

/** Said with the answer, for what is missing does not show by itself. */
function Unheard({ of }: { of: Coverage["unanswered"] }): ReactElement | null {
  const each = new Map(of.map(({ name, why }) => [`${name} ${why}`, { name, why }]));
  if (each.size === 0) return null;
  return (
    <section
      aria-label="Without an answer"
      className="flex flex-col gap-0.5 rounded-md bg-ask-wash px-2.5 py-1.5 text-xs text-ask"
    >
      <p className="font-medium">There may be more than this answer knows of</p>
      <ul>
        {[...each].map(([key, { name, why }]) => (
          <li key={key}>
            {name}: {why}
          </li>
        ))}
      </ul>
    </section>
  );
}

function CoverageView({ coverage }: { coverage: Coverage }): ReactElement {
  const { question, inScope, more, read, skipped } = coverage;
  const all = `${inScope}${more ? " or more" : ""}`;
  return (
    <section aria-label="Coverage" className="flex flex-col gap-1 border-t border-line pt-2">
      <p className="text-xs text-quiet">
        Read {read} of {all} documents that you may read, for “{question}”
      </p>
      <Progress done={read} total={inScope} label="Documents read" />
      {skipped.map(({ why, documents }) => (
        <details key={why} className="text-xs">
          <summary className="rounded-sm px-1 py-0.5 hover:bg-sunken">
            {counted(documents.length, "document")} not read: {why}
          </summary>
          <ul className="flex flex-col gap-0.5 py-1 pl-4 text-quiet">
            {documents.slice(0, SHOWN).map(({ documentId, title }) => (
              <li key={documentId}>{title}</li>
            ))}
            {documents.length > SHOWN ? <li>and {documents.length - SHOWN} more</li> : null}
          </ul>
        </details>
      ))}
    </section>
  );
}
