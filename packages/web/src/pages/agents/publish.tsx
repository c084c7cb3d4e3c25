// Publishing: the draft becomes an immutable version, with a note that says why.
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Button } from "../../ui/button.tsx";
import { TextArea } from "../../ui/field.tsx";
import { Dialog } from "../../ui/overlay.tsx";
import { InlineFailure } from "../../ui/states.tsx";

export function Publish(props: { agent: Reply<"agent.get">; dirty: boolean }): ReactElement {
  const { agent, dirty } = props;
  const navigate = useNavigate();
  const may = useMay();
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const publish = useAct("agent.publish", ["agent.get", "agent.list", "agent.versions"]);
  const press = (): void =>
    publish.mutate(
      { params: { agentId: agent.id }, body: { note } },
      {
        onSuccess: () => {
          setOpen(false);
          setNote("");
          void navigate({
            to: "/agents/$agentId",
            params: { agentId: agent.id },
            search: { tab: "versions" },
          });
        },
      },
    );
  const why = dirty
    ? "Save the draft first."
    : may("agent.publish")
      ? null
      : "Your role may not publish.";
  return (
    <>
      <Button tone="primary" why={why} onClick={() => setOpen(true)}>
        Publish
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={`Publish version ${(agent.version ?? 0) + 1}`}
        foot={
          <>
            <Button onClick={() => setOpen(false)}>Not yet</Button>
            <Button tone="primary" busy={publish.isPending} onClick={press}>
              Publish
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-3">
          <p>
            A version never changes: instructions, models, tools and their schemas are pinned as
            they are now. New questions use it; runs that are going keep the one they began with.
          </p>
          <TextArea
            label="Note (what changed, and why)"
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
          <InlineFailure error={publish.error} />
        </div>
      </Dialog>
    </>
  );
}
