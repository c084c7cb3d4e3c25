// What could not be read, or whose readers could not be told, and why.
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { Section } from "../../ui/page.tsx";
import { Read } from "../../ui/states.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { PagerButtons, usePager } from "./pager.tsx";

type Failed = Reply<"source.failures">["items"][number];
const PAGE = 20;
const WAITS: Record<Failed["state"], string> = {
  none: "",
  indexed: "",
  pending: "Its turn has not come yet.",
  failed: "It could not be read.",
  skipped: "It has no text.",
};

export const ITEM_COLUMNS: Column<Failed>[] = [
  {
    id: "item",
    header: "Item",
    cell: ({ title, path }) => (
      <span className="flex min-w-0 flex-col">
        <span className="truncate">{title}</span>
        <span className="truncate font-mono text-xs text-quiet">{path}</span>
      </span>
    ),
  },
  {
    id: "why",
    header: "Why, and what to do",
    cell: ({ detail, accessFailure, code, state, todo }) => {
      const isFine = accessFailure === null && (state === "indexed" || state === "none");
      const why = accessFailure ?? detail ?? (isFine ? "" : WAITS[state]);
      return (
        <span className="flex flex-col" title={code ?? ""}>
          {why}
          {todo === "" ? null : <span className="text-xs text-quiet">{todo}</span>}
        </span>
      );
    },
  },
];

export function Failures({ sourceId }: { sourceId: string }): ReactElement {
  const pager = usePager();
  const query = { limit: PAGE, ...pager.query };
  const failures = useRead("source.failures", { params: { sourceId }, query }, { keep: true });
  return (
    <Section title="Not read">
      <p className="text-quiet">
        Nobody finds these. After mending one in the source it is read again by itself; “Compare
        everything” does it now.
      </p>
      <Read of={failures}>
        {({ items, next }) => (
          <>
            <Table label="Failures" rows={items} columns={ITEM_COLUMNS} rowId={({ id }) => id} />
            <PagerButtons pager={pager} next={next} />
          </>
        )}
      </Read>
    </Section>
  );
}
