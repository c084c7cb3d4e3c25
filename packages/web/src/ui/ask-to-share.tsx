// Asks that what labels refused be given to the people it names: in a run of its own, where others decide.
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct } from "../api/use.ts";
import { Button } from "./button.tsx";
import { TextArea } from "./field.tsx";
import { Dialog } from "./overlay.tsx";
import { InlineFailure } from "./states.tsx";

const REASON_MAX = 2000;

/** `why`: it can't be asked now. */
export function AskToShare(props: {
  runId: string;
  callId: string;
  why?: string | null;
}): ReactElement {
  const { runId, callId, why = null } = props;
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const share = useAct("run.share", ["thread.get", "thread.list", "run.list", "approval.list"]);
  const navigate = useNavigate();
  const send = (): void =>
    share.mutate(
      { params: { runId, callId }, body: { reason: reason.trim() } },
      {
        onSuccess: ({ threadId }) => {
          setOpen(false);
          void navigate({ to: "/ask/$threadId", params: { threadId } });
        },
      },
    );
  return (
    <>
      <Button why={why} className="self-start" onClick={() => setOpen(true)}>
        Ask to share
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Ask to share it with them"
        foot={
          <>
            <Button tone="quiet" onClick={() => setOpen(false)}>
              Cancel
            </Button>
            <Button
              tone="primary"
              busy={share.isPending}
              why={reason.trim() === "" ? "Say why they should get it." : null}
              onClick={send}
            >
              Ask
            </Button>
          </>
        }
      >
        <div className="flex flex-col gap-3">
          <p>
            Exactly this call is put to those who may decide, with the people who would get it and
            what of it each of them may not read. You can’t agree to it yourself. A yes is for this
            call alone and ends with its run; it opens no source to anybody.
          </p>
          <TextArea
            label="Why they should get it"
            value={reason}
            maxLength={REASON_MAX}
            onChange={(event) => setReason(event.target.value)}
          />
          <InlineFailure error={share.error} />
        </div>
      </Dialog>
    </>
  );
}
