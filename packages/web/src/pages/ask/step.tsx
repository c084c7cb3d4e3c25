// A step of a run: what the model said on the way, its reasoning folded away, and what it called.
import type { ReactElement } from "react";
import { isQuestionBefore } from "../../stream/run-view.ts";
import type { CallView, StepView } from "../../stream/run-view.ts";
import { Markdown } from "../../ui/markdown.tsx";
import { Withheld, withheldWhy } from "../../ui/withheld.tsx";
import { ToolCard } from "./tool-card.tsx";

export function Step(props: {
  step: StepView;
  isAnswer: boolean;
  runId: string;
  ended: boolean;
}): ReactElement {
  const { step, isAnswer, runId, ended } = props;
  // The last step's text is the answer, which is drawn once, below, with its citations.
  const withheld = withheldWhy(step.text);
  const before = step.calls.filter(isQuestionBefore);
  const calls = step.calls.filter((call) => !isQuestionBefore(call));
  const text = (isAnswer && calls.length === 0) || withheld !== null ? "" : step.text;
  return (
    <li className="flex flex-col gap-2">
      {step.notes.map((note) => (
        <p key={note} className="border-y border-dashed border-line py-1 text-xs text-quiet">
          {note}
        </p>
      ))}
      <Calls calls={before} runId={runId} ended={ended} />
      {step.reasoning === "" ? null : (
        <details className="text-quiet">
          <summary className="text-xs">Reasoning</summary>
          <p className="border-l border-line pl-3 whitespace-pre-wrap">{step.reasoning}</p>
        </details>
      )}
      {withheld === null || isAnswer ? null : <Withheld why={withheld} />}
      {text === "" ? null : (
        <div aria-live="polite" aria-busy={!step.ended}>
          <Markdown text={text} />
        </div>
      )}
      <Calls calls={calls} runId={runId} ended={ended} />
    </li>
  );
}

function Calls(props: { calls: readonly CallView[]; runId: string; ended: boolean }): ReactElement {
  const { calls, runId, ended } = props;
  return (
    <>
      {calls.map((call) => (
        <ToolCard key={call.callId} call={call} runId={runId} ended={ended} />
      ))}
    </>
  );
}
