// A person: who they are, and every group with the chain that leads to it.
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Icon } from "../../ui/icons.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Properties, Section } from "../../ui/page.tsx";
import { PersonName } from "../../ui/person-name.tsx";
import { Read } from "../../ui/states.tsx";

type Groups = Reply<"person.get">["groups"];

export function PersonDetail({ personId }: { personId: string }): ReactElement {
  const person = useRead("person.get", { params: { personId } });
  return <Read of={person}>{(data) => <Detail reply={data} />}</Read>;
}

function Detail({ reply }: { reply: Reply<"person.get"> }): ReactElement {
  const { person, groups } = reply;
  const may = useMay();
  return (
    <article className="flex flex-col gap-5 px-4 py-4">
      <header>
        <Link
          from="/people"
          to="."
          search={(known) => ({ ...known, person: undefined })}
          className={`${LINK} lg:hidden`}
        >
          Back to the list
        </Link>
        <h2 className="flex items-center gap-2 text-lg font-semibold">
          {person.name}
          {person.active ? null : <Badge tone="deny">inactive</Badge>}
        </h2>
        <p className="text-quiet">
          {person.title}, {person.department}
        </p>
      </header>
      <Properties
        rows={[
          ["E-mail", person.email],
          ["Roles", person.roles.join(", ")],
          [
            "Manager",
            person.managerId === null ? "none" : <PersonName key="m" personId={person.managerId} />,
          ],
          [
            "Id",
            <code key="i" className="font-mono text-xs">
              {person.id}
            </code>,
          ],
        ]}
      />
      <div className="flex flex-wrap gap-3">
        <Link to="/runs" search={{ person: person.id }} className={LINK}>
          Runs for {person.name}
        </Link>
        {may("policy.try") ? (
          <Link to="/policies" search={{ tab: "try", person: person.id }} className={LINK}>
            Try a decision as {person.name}
          </Link>
        ) : null}
      </div>
      <GroupChains groups={groups} />
    </article>
  );
}

function GroupChains({ groups }: { groups: Groups }): ReactElement {
  return (
    <Section title={`Groups (${groups.length})`}>
      {groups.length === 0 ? <p className="text-quiet">In no group.</p> : null}
      <ul className="flex flex-col">
        {groups.map((group) => (
          <li
            key={group.id}
            className="flex flex-wrap items-center gap-1 border-b border-line/60 py-1"
          >
            {group.through.map((name) => (
              <span key={name} className="flex items-center gap-1 text-quiet">
                {name} <Icon name="right" size={12} />
              </span>
            ))}
            <Link
              from="/people"
              to="."
              search={(known) => ({ ...known, group: group.id })}
              className="font-medium hover:underline"
            >
              {group.name}
            </Link>
            <span className="ml-auto text-xs text-quiet">
              {group.through.length === 0 ? "direct" : "through a group"}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
