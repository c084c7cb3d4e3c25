// Groups: what each is in, how many people it reaches, and who is directly in it.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Group } from "@stead/protocol";
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct, useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { counted } from "../../ui/format.ts";
import { LINK, ROW } from "../../ui/link-row.tsx";
import { Properties, Split } from "../../ui/page.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Empty, InlineFailure, Read } from "../../ui/states.tsx";
import { GroupMembers } from "./group-members.tsx";
import { GroupName } from "./group-name.tsx";

const route = getRouteApi("/people");
const TOUCHES = ["group.list", "person.get", "policy.list"] as const;

export function Groups(): ReactElement {
  const { group: chosenId, search = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const groups = useRead("group.list", {});
  const word = search.toLowerCase();
  return (
    <Read of={groups}>
      {({ items }) => {
        const shown = items.filter((item) => item.name.toLowerCase().includes(word));
        const chosen = items.find((item) => item.id === chosenId);
        return (
          <Split
            open={chosenId !== undefined}
            listLabel="Groups"
            detailLabel="A group"
            list={
              <>
                <div className="flex border-b border-line px-4 py-2">
                  <SearchBox
                    label="Search groups"
                    value={search}
                    onSearch={(text) =>
                      void navigate({
                        search: (known) => ({ ...known, search: text }),
                        replace: true,
                      })
                    }
                  />
                </div>
                {shown.length === 0 ? <NoGroup any={items.length > 0} /> : null}
                <ul>
                  {shown.map((item) => (
                    <li key={item.id}>
                      <Row group={item} all={items} selected={item.id === chosenId} />
                    </li>
                  ))}
                </ul>
              </>
            }
            detail={
              chosen === undefined ? (
                <Empty title="Pick a group">You see who is in it, and through which groups.</Empty>
              ) : (
                <Detail key={chosen.id} group={chosen} all={items} />
              )
            }
          />
        );
      }}
    </Read>
  );
}

function NoGroup({ any }: { any: boolean }): ReactElement {
  if (any) return <Empty title="No group fits">Try fewer letters.</Empty>;
  return (
    <Empty title="There is no group yet">
      Agents are shared with groups, and policies ask groups for approvals.
    </Empty>
  );
}

function insideOf(group: Group, all: Group[]): string {
  return all
    .filter((other) => group.parentIds.includes(other.id))
    .map((other) => other.name)
    .join(", ");
}

function Row(props: { group: Group; all: Group[]; selected: boolean }): ReactElement {
  const { group, all, selected } = props;
  const inside = insideOf(group, all);
  return (
    <Link
      data-row=""
      from="/people"
      to="."
      search={(known) => ({ ...known, group: group.id })}
      aria-current={selected}
      className={cx(ROW, "-outline-offset-2")}
    >
      <span className="flex items-center gap-2">
        <span className="truncate font-medium">{group.name}</span>
        <span className="ml-auto text-xs text-quiet">
          {counted(group.memberCount, "person", "people")}
        </span>
      </span>
      {inside === "" ? null : <span className="truncate text-xs text-quiet">in {inside}</span>}
    </Link>
  );
}

function Detail({ group, all }: { group: Group; all: Group[] }): ReactElement {
  const may = useMay();
  return (
    <article className="flex flex-col gap-5 px-4 py-4">
      <header className="flex flex-col gap-1">
        <Link
          from="/people"
          to="."
          search={(known) => ({ ...known, group: undefined })}
          className={`${LINK} lg:hidden`}
        >
          Back to the list
        </Link>
        <h2 className="text-lg font-semibold">{group.name}</h2>
      </header>
      {may("group.rename") ? <Acts group={group} /> : null}
      <Properties
        rows={[
          [
            "People",
            <Link key="p" to="/people" search={{ group: group.id }} className={LINK}>
              {counted(group.memberCount, "person", "people")}, nested groups included
            </Link>,
          ],
          ["Is in", insideOf(group, all) || "no other group"],
          [
            "Id",
            <code key="i" className="font-mono text-xs">
              {group.id}
            </code>,
          ],
        ]}
      />
      <GroupMembers group={group} groups={all} />
    </article>
  );
}

function Acts({ group }: { group: Group }): ReactElement {
  const navigate = route.useNavigate();
  const [renaming, setRenaming] = useState(false);
  const [sure, setSure] = useState(false);
  const rename = useAct("group.rename", [...TOUCHES]);
  const remove = useAct("group.remove", [...TOUCHES]);
  const params = { groupId: group.id };
  const gone = (): void =>
    void navigate({ search: (known) => ({ ...known, group: undefined }), replace: true });
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setRenaming(true)}>Rename</Button>
        <Button
          tone={sure ? "deny" : "quiet"}
          busy={remove.isPending}
          onBlur={() => setSure(false)}
          onClick={() => (sure ? remove.mutate({ params }, { onSuccess: gone }) : setSure(true))}
        >
          {sure ? "Really remove" : "Remove"}
        </Button>
      </div>
      <InlineFailure error={remove.error} />
      {renaming ? (
        <GroupName
          title={`Rename ${group.name}`}
          act="Rename"
          name={group.name}
          error={rename.error}
          busy={rename.isPending}
          onName={(name) =>
            rename.mutate({ params, body: { name } }, { onSuccess: () => setRenaming(false) })
          }
          onClose={() => setRenaming(false)}
        />
      ) : null}
    </div>
  );
}
