// A person's groups, each with the chain that leads to it; direct ones can be left, others joined.
import { Link } from "@tanstack/react-router";
import type { Person } from "@stead/protocol";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { IconButton } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icons.tsx";
import { Section } from "../../ui/page.tsx";
import { InlineFailure } from "../../ui/states.tsx";

type Groups = Reply<"person.get">["groups"];
const TOUCHES = ["person.get", "person.list", "group.list", "group.members"] as const;

export function PersonGroups(props: { person: Person; groups: Groups }): ReactElement {
  const { person, groups } = props;
  const may = useMay();
  const leave = useAct("group.remove-member", [...TOUCHES]);
  return (
    <Section
      title={`Groups (${groups.length})`}
      acts={may("group.add-member") ? <Join person={person} groups={groups} /> : null}
    >
      {groups.length === 0 ? <p className="text-quiet">In no group.</p> : null}
      <InlineFailure error={leave.error} />
      <ul className="flex flex-col">
        {groups.map((group) => (
          <li
            key={group.id}
            className="flex min-h-8 flex-wrap items-center gap-1 border-b border-line/60 py-0.5"
          >
            {group.through.map((name) => (
              <span key={name} className="flex items-center gap-1 text-quiet">
                {name} <Icon name="right" size={12} />
              </span>
            ))}
            <Link
              to="/people"
              search={{ tab: "groups", group: group.id }}
              className="font-medium hover:underline"
            >
              {group.name}
            </Link>
            <span className="ml-auto text-xs text-quiet">
              {group.through.length === 0 ? "direct" : "through a group"}
            </span>
            {group.through.length === 0 && may("group.remove-member") ? (
              <IconButton
                icon="close"
                label={`Take ${person.name} out of ${group.name}`}
                onClick={() => leave.mutate({ params: { groupId: group.id, memberId: person.id } })}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Join(props: { person: Person; groups: Groups }): ReactElement {
  const { person, groups } = props;
  const all = useRead("group.list", {});
  const join = useAct("group.add-member", [...TOUCHES]);
  const direct = groups.filter((group) => group.through.length === 0).map((group) => group.id);
  const others = (all.data?.items ?? []).filter((group) => !direct.includes(group.id));
  return (
    <div className="flex flex-wrap items-center justify-end gap-2">
      <InlineFailure error={join.error} />
      <SelectField
        bare
        label={`Put ${person.name} into a group`}
        value=""
        disabled={join.isPending || others.length === 0}
        choices={[
          { value: "", label: others.length === 0 ? "No other group" : "Put into a group…" },
          ...others.map((group) => ({ value: group.id, label: group.name })),
        ]}
        onChange={(event) => {
          const groupId = event.target.value;
          if (groupId !== "") join.mutate({ params: { groupId, memberId: person.id } });
        }}
      />
    </div>
  );
}
