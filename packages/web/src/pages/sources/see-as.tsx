// What somebody would find: their documents by search or by path, and why. Looking is recorded.
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { SidePanel } from "../../ui/overlay.tsx";
import { Page } from "../../ui/page.tsx";
import { PersonPicker } from "../../ui/person-picker.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Empty, Read } from "../../ui/states.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { Why } from "./why.tsx";

type Entry = Reply<"person.see-as">["items"][number];
const route = getRouteApi("/see-as");

export function SeeAsPage(): ReactElement {
  const { person, query = "" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Page
      title="See as"
      lead="What somebody would find. It is recorded that you looked; you act as nobody by it."
    >
      <div className="flex flex-col gap-4 px-4 py-4">
        <div className="grid max-w-3xl gap-3 sm:grid-cols-2">
          <PersonPicker
            label="Person"
            personId={person}
            onPick={(picked) =>
              void navigate({ search: (known) => ({ ...known, person: picked }) })
            }
          />
          <div className="flex items-end">
            <SearchBox
              label="Search as they would"
              value={query}
              onSearch={(text) =>
                void navigate({ search: (known) => ({ ...known, query: text }), replace: true })
              }
            />
          </div>
        </div>
        {person === undefined ? (
          <Empty title="Pick a person">Then you see the documents that they could open.</Empty>
        ) : (
          <Found personId={person} query={query} />
        )}
      </div>
    </Page>
  );
}

/** Why it may be less than one thinks. */
function Notes({ notes }: { notes: string[] }): ReactElement[] {
  return notes.map((note) => (
    <p key={note} role="status" className="max-w-3xl rounded-md bg-ask-wash px-2.5 py-1.5 text-ask">
      {note}
    </p>
  ));
}

function Found({ personId, query }: { personId: string; query: string }): ReactElement {
  const [asked, setAsked] = useState<Entry | null>(null);
  const found = useRead(
    "person.see-as",
    { params: { personId }, query: query === "" ? {} : { query } },
    { keep: true },
  );
  const person = useRead("person.get", { params: { personId } });
  const who = person.data?.person.name ?? "That person";
  const columns: Column<Entry>[] = [
    {
      id: "title",
      header: "Document",
      cell: ({ title, path }) => (
        <span className="flex min-w-0 flex-col">
          <span className="truncate font-medium">{title}</span>
          <span className="truncate font-mono text-xs text-quiet">{path}</span>
        </span>
      ),
    },
    {
      id: "changed",
      header: "Changed",
      wideOnly: true,
      cell: ({ updatedAt }) => <Time at={updatedAt} />,
    },
    {
      id: "why",
      header: "",
      right: true,
      cell: (entry) => (
        <Button tone="quiet" onClick={() => setAsked(entry)}>
          Why?
        </Button>
      ),
    },
  ];
  return (
    <Read of={found}>
      {({ items, next, notes }) => (
        <>
          <Notes notes={notes} />
          {items.length === 0 ? (
            <Empty title={`${who} would find nothing`} />
          ) : (
            <Table
              label={`Documents that ${who} may read`}
              rows={items}
              columns={columns}
              rowId={({ id }) => id}
            />
          )}
          {next === null ? null : (
            <p className="text-xs text-quiet">There are more; a search narrows them.</p>
          )}
          {asked === null ? null : (
            <SidePanel open={true} onClose={() => setAsked(null)} title={asked.title}>
              <Why documentId={asked.id} personId={personId} who={who} />
            </SidePanel>
          )}
        </>
      )}
    </Read>
  );
}
