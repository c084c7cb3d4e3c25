// Agents: the catalogue of what one may use, and for builders what they may edit.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Page } from "../../ui/page.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Empty, Read } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

type AgentItem = Reply<"agent.list">["items"][number];
const route = getRouteApi("/agents");

const COLUMNS: Column<AgentItem>[] = [
  {
    id: "name",
    header: "Agent",
    cell: (agent) => (
      <span className="flex flex-col py-1">
        <Link
          data-row=""
          to="/agents/$agentId"
          params={{ agentId: agent.id }}
          className="font-medium hover:underline"
        >
          {agent.draft.name}
        </Link>
        <span className="line-clamp-2 text-quiet">{agent.draft.purpose}</span>
      </span>
    ),
  },
  {
    id: "version",
    header: "Version",
    cell: (agent) =>
      agent.version === null ? <Badge tone="ask">draft only</Badge> : `v${agent.version}`,
  },
  {
    id: "tools",
    header: "Tools",
    wideOnly: true,
    cell: (agent) => (
      <span className="text-quiet">{agent.draft.tools.map((tool) => tool.name).join(", ")}</span>
    ),
  },
  {
    id: "owner",
    header: "Owner",
    wideOnly: true,
    cell: (agent) => (
      <Link
        to="/people"
        search={{ person: agent.ownerId }}
        className="whitespace-nowrap hover:underline"
      >
        {agent.ownerName}
      </Link>
    ),
  },
  {
    id: "updated",
    header: "Changed",
    wideOnly: true,
    cell: (agent) => <Time at={agent.updatedAt} />,
  },
  {
    id: "use",
    header: "",
    right: true,
    cell: (agent) =>
      agent.mayUse && agent.versionId !== null ? (
        <Link
          to="/ask"
          search={{ agent: agent.id }}
          aria-label={`Ask ${agent.draft.name}`}
          className={LINK}
        >
          Ask
        </Link>
      ) : null,
  },
];

export function AgentsPage(): ReactElement {
  const { search = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const agents = useRead("agent.list", {});
  const may = useMay();
  const word = search.toLowerCase();
  const fits = (agent: AgentItem): boolean =>
    `${agent.draft.name} ${agent.draft.purpose} ${agent.ownerName}`.toLowerCase().includes(word);
  return (
    <Page
      title="Agents"
      acts={
        may("agent.create") ? (
          <Link
            to="/agents/new"
            className="inline-flex h-7 items-center rounded-md border border-ink bg-ink px-2.5 font-medium text-paper hover:opacity-90"
          >
            New agent
          </Link>
        ) : null
      }
    >
      <div className="flex max-w-xl px-4 py-2">
        <SearchBox
          label="Search agents"
          value={search}
          onSearch={(text) => void navigate({ search: { search: text }, replace: true })}
        />
      </div>
      <Read of={agents}>
        {({ items }) => {
          const rows = items.filter(fits);
          if (rows.length > 0) {
            return <Table label="Agents" rows={rows} columns={COLUMNS} rowId={(a) => a.id} />;
          }
          return (
            <Empty title={items.length === 0 ? "No agents yet" : "No agent fits"}>
              {items.length === 0
                ? "An agent is instructions, a model and tools. Builders make them and share them with groups."
                : "Try fewer letters."}
            </Empty>
          );
        }}
      </Read>
    </Page>
  );
}
