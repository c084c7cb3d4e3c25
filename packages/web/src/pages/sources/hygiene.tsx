// Shares that somebody should look at: open to the world or to everyone, or left over.
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import { counted } from "../../ui/format.ts";
import { Section } from "../../ui/page.tsx";
import { Empty, Read } from "../../ui/states.tsx";
import { Table, type Column } from "../../ui/table.tsx";

type Share = Reply<"source.hygiene">["items"][number];

const KINDS: Record<Share["kind"], [string, string]> = {
  "public-sensitive": [
    "Open to anybody by link, with sensitive data",
    "Whoever has the link reads it, also outside of the organisation. Take the link away in the source.",
  ],
  "everyone-sensitive": [
    "Open to everyone here, with sensitive data",
    "A group of all, or nearly all, reads it. Share it with those who need it instead.",
  ],
  orphaned: [
    "Left over",
    "Those whom it was shared with, or who own it, are gone. Nobody looks after it.",
  ],
};
const ORDER = ["public-sensitive", "everyone-sensitive", "orphaned"] as const;

const COLUMNS: Column<Share>[] = [
  {
    id: "title",
    header: "Item",
    cell: ({ title, path, sourceName }) => (
      <span className="flex min-w-0 flex-col">
        <span className="truncate font-medium">{title}</span>
        <span className="truncate text-xs text-quiet">
          {sourceName}, <span className="font-mono">{path}</span>
        </span>
      </span>
    ),
  },
  {
    id: "classes",
    header: "Data",
    cell: ({ classes }) => (
      <span className="flex gap-1">
        {classes.map((name) => (
          <Badge key={name} tone="ask">
            {name}
          </Badge>
        ))}
      </span>
    ),
  },
  { id: "detail", header: "Why it is here", cell: ({ detail }) => detail },
];

export function Hygiene(): ReactElement {
  const shares = useRead("source.hygiene", { query: {} });
  return (
    <Read of={shares}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="No share stands out">
            Nothing sensitive is open to the world or to everyone, and nothing is left over.
          </Empty>
        ) : (
          <div className="flex max-w-5xl flex-col gap-6 px-4 py-4">
            {ORDER.map((kind) => (
              <Kind key={kind} kind={kind} items={items.filter((share) => share.kind === kind)} />
            ))}
          </div>
        )
      }
    </Read>
  );
}

function Kind({ kind, items }: { kind: Share["kind"]; items: Share[] }): ReactElement | null {
  if (items.length === 0) return null;
  const [title, what] = KINDS[kind];
  return (
    <Section title={title} acts={<Badge>{counted(items.length, "item")}</Badge>}>
      <p className="text-quiet">{what}</p>
      <Table
        label={title}
        rows={items}
        columns={COLUMNS}
        rowId={({ sourceId, itemId }) => `${sourceId} ${itemId}`}
      />
    </Section>
  );
}
