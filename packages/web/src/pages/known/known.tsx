// The registry of known values: how many there are, where they are from, what is not promised. Never a value.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Button } from "../../ui/button.tsx";
import { count, counted } from "../../ui/format.ts";
import { LINK } from "../../ui/link-row.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { PersonName } from "../../ui/person-name.tsx";
import { Empty, Failure, Read } from "../../ui/states.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { classesOf, type ClassCount, type KnownSource } from "./counts.ts";
import { Feeds } from "./feeds.tsx";
import { ImportDialog } from "./import.tsx";
import { Origins, OwnPeople } from "./origins.tsx";

const route = getRouteApi("/known");

export function KnownPage(): ReactElement {
  const { import: importing, class: of } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const registry = useRead("registry.list", {}, { everyMs: 10_000 });
  if (registry.error?.status === 403)
    return (
      <Page title="Known values">
        <Failure error={registry.error} />
      </Page>
    );
  const why = may("registry.import") ? null : "Only administrators register values.";
  return (
    <Page
      title="Known values"
      lead="Found in whatever writing and replaced before anything leaves. Kept sealed, shown nowhere."
      acts={
        <Button
          icon="plus"
          tone="primary"
          why={why}
          onClick={() => void navigate({ search: (known) => ({ ...known, import: "new" }) })}
        >
          Import a list
        </Button>
      }
    >
      <Read of={registry}>
        {({ items, uploads }) => (
          <div className="flex flex-col gap-6 py-3">
            <Section title="By class" className="[&>div]:px-4">
              <Classes items={items} />
            </Section>
            <Section
              title="Where they are from"
              className="[&>div]:px-4"
              acts={<OwnPeople items={items} />}
            >
              <Origins items={items} of={of} />
              <UnderWay uploads={uploads} />
            </Section>
            <Feeds />
          </div>
        )}
      </Read>
      {importing === undefined || why !== null ? null : (
        <ImportDialog
          name={importing === "new" ? "" : importing}
          lists={registry.data?.items ?? []}
          onClose={() => void navigate({ search: (known) => ({ ...known, import: undefined }) })}
        />
      )}
    </Page>
  );
}

const CLASSES: Column<ClassCount>[] = [
  {
    id: "class",
    header: "Class",
    cell: ({ class: name }) => (
      <Link data-row="" to="/known" search={{ class: name }} className={LINK}>
        {name}
      </Link>
    ),
  },
  { id: "promised", header: "Promised", right: true, cell: (row) => count(row.promised) },
  {
    id: "short",
    header: "Not promised: under 5 characters",
    right: true,
    cell: ({ short }) => <Quiet of={short} />,
  },
  {
    id: "ordinary",
    header: "Not promised: ordinary words",
    right: true,
    cell: ({ ordinary }) => <Quiet of={ordinary} />,
  },
  {
    id: "sources",
    header: "From",
    right: true,
    cell: ({ class: name, sources }) => (
      <Link to="/known" search={{ class: name }} className={LINK}>
        {counted(sources, "source")}
      </Link>
    ),
  },
];

function Quiet({ of }: { of: number }): ReactElement {
  return <span className={of === 0 ? "text-quiet" : "text-ask"}>{count(of)}</span>;
}

function Classes({ items }: { items: KnownSource[] }): ReactElement {
  const classes = classesOf(items);
  if (classes.length === 0)
    return (
      <Empty title="No value is registered">
        What patients, customers and staff are called is known to your systems alone: import a list,
        or let a source below feed it.
      </Empty>
    );
  return (
    <>
      <Table label="By class" rows={classes} columns={CLASSES} rowId={(row) => row.class} />
      {classes.every(({ short, ordinary }) => short + ordinary === 0) ? null : (
        <p className="max-w-3xl px-4 text-quiet">
          Short values and ordinary words would be found in every other sentence. They count only
          beside another value of the same record; that none of them leaves by itself is not
          promised.
        </p>
      )}
    </>
  );
}

interface Upload {
  readonly name: string;
  readonly records: number;
  readonly by: string;
  readonly at: string;
}

function UnderWay({ uploads }: { uploads: Upload[] }): ReactElement | null {
  if (uploads.length === 0) return null;
  return (
    <ul aria-label="Imports under way" className="flex flex-col gap-1 px-4 text-quiet">
      {uploads.map(({ name, records, by, at }) => (
        <li key={`${name} ${at}`}>
          {name}: {counted(records, "record")} so far, by <PersonName personId={by} />,{" "}
          <Time at={at} />. Not in force before its end; deleted when it rests for an hour.
        </li>
      ))}
    </ul>
  );
}
