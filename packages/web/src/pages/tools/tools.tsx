// Tools with their contracts, and the MCP servers that bring some of them.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Tool } from "@stead/protocol";
import type { ReactElement } from "react";
import { useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { cx } from "../../ui/class-names.ts";
import { ROW } from "../../ui/link-row.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { SearchBox } from "../../ui/search-box.tsx";
import { Segments } from "../../ui/segments.tsx";
import { Empty, Read } from "../../ui/states.tsx";
import { Servers } from "./servers.tsx";
import { ToolDetail } from "./tool-detail.tsx";
import { originOf } from "./origin.ts";

const route = getRouteApi("/tools");
const MILD = ["read", "write-own"];

export function effectTone(effect: string): Tone {
  return MILD.includes(effect) ? "plain" : "ask";
}

export function ToolsPage(): ReactElement {
  const { tab } = route.useSearch();
  const may = useMay();
  return (
    <Page
      title="Tools"
      acts={
        may("mcp-server.list") ? (
          <Segments
            label="Tools or servers"
            value={tab ?? "tools"}
            choices={[
              { value: "tools", label: "Tools", link: { to: "/tools", search: {} } },
              {
                value: "servers",
                label: "MCP servers",
                link: { to: "/tools", search: { tab: "servers" } },
              },
            ]}
          />
        ) : null
      }
    >
      {tab === "servers" ? <Servers /> : <ToolList />}
    </Page>
  );
}

function ToolList(): ReactElement {
  const { tool: chosenName, search = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const tools = useRead("tool.list", {});
  const word = search.toLowerCase();
  return (
    <Read of={tools}>
      {({ items }) => {
        const chosen = items.find((item) => item.name === chosenName);
        const shown = items.filter((item) =>
          `${item.name} ${item.title} ${item.description}`.toLowerCase().includes(word),
        );
        return (
          <Split
            open={chosenName !== undefined}
            listLabel="Tools"
            detailLabel="A tool"
            list={
              <>
                <div className="flex border-b border-line px-4 py-2">
                  <SearchBox
                    label="Search tools"
                    value={search}
                    onSearch={(text) =>
                      void navigate({
                        search: (known) => ({ ...known, search: text }),
                        replace: true,
                      })
                    }
                  />
                </div>
                {shown.length === 0 ? <Empty title="No tool fits" /> : null}
                <ul>
                  {shown.map((item) => (
                    <li key={item.name}>
                      <Row tool={item} selected={item.name === chosenName} />
                    </li>
                  ))}
                </ul>
              </>
            }
            detail={
              chosen === undefined ? (
                <Empty title={chosenName === undefined ? "Pick a tool" : `No tool ${chosenName}`}>
                  Its contract says what it can do at most, and how far its values must be trusted.
                </Empty>
              ) : (
                <ToolDetail tool={chosen} />
              )
            }
          />
        );
      }}
    </Read>
  );
}

function Row({ tool, selected }: { tool: Tool; selected: boolean }): ReactElement {
  return (
    <Link
      data-row=""
      from="/tools"
      to="."
      search={(known) => ({ ...known, tool: tool.name })}
      aria-current={selected}
      className={cx(ROW, "-outline-offset-2")}
    >
      <span className="flex items-center gap-2">
        <span className="truncate font-medium">{tool.title}</span>
        <span className="ml-auto flex gap-1">
          {tool.reviewed ? null : <Badge tone="ask">not reviewed</Badge>}
          <Badge tone={effectTone(tool.contract.effect)}>{tool.contract.effect}</Badge>
        </span>
      </span>
      <span className="truncate font-mono text-xs text-quiet">
        {tool.name}, {originOf(tool)}
      </span>
    </Link>
  );
}
