// Contracts of MCP servers' tools: which are reviewed, which wait, and what a server has changed.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ContractEntry, ContractState } from "@stead/protocol";
import type { ReactElement } from "react";
import { useAct, useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { LINK, ROW } from "../../ui/link-row.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Empty, InlineFailure, Read } from "../../ui/states.tsx";
import { ContractDetail } from "./contract-detail.tsx";

const route = getRouteApi("/contracts");
const STATE: Record<ContractState, [Tone, string]> = {
  reviewed: ["permit", "reviewed"],
  draft: ["ask", "draft"],
  unreviewed: ["ask", "not reviewed"],
  quarantined: ["deny", "quarantined"],
  orphaned: ["plain", "orphaned"],
};

export function StateBadge({ entry }: { entry: ContractEntry }): ReactElement {
  const [tone, word] = STATE[entry.state];
  return <Badge tone={tone}>{word}</Badge>;
}

export function ContractsPage(): ReactElement {
  const { server, tool, search = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const contracts = useRead("contract.list", {}, { everyMs: 15_000 });
  const word = search.toLowerCase();
  const isOpen = server !== undefined && tool !== undefined;
  return (
    <Page title="Contracts">
      <Read of={contracts}>
        {({ items }) => (
          <Split
            open={isOpen}
            listLabel="Contracts"
            detailLabel="A contract"
            list={
              <>
                <div className="flex border-b border-line px-4 py-2">
                  <SearchBox
                    label="Search contracts"
                    value={search}
                    onSearch={(text) =>
                      void navigate({
                        search: (known) => ({ ...known, search: text }),
                        replace: true,
                      })
                    }
                  />
                </div>
                <ServerLists
                  items={items.filter(({ name, state, effect }) =>
                    `${name} ${state} ${effect}`.toLowerCase().includes(word),
                  )}
                />
              </>
            }
            detail={
              isOpen ? (
                <ContractDetail key={`${server} ${tool}`} serverId={server} tool={tool} />
              ) : (
                <Empty title="Pick a tool">
                  Its contract says what it can do at most. What nobody has reviewed asks each time.
                </Empty>
              )
            }
          />
        )}
      </Read>
    </Page>
  );
}

function ServerLists({ items }: { items: ContractEntry[] }): ReactElement {
  const servers = [...new Map(items.map((item) => [item.serverId, item.server]))];
  if (servers.length === 0)
    return (
      <Empty title="No contract">
        <Link to="/tools" search={{ tab: "servers" }} className={LINK}>
          Connect an MCP server
        </Link>
        , and its tools are here.
      </Empty>
    );
  return (
    <>
      {servers.map(([id, name]) => (
        <ServerList
          key={id}
          id={id}
          name={name}
          items={items.filter(({ serverId }) => serverId === id)}
        />
      ))}
    </>
  );
}

function ServerList(props: { id: string; name: string; items: ContractEntry[] }): ReactElement {
  const { id, name, items } = props;
  const may = useMay();
  const look = useAct("contract.draft", ["contract.list", "contract.get", "mcp-server.list"]);
  const known = items.filter((item) => item.known !== null && item.state === "unreviewed").length;
  return (
    <section aria-label={name}>
      <header className="flex flex-wrap items-center gap-2 border-b border-line bg-sunken px-4 py-1.5">
        <h2 className="font-semibold">{name}</h2>
        {items[0]?.ours === true ? <Badge>with the installation</Badge> : null}
        {known === 0 ? null : <span className="text-xs text-quiet">{known} known</span>}
        <InlineFailure error={look.error} />
        {items[0]?.ours === true ? null : (
          <Button
            className="ml-auto"
            busy={look.isPending}
            why={may("contract.write") ? null : "Only administrators look at servers."}
            onClick={() => look.mutate({ params: { serverId: id } })}
          >
            Look again
          </Button>
        )}
      </header>
      <ul>
        {items.map((item) => (
          <li key={item.tool}>
            <Row item={item} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({ item }: { item: ContractEntry }): ReactElement {
  const { server, tool } = route.useSearch();
  const isSelected = server === item.serverId && tool === item.tool;
  const sinks = item.sinks.length === 0 ? "no sinks" : item.sinks.join(", ");
  return (
    <Link
      data-row=""
      from="/contracts"
      to="."
      search={(before) => ({ ...before, server: item.serverId, tool: item.tool })}
      aria-current={isSelected}
      className={cx(ROW, "-outline-offset-2")}
    >
      <span className="flex items-center gap-2">
        <span className="truncate font-mono text-xs font-medium">{item.tool}</span>
        <span className="ml-auto flex gap-1">
          {item.known === null ? null : <Badge>known contract</Badge>}
          <StateBadge entry={item} />
        </span>
      </span>
      <span className="truncate text-xs text-quiet">
        {item.effect}; {sinks}
      </span>
    </Link>
  );
}
