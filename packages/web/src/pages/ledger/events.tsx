// Events, newest first, with filters in the URL; one of them opens at the right.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { LedgerEvent } from "@stead/protocol";
import type { ReactElement } from "react";
import { usePages } from "../../api/use.ts";
import { TextField } from "../../ui/field.tsx";
import { isoOfDay, oneLine, shortHash } from "../../ui/format.ts";
import { Split } from "../../ui/page.tsx";
import { FilterPill } from "../../ui/pill.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Empty, Failure, Loading } from "../../ui/states.tsx";
import { More, Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { EventDetail } from "./event-detail.tsx";

const route = getRouteApi("/ledger");
const FILTERS = ["stream", "type"] as const;
const STREAM_READ_MAX = 200;

const COLUMNS: Column<LedgerEvent>[] = [
  {
    id: "type",
    header: "Event",
    cell: (event) => (
      <Link
        data-row=""
        from="/ledger"
        to="."
        search={(known) => ({ ...known, event: `${event.stream}~${event.seq}` })}
        className="font-mono text-xs font-medium hover:underline"
      >
        {event.type}
      </Link>
    ),
  },
  {
    id: "stream",
    header: "Stream",
    cell: (event) => (
      <Link
        from="/ledger"
        to="."
        search={(known) => ({ ...known, stream: event.stream })}
        className="font-mono text-xs whitespace-nowrap hover:underline"
      >
        {shortHash(event.stream)} <span className="text-quiet">{event.seq}</span>
      </Link>
    ),
  },
  {
    id: "data",
    header: "Data",
    wideOnly: true,
    cell: (event) => (
      <span className="line-clamp-1 font-mono text-xs break-all text-quiet">{summary(event)}</span>
    ),
  },
  { id: "at", header: "When", right: true, cell: (event) => <Time at={event.at} /> },
];

/** The plain values, which say most in least room. */
function summary(event: LedgerEvent): string {
  return Object.entries(event.data)
    .filter(([, value]) => typeof value !== "object")
    .map(([name, value]) => `${name} ${oneLine(value)}`)
    .join("  ");
}

export function Events(): ReactElement {
  const { stream, type, text, from, to, event } = route.useSearch();
  const events = usePages(
    "ledger.search",
    { query: { stream, type, text, from: isoOfDay(from, false), to: isoOfDay(to, true) } },
    { keep: true },
  );
  const [inStream, seq] = (event ?? "").split("~");
  const chosen = events.items.find((e) => e.stream === inStream && String(e.seq) === seq);
  if (events.error?.status === 403) return <Failure error={events.error} />;
  return (
    <Split
      open={event !== undefined}
      listWidth="lg:w-[56%]"
      listLabel="Events"
      detailLabel="An event"
      list={
        <>
          <Filters />
          {events.error !== null && events.items.length === 0 ? (
            <Failure error={events.error} again={events.again} />
          ) : events.isPending ? (
            <Loading lines={10} />
          ) : events.items.length === 0 ? (
            <Empty title="No event fits">Take a filter off, or widen the dates.</Empty>
          ) : (
            <Table
              label="Events"
              rows={events.items}
              columns={COLUMNS}
              rowId={(row) => `${row.stream}~${row.seq}`}
              selectedId={event}
            />
          )}
          <More pages={events} />
        </>
      }
      detail={
        chosen !== undefined ? (
          <EventDetail key={event} event={chosen} />
        ) : event === undefined ? (
          <Empty title="Pick an event">
            You see its data, its bodies and its place in the chain.
          </Empty>
        ) : (
          <Elsewhere stream={inStream ?? ""} seq={Number(seq)} />
        )
      }
    />
  );
}

/** An event that the list does not reach: it is looked for in its own stream. */
function Elsewhere({ stream, seq }: { stream: string; seq: number }): ReactElement {
  const own = usePages("ledger.search", { query: { stream, limit: STREAM_READ_MAX } });
  const found = own.items.find((item) => item.seq === seq);
  if (found !== undefined) return <EventDetail key={found.hash} event={found} />;
  if (own.isPending) return <Loading />;
  return (
    <Empty title="This event is not among those listed">
      <Link
        from="/ledger"
        to="."
        search={(known) => ({ stream, event: known.event })}
        className="underline"
      >
        List only its stream
      </Link>{" "}
      or show more at the left.
    </Empty>
  );
}

function Filters(): ReactElement {
  const known = route.useSearch();
  const navigate = route.useNavigate();
  const set = (
    change: Partial<Record<"text" | "type" | "from" | "to", string | undefined>>,
  ): void => void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <div className="flex flex-col gap-2 border-b border-line px-4 py-2">
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label="Search in event data"
          value={known.text ?? ""}
          onSearch={(text) => set({ text })}
        />
        <TextField
          bare
          label="Event type"
          className="max-w-40"
          placeholder="Type: run.started"
          defaultValue={known.type ?? ""}
          key={known.type ?? "none"}
          onKeyDown={(event) => {
            if (event.key === "Enter") set({ type: event.currentTarget.value });
          }}
          onBlur={(event) => set({ type: event.target.value })}
        />
        <TextField
          bare
          label="From day"
          title="From day"
          className="max-w-34"
          type="date"
          value={known.from ?? ""}
          onChange={(event) => set({ from: event.target.value })}
        />
        <TextField
          bare
          label="To day"
          title="To day"
          className="max-w-34"
          type="date"
          value={known.to ?? ""}
          onChange={(event) => set({ to: event.target.value })}
        />
      </div>
      <div className="flex flex-wrap gap-2 empty:hidden">
        {FILTERS.map((name) => {
          const value = known[name];
          if (value === undefined || value === "") return null;
          return (
            <FilterPill
              key={name}
              name={name}
              value={value}
              onClear={() =>
                void navigate({ search: (before) => ({ ...before, [name]: undefined }) })
              }
            />
          );
        })}
      </div>
    </div>
  );
}
