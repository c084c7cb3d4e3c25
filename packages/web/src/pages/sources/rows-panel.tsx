// The rows behind a number: a source's items in one state, or the changes that its freshness is measured by.
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import { duration } from "../../ui/format.ts";
import { SidePanel } from "../../ui/overlay.tsx";
import { Empty, Read } from "../../ui/states.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { ITEM_COLUMNS } from "./failures.tsx";
import { PagerButtons, usePager } from "./pager.tsx";
import { ROWS, type RowsOf, type SourceView } from "./words.ts";

type Change = Reply<"source.changes">["items"][number];
const PAGE = 50;

interface RowsProps {
  source: SourceView;
  rows: RowsOf;
  onClose: () => void;
}

export function RowsPanel(props: RowsProps): ReactElement {
  const { source, rows, onClose } = props;
  const isChanges = rows === "slowest" || rows === "newest" || rows === "waiting";
  return (
    <SidePanel open={true} onClose={onClose} title={`${source.name}: ${ROWS[rows]}`}>
      {isChanges ? (
        <Changes key={rows} sourceId={source.id} order={rows} />
      ) : (
        <Items key={rows} sourceId={source.id} which={rows} />
      )}
    </SidePanel>
  );
}

type Which = Exclude<RowsOf, "slowest" | "newest" | "waiting">;

function Items({ sourceId, which }: { sourceId: string; which: Which }): ReactElement {
  const pager = usePager();
  const query = { which, limit: PAGE, ...pager.query };
  const found = useRead("source.items", { params: { sourceId }, query }, { keep: true });
  return (
    <Read of={found}>
      {({ items, next }) =>
        items.length === 0 ? (
          <Empty title="There are none now" />
        ) : (
          <div className="flex flex-col gap-2">
            <p className="text-xs text-quiet">
              Titles alone, whoever may read them. It is recorded that you looked.
            </p>
            <Table label="Items" rows={items} columns={ITEM_COLUMNS} rowId={({ id }) => id} />
            <PagerButtons pager={pager} next={next} />
          </div>
        )
      }
    </Read>
  );
}

const KIND: Record<Change["kind"], string> = {
  poll: "What the source told when it was asked",
  item: "An item",
  subtree: "An item and what is in it",
  group: "A group",
  user: "A user",
  gone: "An item that is gone",
};

const CHANGES: Column<Change>[] = [
  {
    id: "what",
    header: "Change",
    cell: ({ kind, title, of, by }) => (
      <span className="flex min-w-0 flex-col">
        <span className="flex items-center gap-2">
          <span className="truncate">{title ?? KIND[kind]}</span>
          <Badge>{by}</Badge>
        </span>
        {of === null ? null : <span className="truncate font-mono text-xs text-quiet">{of}</span>}
      </span>
    ),
  },
  { id: "received", header: "Received", cell: ({ receivedAt }) => <Time at={receivedAt} /> },
  {
    id: "took",
    header: "In force after",
    right: true,
    cell: ({ tookMs }) => (tookMs === null ? <Badge tone="ask">not yet</Badge> : duration(tookMs)),
  },
];

function Changes(props: {
  sourceId: string;
  order: "slowest" | "newest" | "waiting";
}): ReactElement {
  const { sourceId, order } = props;
  const pager = usePager();
  const query = { order, limit: PAGE, ...pager.query };
  const found = useRead("source.changes", { params: { sourceId }, query }, { keep: true });
  return (
    <Read of={found}>
      {({ items, next }) =>
        items.length === 0 ? (
          <Empty title="There are none now" />
        ) : (
          <div className="flex flex-col gap-2">
            <Table label="Changes" rows={items} columns={CHANGES} rowId={({ id }) => id} />
            <PagerButtons pager={pager} next={next} />
          </div>
        )
      }
    </Read>
  );
}
