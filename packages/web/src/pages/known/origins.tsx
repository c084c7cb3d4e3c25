// The lists, directories and sources that the known values are from.
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { count } from "../../ui/format.ts";
import { LINK } from "../../ui/link-row.tsx";
import { PersonName } from "../../ui/person-name.tsx";
import { Empty, InlineFailure } from "../../ui/states.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { weakOf, type KnownSource } from "./counts.ts";
import { Forget } from "./forget.tsx";

const KINDS = { csv: "list", directory: "directory", connector: "source" } as const;

const COLUMNS: Column<KnownSource>[] = [
  {
    id: "name",
    header: "Name",
    cell: ({ name, kind, closedPages }) => (
      <span className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{name}</span>
        <Badge>{KINDS[kind]}</Badge>
        {closedPages === 0 ? null : (
          <Badge
            tone="deny"
            title="Sealed with a key that is not here. Nothing leaves before it is imported again or removed."
          >
            does not open
          </Badge>
        )}
      </span>
    ),
  },
  {
    id: "fields",
    header: "Fields",
    wideOnly: true,
    cell: ({ fields }) => (
      <span className="flex flex-wrap gap-1">
        {fields.map(({ field, class: of }) => (
          <Badge key={field}>
            {field} · {of}
          </Badge>
        ))}
      </span>
    ),
  },
  { id: "records", header: "Records", right: true, cell: (row) => <Records row={row} /> },
  {
    id: "promised",
    header: "Promised",
    right: true,
    cell: ({ classes }) => count(classes.reduce((sum, { promised }) => sum + promised, 0)),
  },
  { id: "weak", header: "Not promised", right: true, cell: (row) => count(weakOf(row)) },
  {
    id: "fed",
    header: "Last fed",
    right: true,
    wideOnly: true,
    cell: ({ fedAt, fedBy }) => (
      <span className="whitespace-nowrap">
        <Time at={fedAt} /> · <PersonName personId={fedBy} />
      </span>
    ),
  },
  { id: "acts", header: "", right: true, cell: (row) => <Acts row={row} /> },
];

export function Origins(props: { items: KnownSource[]; of: string | undefined }): ReactElement {
  const { items, of } = props;
  const shown =
    of === undefined
      ? items
      : items.filter(({ classes }) => classes.some((each) => each.class === of));
  return (
    <>
      {of === undefined ? null : (
        <p className="px-4 text-quiet">
          Those with <Badge>{of}</Badge>.{" "}
          <Link to="/known" className={LINK}>
            Show all
          </Link>
        </p>
      )}
      {shown.length === 0 ? (
        <Empty title="Nothing yet">
          A list in CSV, your own people, or the fields of a source.
        </Empty>
      ) : (
        <Table label="Where they are from" rows={shown} columns={COLUMNS} rowId={(row) => row.id} />
      )}
    </>
  );
}

/** To when it was fed, and by whom. */
function Records({ row }: { row: KnownSource }): ReactElement {
  const may = useMay();
  if (!may("ledger.search")) return <>{count(row.records)}</>;
  return (
    <Link
      data-row=""
      to="/ledger"
      search={{ type: "registry.fed", text: row.id }}
      aria-label={`${row.records} records of ${row.name}: when it was fed, in the ledger`}
      className="hover:underline"
    >
      {count(row.records)}
    </Link>
  );
}

function Acts({ row }: { row: KnownSource }): ReactElement {
  const may = useMay();
  const { id, name, kind } = row;
  return (
    <span className="inline-flex items-center justify-end gap-2">
      {kind === "csv" && may("registry.import") ? (
        <Link to="/known" search={{ import: name }} className={LINK}>
          Replace
        </Link>
      ) : null}
      <Forget sourceId={id} name={name} word={kind === "connector" ? "Turn off" : "Remove"} />
    </span>
  );
}

/** Names and mail addresses of the organisation's own people, as they are now. */
export function OwnPeople({ items }: { items: KnownSource[] }): ReactElement | null {
  const may = useMay();
  const read = useAct("registry.directory", ["registry.list"]);
  if (!may("registry.import")) return null;
  const isThere = items.some(({ kind }) => kind === "directory");
  return (
    <>
      <InlineFailure error={read.error} />
      <Button
        busy={read.isPending}
        title="Names and mail addresses of your organisation's people"
        onClick={() => read.mutate({})}
      >
        {isThere ? "Read your own people again" : "Register your own people"}
      </Button>
    </>
  );
}
