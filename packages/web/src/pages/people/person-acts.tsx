// What an administrator does with a person: a sign-in link, a correction, shutting out and letting in.
import type { Person } from "@stead/protocol";
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Dialog } from "../../ui/overlay.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { Invitation } from "./invitation.tsx";

export function PersonActs({ person }: { person: Person }): ReactElement | null {
  const may = useMay();
  const [editing, setEditing] = useState(false);
  const params = { personId: person.id };
  const invite = useAct("person.invite");
  if (!may("person.update")) return null;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <Button
          icon="keys"
          busy={invite.isPending}
          why={person.active ? null : "Let them in again first."}
          onClick={() => invite.mutate({ params })}
        >
          Make a sign-in link
        </Button>
        <Button onClick={() => setEditing(true)}>Edit</Button>
        <Standing person={person} />
      </div>
      <InlineFailure error={invite.error} />
      {invite.data === undefined ? null : (
        <Invitation name={person.name} link={invite.data} onClose={() => invite.reset()} />
      )}
      {editing ? <Edit person={person} onClose={() => setEditing(false)} /> : null}
    </div>
  );
}

function Standing({ person }: { person: Person }): ReactElement {
  const touches = ["person.get", "person.list"] as const;
  const [sure, setSure] = useState(false);
  const out = useAct("person.deactivate", [...touches]);
  const back = useAct("person.reactivate", [...touches]);
  const params = { personId: person.id };
  if (!person.active) {
    return (
      <>
        <Button busy={back.isPending} onClick={() => back.mutate({ params })}>
          Let in again
        </Button>
        <InlineFailure error={back.error} />
      </>
    );
  }
  return (
    <>
      <Button tone="quiet" onClick={() => setSure(true)}>
        Shut out
      </Button>
      {sure ? (
        <Dialog
          open={true}
          onClose={() => setSure(false)}
          title={`Shut ${person.name} out?`}
          foot={
            <>
              <Button onClick={() => setSure(false)}>Not now</Button>
              <Button
                tone="deny"
                busy={out.isPending}
                onClick={() => out.mutate({ params }, { onSuccess: () => setSure(false) })}
              >
                Shut out
              </Button>
            </>
          }
        >
          <div className="flex flex-col gap-3">
            <p>
              Their sessions, API keys and sign-in links end at once; their runs stop before the
              next effect. What they did stays in the ledger. They can be let in again, with a new
              sign-in link.
            </p>
            <InlineFailure error={out.error} />
          </div>
        </Dialog>
      ) : null}
    </>
  );
}

function Edit({ person, onClose }: { person: Person; onClose: () => void }): ReactElement {
  const { name, title, department } = person;
  const [form, setForm] = useState({ name, title, department });
  const update = useAct("person.update", ["person.get", "person.list"]);
  const why = form.name.trim() === "" ? "Give a name first." : null;
  const field = (label: string, key: keyof typeof form) => (
    <TextField
      label={label}
      maxLength={100}
      value={form[key]}
      onChange={(event) => setForm({ ...form, [key]: event.target.value })}
    />
  );
  const save = (): void =>
    update.mutate({ params: { personId: person.id }, body: form }, { onSuccess: onClose });
  return (
    <Dialog
      open={true}
      onClose={onClose}
      title={`Edit ${name}`}
      foot={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button tone="primary" type="submit" form="edit-person" why={why} busy={update.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form
        id="edit-person"
        onSubmit={(event) => {
          event.preventDefault();
          if (why === null) save();
        }}
        className="flex flex-col gap-3"
      >
        {field("Name", "name")}
        {field("Title", "title")}
        {field("Department", "department")}
        <p className="text-xs text-quiet">
          The e-mail address stays: it is by what sources know the person.
        </p>
        <InlineFailure error={update.error} />
      </form>
    </Dialog>
  );
}
