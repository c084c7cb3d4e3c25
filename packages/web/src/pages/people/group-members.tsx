// Who and which groups are directly in a group; both can be put in and taken out.
import { Link } from "@tanstack/react-router";
import type { Group } from "@stead/protocol";
import type { ReactElement } from "react";
import { useAct, usePages } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { PersonPicker } from "../../ui/person-picker.tsx";
import { Failure, InlineFailure, Loading } from "../../ui/states.tsx";
import { More } from "../../ui/table.tsx";

const TOUCHES = ["group.members", "group.list", "person.get", "person.list"] as const;

export function GroupMembers(props: { group: Group; groups: Group[] }): ReactElement {
  const { group, groups } = props;
  const may = useMay();
  const members = usePages("group.members", { params: { groupId: group.id } });
  const take = useAct("group.remove-member", [...TOUCHES]);
  return (
    <Section title="Directly in it">
      {may("group.add-member") ? <Put group={group} groups={groups} /> : null}
      <InlineFailure error={take.error} />
      {members.error !== null && members.items.length === 0 ? (
        <Failure error={members.error} again={members.again} />
      ) : members.isPending ? (
        <Loading lines={3} />
      ) : members.items.length === 0 ? (
        <p className="text-quiet">Nobody yet.</p>
      ) : (
        <ul className="flex flex-col">
          {members.items.map((member) => (
            <li
              key={member.id}
              className="flex min-h-8 items-center gap-2 border-b border-line/60 py-0.5"
            >
              <Link
                to="/people"
                search={
                  member.kind === "group"
                    ? { tab: "groups", group: member.id }
                    : { person: member.id }
                }
                className="font-medium hover:underline"
              >
                {member.name}
              </Link>
              {member.kind === "group" ? <Badge>group</Badge> : null}
              {may("group.remove-member") ? (
                <IconButton
                  icon="close"
                  className="ml-auto"
                  label={`Take ${member.name} out of ${group.name}`}
                  onClick={() =>
                    take.mutate({ params: { groupId: group.id, memberId: member.id } })
                  }
                />
              ) : null}
            </li>
          ))}
        </ul>
      )}
      <More pages={members} />
    </Section>
  );
}

function Put(props: { group: Group; groups: Group[] }): ReactElement {
  const { group, groups } = props;
  const put = useAct("group.add-member", [...TOUCHES]);
  const add = (memberId: string): void => {
    if (memberId !== "") put.mutate({ params: { groupId: group.id, memberId } });
  };
  return (
    <div className="flex flex-col gap-2">
      <div className="grid items-end gap-3 sm:grid-cols-2">
        <PersonPicker
          key={put.submittedAt}
          label="Put a person in"
          personId={undefined}
          onPick={add}
        />
        <SelectField
          label="Put a group in"
          value=""
          disabled={put.isPending}
          choices={[
            { value: "", label: "Choose a group…" },
            ...groups
              .filter((other) => other.id !== group.id && !other.parentIds.includes(group.id))
              .map((other) => ({ value: other.id, label: other.name })),
          ]}
          onChange={(event) => add(event.target.value)}
        />
      </div>
      <InlineFailure error={put.error} />
    </div>
  );
}
