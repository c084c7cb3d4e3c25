// Tables: real table markup over TanStack Table; a row's first cell holds the link that opens it.
import { useTable, tableFeatures } from "@tanstack/react-table";
import type { ColumnDef } from "@tanstack/react-table";
import type { ReactElement, ReactNode } from "react";
import { useMemo } from "react";
import { Button } from "./button.tsx";
import { cx } from "./class-names.ts";

const features = tableFeatures({});

export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** Numbers stand right. */
  right?: boolean;
  /** Left out on a narrow screen. */
  wideOnly?: boolean;
}

interface TableProps<T> {
  label: string;
  rows: T[];
  columns: Column<T>[];
  rowId: (row: T) => string;
  selectedId?: string | undefined;
}

export function Table<T extends object>(props: TableProps<T>): ReactElement {
  const { rows, columns, rowId } = props;
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const defs = useMemo(
    () =>
      columns.map((column): ColumnDef<typeof features, T> => ({
        id: column.id,
        header: column.header,
        cell: (context) => column.cell(context.row.original),
      })),
    [columns],
  );
  const table = useTable({ features, columns: defs, data: rows, getRowId: (row) => rowId(row) });
  const look = (id: string): string => {
    const column = byId.get(id);
    return cx(
      column?.right === true ? "text-right" : "text-left",
      column?.wideOnly === true && "hidden md:table-cell",
    );
  };
  return (
    <table aria-label={props.label} className="w-full border-collapse">
      <thead className="sticky top-0 z-10 bg-paper">
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id}>
            {group.headers.map((header) => (
              <th
                key={header.id}
                scope="col"
                className={cx(
                  "border-b border-line px-2 py-1.5 text-xs font-medium text-quiet first:pl-4 last:pr-4",
                  look(header.column.id),
                )}
              >
                <table.FlexRender header={header} />
              </th>
            ))}
          </tr>
        ))}
      </thead>
      <tbody>
        {table.getRowModel().rows.map((row) => (
          <tr
            key={row.id}
            aria-selected={row.id === props.selectedId}
            className="border-b border-line/70 focus-within:bg-sunken hover:bg-sunken aria-selected:bg-sunken"
          >
            {row.getAllCells().map((cell) => (
              <td
                key={cell.id}
                className={cx("h-8 px-2 py-1 first:pl-4 last:pr-4", look(cell.column.id))}
              >
                <table.FlexRender cell={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function More(props: {
  pages: { hasMore: boolean; isFetching: boolean; more: () => void };
}): ReactElement | null {
  if (!props.pages.hasMore) return null;
  return (
    <div className="p-4">
      <Button onClick={props.pages.more} busy={props.pages.isFetching}>
        {props.pages.isFetching ? "Loading" : "Show more"}
      </Button>
    </div>
  );
}
