// Try the saved draft as yourself, with your own rights; approvals are asked as they would be.
import { useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { Composer } from "../ask/composer.tsx";
import type { Written } from "../ask/pasted.ts";
import { RunBlock } from "../ask/run-block.tsx";
import { newTurn, type Turn } from "../ask/turns.ts";

interface TryPaneProps {
  agent: Reply<"agent.get">;
  dirty: boolean;
  onSave: () => void;
}

export function TryPane({ agent, dirty, onSave }: TryPaneProps): ReactElement {
  const [turns, setTurns] = useState<Turn[]>([]);
  const [cite, setCite] = useState<{ runId: string; number: number } | null>(null);
  const [threadId, setThreadId] = useState<string | undefined>(undefined);
  const start = useAct("run.start", ["run.list"]);
  const send = ({ text: input, pasted }: Written): void =>
    start.mutate(
      { body: { agentId: agent.id, input, pasted, threadId, trial: true } },
      {
        onSuccess: (run) => {
          setThreadId(run.threadId);
          setTurns((known) => [...known, newTurn(run.id, input, run.status)]);
        },
      },
    );
  return (
    <section
      aria-label="Try the draft"
      className="flex min-h-96 flex-col border-line bg-surface max-lg:border-t lg:border-l"
    >
      <p className="flex min-h-10 items-center gap-2 border-b border-line px-4 py-1.5">
        <span className="font-medium">Try it as yourself</span>
        {turns.length === 0 ? null : (
          <Button
            tone="quiet"
            className="ml-auto"
            onClick={() => {
              setTurns([]);
              setThreadId(undefined);
            }}
          >
            Start over
          </Button>
        )}
      </p>
      <div className="flex min-h-0 grow flex-col gap-6 overflow-y-auto px-4 py-4">
        {turns.length === 0 ? <WhatATrialIs /> : null}
        {turns.map((turn) => (
          <RunBlock
            key={turn.runId}
            turn={turn}
            latest={true}
            onEnd={() => undefined}
            cited={cite?.runId === turn.runId ? cite.number : null}
            onCite={(number) => setCite(number === null ? null : { runId: turn.runId, number })}
          />
        ))}
      </div>
      <div className="flex flex-col gap-2 border-t border-line p-3">
        <InlineFailure error={start.error} />
        {dirty ? (
          <p className="flex items-center gap-2 text-quiet">
            The trial uses the saved draft. <Button onClick={onSave}>Save draft</Button>
          </p>
        ) : null}
        <Composer
          label="Ask the draft"
          busy={start.isPending}
          onSend={send}
          why={dirty ? "Save the draft first." : null}
        />
      </div>
    </section>
  );
}

function WhatATrialIs(): ReactElement {
  return (
    <p className="text-quiet">
      A trial runs the saved draft with your own rights. What it does is real, is asked about as
      always, and stands in the ledger as a trial.
    </p>
  );
}
