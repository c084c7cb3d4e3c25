// A sign-in link, shown once: to be copied and handed to the person, and to nobody else.
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { CopyText } from "../../ui/copy.tsx";
import { exactTime } from "../../ui/format.ts";
import { Dialog } from "../../ui/overlay.tsx";

export function Invitation(props: {
  name: string;
  link: Reply<"person.invite">;
  onClose: () => void;
}): ReactElement {
  const { name, link, onClose } = props;
  return (
    <Dialog
      open={true}
      onClose={onClose}
      title={`Sign-in link for ${name}`}
      foot={
        <Button tone="primary" onClick={onClose}>
          I have it
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <p>
          Copy it now and give it to {name} alone: whoever opens it first is signed in as them. It
          works once, until {exactTime(Date.parse(link.expiresAt))}, and is not shown again.
        </p>
        <p className="rounded-md bg-sunken p-2">
          <CopyText text={`${location.origin}${link.path}`} label="sign-in link" whole />
        </p>
        <p className="text-xs text-quiet">The ledger records that you made it, never the link.</p>
      </div>
    </Dialog>
  );
}
