// Shares that somebody should look at: open to the world or to everyone, or left over. By folder, and each
// count opens its items.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import { count } from "../../ui/format.ts";
import { SidePanel } from "../../ui/overlay.tsx";
import { Section } from "../../ui/page.tsx";
import { Empty, Read } from "../../ui/states.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { PagerButtons, usePager } from "./pager.tsx";

type Folder = Reply<"source.share-folders">["items"][number];
type Share = Reply<"source.hygiene">["items"][number];
type Kind = Folder["kind"];

const route = getRouteApi("/sources");
const PAGE = 50;
const KINDS: Record<Kind, [string, string]> = {
  "public-sensitive": [
    "Open to anybody, or by link, with sensitive data",
    "Whoever has the link reads it, also outside of the organisation. Take the link away in the source.",
  ],
  "everyone-sensitive": [
    "Open to everyone here, with sensitive data",
    "A group of all, or nearly all, reads it. Share it with those who need it instead.",
  ],
  orphaned: [
    "Left over",
    "Those whom it was shared with are gone. Nobody may look after it any more; take the share away.",
  ],
};
const ORDER = ["public-sensitive", "everyone-sensitive", "orphaned"] as const;

function Classes({ of }: { of: string[] }): ReactElement {
  return (
    <span className="flex gap-1">
      {of.map((name) => (
        <Badge key={name} tone="ask">
          {name}
        </Badge>
      ))}
    </span>
  );
}

const FOLDERS: Column<Folder>[] = [
  {
    id: "folder",
    header: "Folder",
    cell: ({ path, sourceName }) => (
      <span className="flex min-w-0 flex-col">
        <span className="truncate font-medium">{path === "" ? "In no folder" : path}</span>
        <span className="truncate text-xs text-quiet">{sourceName}</span>
      </span>
    ),
  },
  { id: "classes", header: "Data", cell: ({ classes }) => <Classes of={classes} /> },
  {
    id: "count",
    header: "Items",
    right: true,
    cell: ({ kind, sourceId, folderId, count: some, total, path }) => (
      <Link
        from="/sources"
        to="."
        search={(known) => ({ ...known, kind, source: sourceId, folder: folderId ?? "" })}
        aria-label={`${count(some)} of ${count(total)} items in ${path}`}
        className="underline decoration-line-strong underline-offset-2 hover:decoration-current"
      >
        {count(some)} of {count(total)}
      </Link>
    ),
  },
];

export function Hygiene(): ReactElement {
  const { kind, folder, source } = route.useSearch();
  const navigate = route.useNavigate();
  const chosen = ORDER.find((each) => each === kind);
  return (
    <>
      <div className="flex max-w-5xl flex-col gap-6 px-4 py-4">
        {ORDER.map((each) => (
          <OfKind key={each} kind={each} />
        ))}
      </div>
      {chosen === undefined || folder === undefined || source === undefined ? null : (
        <SidePanel
          open={true}
          onClose={() => void navigate({ search: { tab: "shares" }, replace: true })}
          title={KINDS[chosen][0]}
        >
          <Shares key={`${chosen} ${source} ${folder}`} {...{ kind: chosen, source, folder }} />
        </SidePanel>
      )}
    </>
  );
}

function OfKind({ kind }: { kind: Kind }): ReactElement {
  const pager = usePager();
  const query = { kind, limit: PAGE, ...pager.query };
  const folders = useRead("source.share-folders", { query }, { keep: true });
  const [title, what] = KINDS[kind];
  return (
    <Section title={title}>
      <Read of={folders} lines={2}>
        {({ items, next }) =>
          items.length === 0 ? (
            <p className="text-quiet">None stands out.</p>
          ) : (
            <>
              <p className="text-quiet">{what}</p>
              <Table
                label={title}
                rows={items}
                columns={FOLDERS}
                rowId={({ sourceId, folderId }) => `${sourceId} ${folderId ?? ""}`}
              />
              <PagerButtons pager={pager} next={next} />
            </>
          )
        }
      </Read>
    </Section>
  );
}

const SHARES: Column<Share>[] = [
  {
    id: "title",
    header: "Item",
    cell: ({ title, path, url }) => (
      <span className="flex min-w-0 flex-col">
        {url === null ? (
          <span className="truncate font-medium">{title}</span>
        ) : (
          <a href={url} target="_blank" rel="noreferrer" className="truncate font-medium underline">
            {title}
          </a>
        )}
        <span className="truncate font-mono text-xs text-quiet">{path}</span>
      </span>
    ),
  },
  { id: "classes", header: "Data", cell: ({ classes }) => <Classes of={classes} /> },
  { id: "detail", header: "Why it is here", cell: ({ detail }) => detail },
];

function Shares(of: { kind: Kind; source: string; folder: string }): ReactElement {
  const pager = usePager();
  const query = { ...of, limit: PAGE, ...pager.query };
  const shares = useRead("source.hygiene", { query }, { keep: true });
  return (
    <Read of={shares}>
      {({ items, next }) =>
        items.length === 0 ? (
          <Empty title="There are none now" />
        ) : (
          <div className="flex flex-col gap-2">
            <p className="text-quiet">{KINDS[of.kind][1]}</p>
            <Table
              label="Items"
              rows={items}
              columns={SHARES}
              rowId={({ sourceId, itemId }) => `${sourceId} ${itemId}`}
            />
            <PagerButtons pager={pager} next={next} />
          </div>
        )
      }
    </Read>
  );
}
