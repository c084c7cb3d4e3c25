// One question and its run: live while it goes, folded when it is done, steps on request.
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import type { Connection } from "../../stream/use-run-stream.ts";
import { useRunStream } from "../../stream/use-run-stream.ts";
import { isQuestionBefore } from "../../stream/run-view.ts";
import type { RunView } from "../../stream/run-view.ts";
import { Dot } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/format.ts";
import { LINK } from "../../ui/link-row.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { Answer } from "./answer.tsx";
import { RunFailure } from "./run-failure.tsx";
import { Step } from "./step.tsx";
import { isOpen } from "./turns.ts";
import type { Turn } from "./turns.ts";

interface RunBlockProps {
  turn: Turn;
  latest: boolean;
  onEnd: () => void;
  cited: number | null;
  onCite: (number: number | null) => void;
}

export function RunBlock({ turn, latest, onEnd, cited, onCite }: RunBlockProps): ReactElement {
  const [shown, setShown] = useState(latest || isOpen(turn.status));
  const [run, connection] = useRunStream(turn.runId, shown);
  const openAtFirst = useState(isOpen(turn.status))[0];
  useEffect(() => {
    if (run.ended && openAtFirst) onEnd();
    // Once, when the run ends: what onEnd closes over does not matter.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [run.ended, openAtFirst]);
  const status = run.ended ? run.status : turn.status;
  const ended = run.ended || !isOpen(turn.status);
  return (
    <article aria-label={`Question: ${turn.question}`} className="flex flex-col gap-3">
      <Question turn={turn} />
      {shown ? <Steps run={run} runId={turn.runId} /> : null}
      {ended && status === "answered" ? (
        <Answer
          runId={turn.runId}
          text={run.ended ? run.answer : turn.answer}
          citations={run.ended ? run.citations : turn.citations}
          links={run.ended ? run.links : turn.links}
          coverage={run.ended ? run.coverage : turn.coverage}
          cited={cited}
          onCite={onCite}
        />
      ) : null}
      <RunFailure failure={run.failure} status={status} attempted={run.steps.length} />
      <Foot
        turn={turn}
        run={run}
        connection={connection}
        shown={shown}
        ended={ended}
        onShow={() => setShown(true)}
      />
    </article>
  );
}

function Question({ turn }: { turn: Turn }): ReactElement {
  return (
    <div className="flex flex-col gap-0.5 border-l-2 border-ink pl-3">
      <p className="text-base break-words whitespace-pre-wrap">{turn.question}</p>
      {turn.askedAt === null ? null : (
        <p className="text-xs text-quiet">
          You, <Time at={turn.askedAt} />
        </p>
      )}
    </div>
  );
}

function Steps({ run, runId }: { run: RunView; runId: string }): ReactElement | null {
  if (run.steps.length === 0) return null;
  const last = run.steps.at(-1);
  return (
    <ol aria-label="Steps" className="flex flex-col gap-2">
      {run.steps.map((step) => (
        <Step
          key={step.step}
          step={step}
          isAnswer={run.ended && step === last}
          runId={runId}
          ended={run.ended}
        />
      ))}
    </ol>
  );
}

const STATUS: Record<RunView["status"], string> = {
  queued: "Waiting for a free worker",
  running: "Working",
  waiting: "Waiting for approval",
  answered: "Answered",
  failed: "Failed",
  cancelled: "Cancelled",
  stopped: "Stopped at a limit",
};

interface FootProps {
  turn: Turn;
  run: RunView;
  connection: Connection;
  shown: boolean;
  ended: boolean;
  onShow: () => void;
}

function Foot({ turn, run, connection, shown, ended, onShow }: FootProps): ReactElement {
  const status = run.steps.length === 0 && !run.ended ? turn.status : run.status;
  const calls = run.steps.flatMap((step) => step.calls).filter((call) => !isQuestionBefore(call));
  return (
    <footer className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1 text-xs text-quiet">
      <span role="status" className="inline-flex items-center gap-1.5">
        {ended ? null : <Dot tone={status === "waiting" ? "ask" : "live"} live={true} />}
        {connection === "reconnecting" && !ended ? "Reconnecting" : STATUS[status]}
        {run.note === "" ? "" : `: ${run.note}`}
      </span>
      {shown ? <span>{counted(calls.length, "tool call")}</span> : null}
      {shown ? null : (
        <button type="button" onClick={onShow} className={LINK}>
          Show steps
        </button>
      )}
      <Link to="/runs/$runId" params={{ runId: turn.runId }} className={LINK}>
        Open the trace
      </Link>
      {ended ? null : <Cancel runId={turn.runId} />}
    </footer>
  );
}

function Cancel({ runId }: { runId: string }): ReactElement {
  const cancel = useAct("run.cancel", ["run.get", "run.list"]);
  return (
    <span className="ml-auto flex items-center gap-2">
      <InlineFailure error={cancel.error} />
      <Button
        icon="stop"
        busy={cancel.isPending || cancel.isSuccess}
        onClick={() => cancel.mutate({ params: { runId } })}
      >
        {cancel.isSuccess ? "Stopping before the next effect" : "Cancel"}
      </Button>
    </span>
  );
}
