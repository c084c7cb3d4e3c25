// Names a group: a new one, or one that there is.
import { useState } from "react";
import type { ReactElement } from "react";
import type { ApiError } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Dialog } from "../../ui/overlay.tsx";
import { InlineFailure } from "../../ui/states.tsx";

export function GroupName(props: {
  title: string;
  act: string;
  name: string;
  error: ApiError | null;
  busy: boolean;
  onName: (name: string) => void;
  onClose: () => void;
}): ReactElement {
  const [name, setName] = useState(props.name);
  const why = name.trim() === "" || name.trim() === props.name ? "Give it a name first." : null;
  return (
    <Dialog
      open={true}
      onClose={props.onClose}
      title={props.title}
      foot={
        <>
          <Button onClick={props.onClose}>Not now</Button>
          <Button tone="primary" type="submit" form="group-name" why={why} busy={props.busy}>
            {props.act}
          </Button>
        </>
      }
    >
      <form
        id="group-name"
        onSubmit={(event) => {
          event.preventDefault();
          if (why === null && !props.busy) props.onName(name.trim());
        }}
        className="flex flex-col gap-3"
      >
        <TextField
          label="Name"
          hint="Policies may call the group by it."
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <InlineFailure error={props.error} />
      </form>
    </Dialog>
  );
}
