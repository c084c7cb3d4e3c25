// People and groups: search, a person with the chain of groups through which they belong, and what an
// administrator does with both.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Group, Person } from "@stead/protocol";
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct, usePages, useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { count } from "../../ui/format.ts";
import { Page, Split } from "../../ui/page.tsx";
import { FilterPill } from "../../ui/pill.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Segments } from "../../ui/segments.tsx";
import { Empty, Failure, Loading } from "../../ui/states.tsx";
import { More, Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { AddPerson } from "./add-person.tsx";
import { ServicePrincipals } from "./agents.tsx";
import { GroupName } from "./group-name.tsx";
import { Groups } from "./groups.tsx";
import { PersonDetail } from "./person-detail.tsx";

const route = getRouteApi("/people");

const COLUMNS: Column<Person>[] = [
  {
    id: "name",
    header: "Name",
    cell: (person) => (
      <Link
        data-row=""
        from="/people"
        to="."
        search={(known) => ({ ...known, person: person.id })}
        className="font-medium hover:underline"
      >
        {person.name}
      </Link>
    ),
  },
  { id: "title", header: "Title", wideOnly: true, cell: (person) => person.title },
  { id: "department", header: "Department", cell: (person) => person.department },
  {
    id: "roles",
    header: "Roles",
    wideOnly: true,
    cell: (person) => (
      <span className="flex gap-1">
        {person.roles
          .filter((role) => role !== "employee")
          .map((role) => (
            <Badge key={role}>{role}</Badge>
          ))}
        {person.active ? null : <Badge tone="deny">shut out</Badge>}
      </span>
    ),
  },
];

/** Links name a group by id or, in policies, by name. */
function findGroup(groups: Group[], given: string | undefined): Group | undefined {
  return groups.find((group) => group.id === given) ?? groups.find((group) => group.name === given);
}

export function PeoplePage(): ReactElement {
  const { tab, person } = route.useSearch();
  const may = useMay();
  return (
    <Page
      title="People"
      acts={
        <>
          {may("group.list") ? (
            <Segments
              label="People, groups or agents"
              value={tab ?? "people"}
              choices={[
                { value: "people", label: "People", link: { to: "/people", search: {} } },
                {
                  value: "groups",
                  label: "Groups",
                  link: { to: "/people", search: { tab: "groups" } },
                },
                {
                  value: "agents",
                  label: "Agents",
                  link: { to: "/people", search: { tab: "agents" } },
                },
              ]}
            />
          ) : null}
          {tab === "groups" ? <NewGroup /> : null}
          {tab === undefined ? <NewPerson /> : null}
        </>
      }
    >
      {tab === "groups" ? <Groups /> : null}
      {tab === "agents" ? <ServicePrincipals /> : null}
      {tab === undefined ? <PeopleList key="people" person={person} /> : null}
    </Page>
  );
}

function NewPerson(): ReactElement {
  const navigate = route.useNavigate();
  const [adding, setAdding] = useState(false);
  const why = useMay()("person.create") ? null : "Only administrators add people.";
  return (
    <>
      <Button icon="plus" tone="primary" why={why} onClick={() => setAdding(true)}>
        Add a person
      </Button>
      {adding ? (
        <AddPerson
          onClose={() => setAdding(false)}
          onPerson={(person) =>
            void navigate({ search: (known) => ({ ...known, person }), replace: true })
          }
        />
      ) : null}
    </>
  );
}

function NewGroup(): ReactElement {
  const navigate = route.useNavigate();
  const [making, setMaking] = useState(false);
  const make = useAct("group.create", ["group.list", "policy.list"]);
  const why = useMay()("group.create") ? null : "Only administrators make groups.";
  const made = (group: Group): void => {
    setMaking(false);
    void navigate({ search: { tab: "groups", group: group.id } });
  };
  return (
    <>
      <Button icon="plus" tone="primary" why={why} onClick={() => setMaking(true)}>
        New group
      </Button>
      {making ? (
        <GroupName
          title="New group"
          act="Make the group"
          name=""
          error={make.error}
          busy={make.isPending}
          onName={(name) => make.mutate({ body: { name } }, { onSuccess: made })}
          onClose={() => setMaking(false)}
        />
      ) : null}
    </>
  );
}

function PeopleList({ person }: { person: string | undefined }): ReactElement {
  const { search, group } = route.useSearch();
  const navigate = route.useNavigate();
  const mayGroups = useMay()("group.list");
  const groups = useRead("group.list", {}, { enabled: mayGroups });
  const chosen = findGroup(groups.data?.items ?? [], group);
  const people = usePages(
    "person.list",
    { query: { search, group: chosen?.id ?? group } },
    { keep: true, enabled: group === undefined || !mayGroups || !groups.isPending },
  );
  const filter = (change: { search?: string | undefined; group?: string | undefined }): void =>
    void navigate({ search: (known) => ({ ...known, ...change }), replace: true });
  return (
    <Split
      open={person !== undefined}
      listWidth="lg:w-[58%]"
      listLabel="People"
      detailLabel="A person"
      list={
        <>
          <div className="flex flex-wrap items-center gap-2 px-4 py-2">
            <SearchBox
              label="Search by name, e-mail or department"
              value={search ?? ""}
              onSearch={(text) => filter({ search: text })}
            />
            <GroupFilter
              group={group}
              groups={groups.data?.items ?? []}
              chosen={chosen}
              onChoose={filter}
            />
          </div>
          {people.error !== null && people.items.length === 0 ? (
            <Failure error={people.error} again={people.again} />
          ) : people.isPending ? (
            <Loading />
          ) : people.items.length === 0 ? (
            <Empty title="Nobody fits">Try fewer letters, or take the group off.</Empty>
          ) : (
            <Table
              label="People"
              rows={people.items}
              columns={COLUMNS}
              rowId={(row) => row.id}
              selectedId={person}
            />
          )}
          <More pages={people} />
        </>
      }
      detail={
        person === undefined ? (
          <Empty title="Pick a person">You see their groups, and through which others.</Empty>
        ) : (
          <PersonDetail key={person} personId={person} />
        )
      }
    />
  );
}

function GroupFilter(props: {
  /** As the URL has it; a reader who may not list groups sees that it filters all the same. */
  group: string | undefined;
  groups: Group[];
  chosen: Group | undefined;
  onChoose: (change: { group?: string | undefined }) => void;
}): ReactElement {
  const { group, groups, chosen, onChoose } = props;
  const choices = groups.map((item) => ({
    value: item.id,
    label: `${item.name} (${count(item.memberCount)})`,
  }));
  return (
    <>
      {groups.length === 0 ? null : (
        <SelectField
          bare
          label="Group"
          value={chosen?.id ?? ""}
          choices={[{ value: "", label: "Any group" }, ...choices]}
          onChange={(event) => onChoose({ group: event.target.value })}
        />
      )}
      {group === undefined || group === "" ? null : (
        <FilterPill
          name="group"
          value={chosen?.name ?? group}
          onClear={() => onChoose({ group: undefined })}
        />
      )}
    </>
  );
}
