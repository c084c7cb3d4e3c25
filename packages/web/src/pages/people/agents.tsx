// Agents that act as themselves, beside the people: who answers for each, and whether it still may.
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import { counted } from "../../ui/format.ts";
import { LINK } from "../../ui/link-row.tsx";
import { Empty, Read } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";

type Listed = Reply<"agent-principal.list">["items"][number];

const COLUMNS: Column<Listed>[] = [
  {
    id: "name",
    header: "Agent",
    cell: ({ agentId, name }) => (
      <Link
        data-row=""
        to="/agents/$agentId"
        params={{ agentId }}
        search={{ tab: "itself" }}
        className="font-medium hover:underline"
      >
        {name}
      </Link>
    ),
  },
  {
    id: "owner",
    header: "Owner",
    cell: ({ owner }) => (
      <Link
        to="/people"
        search={owner.kind === "group" ? { tab: "groups", group: owner.id } : { person: owner.id }}
        className={LINK}
      >
        {owner.name}
      </Link>
    ),
  },
  {
    id: "tools",
    header: "As itself",
    wideOnly: true,
    cell: ({ tools }) => counted(tools, "tool", "tools"),
  },
  {
    id: "state",
    header: "State",
    cell: ({ acts, why }) =>
      acts ? <Badge tone="permit">acts</Badge> : <Badge tone="deny">stopped: {why}</Badge>,
  },
  {
    id: "runs",
    header: "Runs",
    wideOnly: true,
    cell: ({ agentId }) => (
      <Link to="/runs" search={{ agent: agentId }} className={LINK}>
        its runs
      </Link>
    ),
  },
];

export function ServicePrincipals(): ReactElement {
  const listed = useRead("agent-principal.list", {});
  return (
    <Read of={listed}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title="No agent acts as itself">
            A builder chooses for each tool of an agent who acts; one that acts as the agent makes
            the agent a service principal, listed here with its owner.
          </Empty>
        ) : (
          <>
            <p className="px-4 py-2 text-quiet">
              Service principals: what they do as themselves, somebody answers for.
            </p>
            <Table
              label="Agents that act as themselves"
              rows={items}
              columns={COLUMNS}
              rowId={({ agentId }) => agentId}
            />
          </>
        )
      }
    </Read>
  );
}
