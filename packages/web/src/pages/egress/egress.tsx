// Where data went, how much; and the paths out that Stead does not gate.
import type { ClearanceView } from "@stead/protocol";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Button } from "../../ui/button.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Segments } from "../../ui/segments.tsx";
import { bytes, count } from "../../ui/format.ts";
import { Page, Section } from "../../ui/page.tsx";
import { Empty, Failure, Read } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { Cleared } from "./cleared-cell.tsx";
import { unseen, type Destination } from "./cleared.ts";
import { ClearanceForm } from "./clearance-form.tsx";
import { ReportPanel } from "./report.tsx";
import { Sends } from "./sends.tsx";

const route = getRouteApi("/egress");

type Ungated = Reply<"egress.ungated">["items"][number];

function Count({ row }: { row: Destination }): ReactElement {
  const may = useMay();
  if (!may("ledger.search")) return <>{count(row.sends)}</>;
  return (
    <Link
      data-row=""
      to="/egress"
      search={{ tab: "log", destination: row.destination }}
      aria-label={`${row.sends} sends to ${row.destination}, in the log`}
      className="hover:underline"
    >
      {count(row.sends)}
    </Link>
  );
}

function Failures({ row }: { row: Destination }): ReactElement {
  const may = useMay();
  const look = row.failures > 0 ? "text-deny" : "text-quiet";
  if (row.failures === 0 || !may("ledger.search"))
    return <span className={look}>{count(row.failures)}</span>;
  return (
    <Link
      to="/egress"
      search={{ tab: "log", destination: row.destination, only: "failed" }}
      aria-label={`${row.failures} failures to ${row.destination}, in the log`}
      className={`${look} hover:underline`}
    >
      {count(row.failures)}
    </Link>
  );
}

/** To the question whether something reached it, for whoever may have it answered. */
function Prove({ row }: { row: Destination }): ReactElement | null {
  const may = useMay();
  if (!may("report.non-egress")) return null;
  return (
    <Link to="/egress" search={{ report: row.destination }} className={LINK}>
      what reached it?
    </Link>
  );
}

const destinationColumns = (said: readonly ClearanceView[]): Column<Destination>[] => [
  {
    id: "destination",
    header: "Destination",
    cell: (row) => <span className="font-mono text-xs">{row.destination}</span>,
  },
  { id: "cleared", header: "Cleared for", cell: (row) => <Cleared row={row} said={said} /> },
  { id: "sends", header: "Sends", right: true, cell: (row) => <Count row={row} /> },
  { id: "bytes", header: "Sent", right: true, cell: (row) => bytes(row.bytes) },
  {
    id: "failures",
    header: "Failures",
    right: true,
    cell: (row) => <Failures row={row} />,
  },
  {
    id: "last",
    header: "Last",
    right: true,
    cell: (row) => (row.lastAt === null ? "never" : <Time at={row.lastAt} />),
  },
  { id: "prove", header: "Report", right: true, cell: (row) => <Prove row={row} /> },
];

const UNGATED: Column<Ungated>[] = [
  {
    id: "path",
    header: "Path",
    cell: (row) => <span className="font-mono text-xs break-all">{row.path}</span>,
  },
  { id: "why", header: "Why it is not gated", cell: (row) => row.why },
  { id: "since", header: "Since", right: true, cell: (row) => <Time at={row.since} /> },
  {
    id: "until",
    header: "In a sandbox since",
    right: true,
    cell: (row) => (row.until === null ? "open" : <Time at={row.until} />),
  },
];

const TABS = [
  { value: "destinations", label: "Destinations", link: { to: "/egress", search: {} } },
  { value: "log", label: "Log", link: { to: "/egress", search: { tab: "log" } } },
] as const;

export function EgressPage(): ReactElement {
  const { tab = "destinations" } = route.useSearch();
  const may = useMay();
  const parts = <Segments label="Parts of egress" value={tab} choices={[...TABS]} />;
  return (
    <Page title="Egress" acts={may("ledger.search") ? parts : null}>
      {tab === "log" ? <Sends /> : <Destinations />}
    </Page>
  );
}

function Destinations(): ReactElement {
  const destinations = useRead("egress.destinations", {}, { everyMs: 15_000 });
  const clearances = useRead("destination.list", {});
  const { report, clear } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const seen = destinations.data?.items ?? [];
  const said = clearances.data?.items ?? [];
  const names = seen.map((row) => row.destination);
  if (destinations.error?.status === 403) return <Failure error={destinations.error} />;
  const rows = [...seen, ...(destinations.isPending ? [] : unseen(said, seen))];
  const onClose = (): void => void navigate({ search: {} });
  return (
    <>
      <div className="flex flex-col gap-6 py-3">
        <Section
          title="Destinations"
          className="[&>div]:px-4"
          acts={
            <Button
              why={may("destination.save") ? null : "Only administrators clear destinations."}
              onClick={() => void navigate({ search: { clear: "new" } })}
            >
              Clear a destination
            </Button>
          }
        >
          <Read of={destinations}>
            {() =>
              rows.length === 0 ? (
                <Empty title="Nothing has left">
                  Each model call and tool call that goes out through Stead is counted here.
                </Empty>
              ) : (
                <Table
                  label="Destinations"
                  rows={rows}
                  columns={destinationColumns(said)}
                  rowId={(row) => row.destination}
                />
              )
            }
          </Read>
        </Section>
        <UngatedPaths />
      </div>
      {clear === undefined || clearances.data === undefined ? null : (
        <ClearanceForm
          key={clear}
          id={clear === "new" ? "" : clear}
          known={said.find(({ id }) => id === clear)}
          onClose={onClose}
        />
      )}
      {may("report.non-egress") ? (
        <ReportPanel
          destination={report === undefined ? null : report === "any" ? (names[0] ?? "") : report}
          destinations={names}
          onClose={onClose}
        />
      ) : null}
    </>
  );
}

function UngatedPaths(): ReactElement {
  const ungated = useRead("egress.ungated", {});
  return (
    <Section title="Ungated paths" className="[&>div]:px-4">
      <p className="px-4 text-quiet">
        For as long as one of these is open, nobody can prove that nothing left by it.
      </p>
      <Read of={ungated}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="None known">Every way out that Stead knows of is gated.</Empty>
          ) : (
            <Table
              label="Ungated paths"
              rows={items}
              columns={UNGATED}
              rowId={(row) => `${row.path} ${row.why}`}
            />
          )
        }
      </Read>
    </Section>
  );
}
