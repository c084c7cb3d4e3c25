// Connected sources whose fields can be known values: which are, how fresh, and what is wrong.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { count, counted, every } from "../../ui/format.ts";
import { LINK } from "../../ui/link-row.tsx";
import { Section } from "../../ui/page.tsx";
import { Empty, InlineFailure, Read } from "../../ui/states.tsx";
import { Table, type Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { FeedDialog } from "./feed-dialog.tsx";
import { Forget } from "./forget.tsx";

const route = getRouteApi("/known");

export type Feed = Reply<"registry.feeds">["items"][number];

const COLUMNS: Column<Feed>[] = [
  {
    id: "name",
    header: "Source",
    cell: ({ sourceId, name, connector }) => (
      <span className="flex flex-wrap items-center gap-2">
        <Link data-row="" to="/sources" search={{ source: sourceId }} className={LINK}>
          {name}
        </Link>
        <span className="text-quiet">{connector}</span>
      </span>
    ),
  },
  { id: "state", header: "State", cell: (feed) => <State feed={feed} /> },
  {
    id: "fields",
    header: "Fields",
    right: true,
    cell: ({ on, lists }) =>
      on ? count(lists.reduce((sum, { fields }) => sum + fields.length, 0)) : "none",
  },
  {
    id: "read",
    header: "Read",
    right: true,
    wideOnly: true,
    cell: ({ readAt, on, everyMs }) =>
      readAt === null ? (
        "never"
      ) : (
        <span className="whitespace-nowrap">
          <Time at={readAt} />
          {on ? `, ${every(everyMs)}` : ""}
        </span>
      ),
  },
  { id: "acts", header: "", right: true, cell: (feed) => <Acts feed={feed} /> },
];

function State({ feed }: { feed: Feed }): ReactElement {
  const { on, isReading, error, leftOut, readAt } = feed;
  if (!on) return <Badge>off</Badge>;
  if (error !== null)
    return (
      <span className="flex max-w-xl flex-wrap items-center gap-2">
        <Badge tone="deny">can't be read</Badge>
        <span className="text-deny">{error}</span>
        {readAt === null ? null : <span className="text-quiet">What was read before counts.</span>}
      </span>
    );
  if (isReading || readAt === null) return <Badge tone="live">being read</Badge>;
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Badge tone="permit">on</Badge>
      {leftOut === 0 ? null : (
        <span className="text-ask">{counted(leftOut, "value")} too long to be looked for</span>
      )}
    </span>
  );
}

function Acts({ feed }: { feed: Feed }): ReactElement {
  const navigate = route.useNavigate();
  const may = useMay();
  const again = useAct("registry.feed", ["registry.feeds", "registry.list"]);
  const why = may("registry.import") ? null : "Only administrators choose what is registered.";
  const { sourceId, lists, on } = feed;
  return (
    <span className="inline-flex items-center justify-end gap-2">
      <InlineFailure error={again.error} />
      {on ? <Forget sourceId={feed.registryId} name={feed.name} word="Turn off" /> : null}
      {on && why === null ? (
        <Button
          tone="quiet"
          busy={again.isPending}
          aria-label={`Read ${feed.name} now`}
          onClick={() => again.mutate({ params: { sourceId }, body: { lists } })}
        >
          Read now
        </Button>
      ) : null}
      <Button
        why={why}
        aria-label={`Choose fields of ${feed.name}`}
        onClick={() => void navigate({ search: (known) => ({ ...known, feed: sourceId }) })}
      >
        {on ? "Fields" : "Turn on"}
      </Button>
    </span>
  );
}

export function Feeds(): ReactElement {
  const feeds = useRead("registry.feeds", {}, { everyMs: 5_000 });
  const { feed: chosen } = route.useSearch();
  const navigate = route.useNavigate();
  const open = feeds.data?.items.find(({ sourceId }) => sourceId === chosen);
  return (
    <Section title="Sources that can feed it" className="[&>div]:px-4">
      <Read of={feeds} lines={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="None is connected">
              Fields of PostgreSQL and Salesforce can be known values.{" "}
              <Link to="/sources" className={LINK}>
                Connect a source
              </Link>
            </Empty>
          ) : (
            <Table label="Feeds" rows={items} columns={COLUMNS} rowId={(row) => row.sourceId} />
          )
        }
      </Read>
      {open === undefined ? null : (
        <FeedDialog
          key={open.sourceId}
          feed={open}
          onClose={() => void navigate({ search: (known) => ({ ...known, feed: undefined }) })}
        />
      )}
    </Section>
  );
}
