// The log of what left: to where, for whom, of which class, what placeholders stood for. Filters stand in the
// URL; one send opens at the right.
import type { Send } from "@stead/protocol";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { usePages } from "../../api/use.ts";
import { bytes } from "../../ui/format.ts";
import { Split } from "../../ui/page.tsx";
import { Empty, Failure, Loading } from "../../ui/states.tsx";
import { More, Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { SendDetail } from "./send-detail.tsx";
import { Filters } from "./filters.tsx";
import { Classes, Outcome, Replaced } from "./send-words.tsx";
import { isFiltered, sendsQuery } from "./wish.ts";

const route = getRouteApi("/egress");
const STREAM_READ_MAX = 200;

const COLUMNS: Column<Send>[] = [
  {
    id: "destination",
    header: "To",
    cell: (send) => (
      <Link
        data-row=""
        from="/egress"
        to="."
        search={(known) => ({ ...known, send: idOf(send) })}
        title={`${send.method} ${send.url}`}
        className="font-mono text-xs font-medium break-all hover:underline"
      >
        {send.destination}
      </Link>
    ),
  },
  { id: "for", header: "For", cell: (send) => <For send={send} /> },
  {
    id: "classes",
    header: "Made of",
    cell: ({ classes, found }) => <Classes of={[...new Set([...classes, ...found])]} />,
  },
  { id: "replaced", header: "Replaced", cell: ({ replaced }) => <Replaced of={replaced} /> },
  { id: "outcome", header: "Came of it", cell: (send) => <Outcome of={send.outcome} /> },
  {
    id: "bytes",
    header: "Sent",
    right: true,
    wideOnly: true,
    cell: (send) => <span className="whitespace-nowrap">{bytes(send.bytes)}</span>,
  },
  { id: "at", header: "When", right: true, cell: (send) => <Time at={send.at} /> },
];

function idOf({ stream, seq }: Send): string {
  return `${stream}~${seq}`;
}

function For({ send: { run } }: { send: Send }): ReactElement {
  if (run === null) return <span className="text-quiet">no run</span>;
  return (
    <Link
      from="/egress"
      to="."
      search={(known) => ({ ...known, person: run.personId, send: undefined })}
      aria-label={`Only for ${run.personName}`}
      className="hover:underline"
    >
      {run.personName}
    </Link>
  );
}

export function Sends(): ReactElement {
  const wish = route.useSearch();
  const { send: open } = wish;
  const sends = usePages("egress.log", { query: sendsQuery(wish) }, { keep: true });
  const chosen = sends.items.find((each) => idOf(each) === open);
  if (sends.error?.status === 403) return <Failure error={sends.error} />;
  return (
    <Split
      open={open !== undefined}
      listWidth={open === undefined ? "lg:w-full lg:border-r-0" : "lg:w-[62%]"}
      listLabel="What left"
      detailLabel="One send"
      list={
        <>
          <Filters sends={sends.items} />
          {sends.error !== null && sends.items.length === 0 ? (
            <Failure error={sends.error} again={sends.again} />
          ) : sends.isPending ? (
            <Loading lines={10} />
          ) : sends.items.length === 0 ? (
            <Empty title={isFiltered(wish) ? "No send fits these filters" : "Nothing has left"}>
              {isFiltered(wish)
                ? "Take a filter off, or widen the dates."
                : "Each model call and tool call that goes out through Stead is listed here."}
            </Empty>
          ) : (
            <Table
              label="What left"
              rows={sends.items}
              columns={COLUMNS}
              rowId={idOf}
              selectedId={open}
            />
          )}
          <More pages={sends} />
        </>
      }
      detail={
        open === undefined ? null : chosen === undefined ? (
          <Elsewhere id={open} />
        ) : (
          <SendDetail key={open} send={chosen} />
        )
      }
    />
  );
}

/** A send that the list does not reach: it is looked for among those of its own stream. */
function Elsewhere({ id }: { id: string }): ReactElement {
  const [run = ""] = id.split("~");
  const own = usePages("egress.log", { query: { run, limit: STREAM_READ_MAX } });
  const found = own.items.find((each) => idOf(each) === id);
  if (found !== undefined) return <SendDetail send={found} />;
  if (own.isPending) return <Loading />;
  return (
    <Empty title="This send is not among those listed">Show more, or take a filter off.</Empty>
  );
}
