// Adds a person, gives them their roles, and makes their sign-in link: one form, one press.
import type { Person, Role } from "@stead/protocol";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactElement } from "react";
import { call } from "../../api/client.ts";
import type { ApiError, Reply } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { CheckField, TextField } from "../../ui/field.tsx";
import { Dialog } from "../../ui/overlay.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { Invitation } from "./invitation.tsx";
import { MORE_ROLES, ROLE_WORDS } from "./roles.ts";

interface Form {
  name: string;
  email: string;
  title: string;
  department: string;
  roles: Role[];
}

interface Added {
  person: Person;
  link: Reply<"person.invite">;
}

const EMPTY: Form = { name: "", email: "", title: "", department: "", roles: [] };
const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function useAdd(onPerson: (personId: string) => void) {
  const client = useQueryClient();
  const [made, setMade] = useState<Person | null>(null);
  const add = useMutation<Added, ApiError, Form>({
    mutationFn: async ({ roles, ...body }) => {
      // When a later step is refused, the next press goes on with the person who is there.
      const person = made ?? (await call("person.create", { body }));
      setMade(person);
      onPerson(person.id);
      for (const role of roles) await call("role.grant", { params: { personId: person.id, role } });
      return { person, link: await call("person.invite", { params: { personId: person.id } }) };
    },
    onSettled: () =>
      Promise.all(
        ["person.list", "person.get"].map((key) => client.invalidateQueries({ queryKey: [key] })),
      ),
  });
  return { add, made };
}

export function AddPerson(props: {
  onClose: () => void;
  onPerson: (personId: string) => void;
}): ReactElement {
  const { onClose, onPerson } = props;
  const [form, setForm] = useState(EMPTY);
  const { add, made } = useAdd(onPerson);
  const set = (change: Partial<Form>): void => setForm({ ...form, ...change });
  const why =
    form.name.trim() === ""
      ? "Give a name first."
      : ADDRESS.test(form.email)
        ? null
        : "Give an e-mail address first.";
  if (add.data !== undefined)
    return <Invitation name={add.data.person.name} link={add.data.link} onClose={onClose} />;
  return (
    <Dialog
      open={true}
      onClose={onClose}
      title="Add a person"
      foot={
        <>
          <Button onClick={onClose}>{made === null ? "Not now" : "Leave it so"}</Button>
          <Button tone="primary" type="submit" form="add-person" why={why} busy={add.isPending}>
            Add and make a sign-in link
          </Button>
        </>
      }
    >
      <form
        id="add-person"
        onSubmit={(event) => {
          event.preventDefault();
          if (why === null && !add.isPending) add.mutate(form);
        }}
        className="flex flex-col gap-3"
      >
        <Fields form={form} set={set} fixed={made !== null} />
        <InlineFailure error={add.error} />
        {made !== null && add.error !== null ? (
          <p className="text-quiet">{made.name} was added; only the rest is missing.</p>
        ) : null}
      </form>
    </Dialog>
  );
}

function Fields(props: {
  form: Form;
  set: (change: Partial<Form>) => void;
  fixed: boolean;
}): ReactElement {
  const { form, set, fixed } = props;
  const text = (label: string, name: "name" | "email" | "title" | "department") => (
    <TextField
      label={label}
      type={name === "email" ? "email" : "text"}
      maxLength={name === "email" ? 200 : 100}
      readOnly={fixed}
      value={form[name]}
      onChange={(event) => set({ [name]: event.target.value })}
    />
  );
  return (
    <>
      {text("Name", "name")}
      {text("E-mail", "email")}
      <div className="grid grid-cols-2 gap-3">
        {text("Title", "title")}
        {text("Department", "department")}
      </div>
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 font-medium">Roles beside employee</legend>
        {MORE_ROLES.map((role) => (
          <CheckField
            key={role}
            label={role}
            hint={ROLE_WORDS[role]}
            checked={form.roles.includes(role)}
            onChange={(event) =>
              set({
                roles: event.target.checked
                  ? [...form.roles, role]
                  : form.roles.filter((other) => other !== role),
              })
            }
          />
        ))}
      </fieldset>
    </>
  );
}
