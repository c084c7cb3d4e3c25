// What can be done with a source: pause, go on, compare everything, disconnect.
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Dialog } from "../../ui/overlay.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import type { SourceView } from "./words.ts";

const TOUCHES = ["source.get", "source.list"] as const;

interface ActsProps {
  source: SourceView;
  why: string | null;
  /** It is disconnected; `left` says what could not be withdrawn at the provider. */
  onLeft: (left: string[]) => void;
}

export function SourceActs({ source, why, onLeft }: ActsProps): ReactElement {
  const pause = useAct("source.pause", [...TOUCHES]);
  const resume = useAct("source.resume", [...TOUCHES]);
  const resync = useAct("source.resync", [...TOUCHES]);
  const [leaving, setLeaving] = useState(false);
  const input = { params: { sourceId: source.id } };
  const goes = source.state === "live" || source.state === "syncing";
  return (
    <span className="ml-auto flex flex-wrap items-center gap-2">
      <InlineFailure error={pause.error ?? resume.error ?? resync.error} />
      {goes ? (
        <Button why={why} busy={pause.isPending} onClick={() => pause.mutate(input)}>
          Pause
        </Button>
      ) : null}
      {source.state === "paused" || source.state === "failed" ? (
        <Button why={why} busy={resume.isPending} onClick={() => resume.mutate(input)}>
          Go on
        </Button>
      ) : null}
      {goes ? (
        <Button
          why={why}
          busy={resync.isPending}
          title="Compares everything with the source, and tries again what failed"
          onClick={() => resync.mutate(input)}
        >
          Compare everything
        </Button>
      ) : null}
      <Button tone="deny" why={why} onClick={() => setLeaving(true)}>
        Disconnect
      </Button>
      {leaving ? <Leave source={source} onClose={() => setLeaving(false)} onLeft={onLeft} /> : null}
    </span>
  );
}

function Leave(props: {
  source: SourceView;
  onClose: () => void;
  onLeft: (left: string[]) => void;
}): ReactElement {
  const { source, onClose, onLeft } = props;
  const [name, setName] = useState("");
  const leave = useAct("source.disconnect", ["source.list"]);
  const disconnect = (): void =>
    leave.mutate({ params: { sourceId: source.id } }, { onSuccess: ({ left }) => onLeft(left) });
  return (
    <Dialog
      open={true}
      onClose={onClose}
      title={`Disconnect ${source.name}`}
      foot={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            tone="deny"
            why={name === source.name ? null : "Type its name."}
            busy={leave.isPending}
            onClick={disconnect}
          >
            Disconnect
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <p>
          Its credentials are withdrawn at the provider, and its documents, index and links go from
          here. Answers that were made of them are shut to everybody then.
        </p>
        <TextField
          label={`Type ${source.name} to say that you mean it`}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <InlineFailure error={leave.error} />
      </div>
    </Dialog>
  );
}
