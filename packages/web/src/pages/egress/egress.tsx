// Where data went, how much; and the paths out that Stead does not gate.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { bytes, count } from "../../ui/format.ts";
import { Page, Section } from "../../ui/page.tsx";
import { Empty, Failure, Read } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { ReportPanel } from "./report.tsx";

const route = getRouteApi("/egress");

type Destination = Reply<"egress.destinations">["items"][number];
type Ungated = Reply<"egress.ungated">["items"][number];

function Sends({ row }: { row: Destination }): ReactElement {
  const may = useMay();
  if (!may("ledger.search")) return <>{count(row.sends)}</>;
  return (
    <Link
      data-row=""
      to="/ledger"
      search={{ type: "egress.sent", text: row.destination }}
      aria-label={`${row.sends} sends to ${row.destination}, in the ledger`}
      className="hover:underline"
    >
      {count(row.sends)}
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

const DESTINATIONS: Column<Destination>[] = [
  {
    id: "destination",
    header: "Destination",
    cell: (row) => <span className="font-mono text-xs">{row.destination}</span>,
  },
  { id: "sends", header: "Sends", right: true, cell: (row) => <Sends row={row} /> },
  { id: "bytes", header: "Sent", right: true, cell: (row) => bytes(row.bytes) },
  {
    id: "failures",
    header: "Failures",
    right: true,
    cell: (row) => (
      <span className={row.failures > 0 ? "text-deny" : "text-quiet"}>{count(row.failures)}</span>
    ),
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

export function EgressPage(): ReactElement {
  const destinations = useRead("egress.destinations", {}, { everyMs: 15_000 });
  const ungated = useRead("egress.ungated", {});
  const { report } = route.useSearch();
  const navigate = route.useNavigate();
  const may = useMay();
  const names = destinations.data?.items.map((row) => row.destination) ?? [];
  if (destinations.error?.status === 403) {
    return (
      <Page title="Egress">
        <Failure error={destinations.error} />
      </Page>
    );
  }
  return (
    <Page title="Egress">
      <div className="flex flex-col gap-6 py-3">
        <Section title="Destinations" className="[&>div]:px-4">
          <Read of={destinations}>
            {({ items }) =>
              items.length === 0 ? (
                <Empty title="Nothing has left">
                  Each model call and tool call that goes out through Stead is counted here.
                </Empty>
              ) : (
                <Table
                  label="Destinations"
                  rows={items}
                  columns={DESTINATIONS}
                  rowId={(row) => row.destination}
                />
              )
            }
          </Read>
        </Section>
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
      </div>
      {may("report.non-egress") ? (
        <ReportPanel
          destination={report === undefined ? null : report === "any" ? (names[0] ?? "") : report}
          destinations={names}
          onClose={() => void navigate({ search: {} })}
        />
      ) : null}
    </Page>
  );
}
