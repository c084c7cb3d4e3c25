// A person: who they are, their roles, and every group with the chain that leads to it.
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { placeOf } from "../../ui/format.ts";
import { LINK } from "../../ui/link-row.tsx";
import { Properties } from "../../ui/page.tsx";
import { PersonName } from "../../ui/person-name.tsx";
import { Read } from "../../ui/states.tsx";
import { PersonActs } from "./person-acts.tsx";
import { PersonGroups } from "./person-groups.tsx";
import { PersonRoles } from "./person-roles.tsx";

export function PersonDetail({ personId }: { personId: string }): ReactElement {
  const person = useRead("person.get", { params: { personId } });
  return <Read of={person}>{(data) => <Detail reply={data} />}</Read>;
}

function Detail({ reply }: { reply: Reply<"person.get"> }): ReactElement {
  const { person, groups } = reply;
  const may = useMay();
  const place = placeOf(person);
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
          {person.active ? null : <Badge tone="deny">shut out</Badge>}
        </h2>
        {place === "" ? null : <p className="text-quiet">{place}</p>}
      </header>
      <PersonActs person={person} />
      <Properties
        rows={[
          ["E-mail", person.email],
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
      <PersonRoles person={person} />
      <PersonGroups person={person} groups={groups} />
    </article>
  );
}
