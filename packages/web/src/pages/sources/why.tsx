// Why somebody may or may not read a document: yes or no, and the chain of reasons.
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { duration } from "../../ui/format.ts";
import { Read } from "../../ui/states.tsx";

type Step = Reply<"document.explain">["chain"][number];

type Explained = Reply<"document.explain">;

export function Why(props: { documentId: string; personId: string; who: string }): ReactElement {
  const { documentId, personId, who } = props;
  const params = { documentId };
  const found = useRead("document.explain", { params, query: { person: personId } });
  return <Read of={found}>{(data) => <Reasons of={data} who={who} />}</Read>;
}

/** The reader's own right. */
export function WhyMine({ documentId }: { documentId: string }): ReactElement {
  const found = useRead("document.why", { params: { documentId } });
  return <Read of={found}>{(data) => <Reasons of={data} who="You" />}</Read>;
}

function Reasons({ of, who }: { of: Explained; who: string }): ReactElement {
  const { readable, chain, path } = of;
  return (
    <div className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={readable ? "permit" : "deny"}>{readable ? "may read" : "may not"}</Badge>
        {who} {readable ? "may read it." : "may not read it."}
      </p>
      <p className="font-mono text-xs break-all text-quiet">{path}</p>
      <ol aria-label="Reasons" className="flex flex-col gap-2">
        {chain.map((step, index) => (
          <li key={index}>
            <StepView step={step} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function toneOf({ truth, denies }: Step): Tone {
  if (truth === "unknown") return "ask";
  return (truth === "true") === denies ? "deny" : "permit";
}

function StepView({ step }: { step: Step }): ReactElement {
  const word = step.truth === "unknown" ? "not known" : step.truth === "true" ? "yes" : "no";
  return (
    <div
      title={step.id}
      className="flex flex-col gap-0.5 rounded-md border border-line px-2.5 py-1.5"
    >
      <span className="flex items-baseline gap-2">
        <Badge tone={toneOf(step)}>{word}</Badge>
        <span className="min-w-0 break-words">{step.text}</span>
      </span>
      {step.path === undefined || step.path.length === 0 ? null : (
        <span className="text-xs text-quiet">by way of {step.path.join(" › ")}</span>
      )}
      {step.ageMs === undefined ? null : (
        <span className="text-xs text-quiet">as it was {duration(step.ageMs)} ago</span>
      )}
    </div>
  );
}
