// A person's roles: words for readers, boxes for who may change them. Each press is one event.
import { ROLES } from "@stead/protocol";
import type { Person, Role } from "@stead/protocol";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { CheckField } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { ROLE_WORDS } from "./roles.ts";

export function PersonRoles({ person }: { person: Person }): ReactElement {
  const may = useMay();
  const grant = useAct("role.grant", ["person.get", "person.list", "session.get"]);
  const revoke = useAct("role.revoke", ["person.get", "person.list", "session.get"]);
  const busy = grant.isPending || revoke.isPending;
  const toggle = (role: Role, on: boolean): void => {
    const input = { params: { personId: person.id, role } };
    grant.reset();
    revoke.reset();
    if (on) grant.mutate(input);
    else revoke.mutate(input);
  };
  if (!may("role.grant")) {
    return (
      <Section title="Roles">
        <p>{person.roles.join(", ") || "none"}</p>
      </Section>
    );
  }
  return (
    <Section title="Roles">
      <fieldset disabled={busy} aria-busy={busy} className="grid gap-1.5 sm:grid-cols-2">
        <legend className="sr-only">Roles of {person.name}</legend>
        {ROLES.map((role) => (
          <CheckField
            key={role}
            label={role}
            hint={ROLE_WORDS[role]}
            checked={person.roles.includes(role)}
            onChange={(event) => toggle(role, event.target.checked)}
          />
        ))}
      </fieldset>
      <InlineFailure error={grant.error ?? revoke.error} />
    </Section>
  );
}
