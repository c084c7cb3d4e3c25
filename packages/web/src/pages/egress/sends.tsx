// The log of what left: to where, of which class, and what placeholders stood for in it. Its bytes are opened in
// the ledger, which records that.
import type { LedgerEvent } from "@stead/protocol";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { z } from "zod";
import { usePages } from "../../api/use.ts";
import { ClassBadge } from "../../ui/class-look.tsx";
import { bytes, count } from "../../ui/format.ts";
import { LINK } from "../../ui/link-row.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Empty, Failure, Loading } from "../../ui/states.tsx";
import { More, Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

const route = getRouteApi("/egress");

const sentSchema = z.object({
  destination: z.string().catch(""),
  url: z.string().catch(""),
  method: z.string().catch(""),
  bytes: z.number().catch(0),
  classes: z.array(z.string()).catch([]),
  detector: z.string().catch(""),
  found: z.array(z.string()).optional().catch(undefined),
  replaced: z
    .array(z.object({ class: z.string(), count: z.number() }))
    .optional()
    .catch(undefined),
});
type Sent = z.infer<typeof sentSchema> & { event: LedgerEvent };

const COLUMNS: Column<Sent>[] = [
  {
    id: "destination",
    header: "To",
    cell: ({ destination, url, method, event }) => (
      <Link
        data-row=""
        to="/ledger"
        search={{ type: "egress.sent", event: `${event.stream}~${event.seq}` }}
        title={`${method} ${url}`}
        className="font-mono text-xs font-medium hover:underline"
      >
        {destination}
      </Link>
    ),
  },
  { id: "from", header: "From", cell: ({ event }) => <From event={event} /> },
  {
    id: "classes",
    header: "Made of",
    wideOnly: true,
    cell: ({ classes, found = [] }) => (
      <Classes of={[...new Set([...classes, ...found])]} none="nothing of a class" />
    ),
  },
  {
    id: "replaced",
    header: "Replaced",
    cell: ({ replaced = [] }) =>
      replaced.length === 0 ? (
        <span className="text-quiet">nothing</span>
      ) : (
        <span className="flex flex-wrap gap-1">
          {replaced.map((each) => (
            <span key={each.class} className="flex items-center gap-1 text-xs">
              {count(each.count)} <ClassBadge of={each.class} />
            </span>
          ))}
        </span>
      ),
  },
  { id: "bytes", header: "Sent", right: true, cell: (row) => bytes(row.bytes) },
  { id: "at", header: "When", right: true, cell: ({ event }) => <Time at={event.at} /> },
];

function From({ event: { stream } }: { event: LedgerEvent }): ReactElement {
  if (!stream.startsWith("run_")) return <span className="text-quiet">no run</span>;
  return (
    <Link to="/runs/$runId" params={{ runId: stream }} className={LINK}>
      a run
    </Link>
  );
}

function Classes({ of, none }: { of: string[]; none: string }): ReactElement {
  if (of.length === 0) return <span className="text-quiet">{none}</span>;
  return (
    <span className="flex flex-wrap gap-1">
      {of.map((each) => (
        <ClassBadge key={each} of={each} />
      ))}
    </span>
  );
}

export function Sends(): ReactElement {
  const { text } = route.useSearch();
  const navigate = route.useNavigate();
  const events = usePages(
    "ledger.search",
    { query: { type: "egress.sent", text } },
    { keep: true },
  );
  if (events.error !== null && events.items.length === 0)
    return <Failure error={events.error} again={events.again} />;
  const rows = events.items.map((event) => ({ ...sentSchema.parse(event.data), event }));
  return (
    <>
      <div className="border-b border-line px-4 py-2">
        <SearchBox
          label="Search destinations and classes"
          value={text ?? ""}
          onSearch={(value) =>
            void navigate({
              search: value === undefined ? { tab: "log" } : { tab: "log", text: value },
              replace: true,
            })
          }
        />
      </div>
      {events.isPending ? (
        <Loading lines={10} />
      ) : rows.length === 0 ? (
        <Empty title="Nothing has left that fits">Take the search off.</Empty>
      ) : (
        <Table
          label="What left"
          rows={rows}
          columns={COLUMNS}
          rowId={({ event }) => `${event.stream}~${event.seq}`}
        />
      )}
      <More pages={events} />
    </>
  );
}
