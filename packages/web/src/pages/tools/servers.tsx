// Connected MCP servers: whether they answer, what changed since it was accepted, whether they are gated.
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyText } from "../../ui/copy.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Dialog } from "../../ui/overlay.tsx";
import { Empty, InlineFailure, Read } from "../../ui/states.tsx";
import { AddServer } from "./add-server.tsx";

type Server = Reply<"mcp-server.list">["items"][number];
const NOT_YOURS = "Only administrators connect and change servers.";

const STATUS: Record<Server["status"], [Tone, string]> = {
  ready: ["permit", "ready"],
  changed: ["ask", "its tools have changed"],
  unreachable: ["deny", "can’t be reached"],
};

const SIGN_IN_FIRST: [Tone, string] = ["ask", "sign in first"];

export function Servers(): ReactElement {
  const may = useMay();
  const servers = useRead("mcp-server.list", {}, { everyMs: 15_000 });
  const [adding, setAdding] = useState(false);
  const why = may("mcp-server.create") ? null : NOT_YOURS;
  return (
    <div className="flex max-w-4xl flex-col gap-3 px-4 py-4">
      <div className="flex flex-wrap items-center gap-3">
        <p className="text-quiet">
          A server’s tools can be granted to agents. A tool without a reviewed contract asks each
          time.
        </p>
        <Link to="/contracts" className={LINK}>
          Contracts
        </Link>
        <Button icon="plus" className="ml-auto" why={why} onClick={() => setAdding(true)}>
          Connect a server
        </Button>
      </div>
      <Read of={servers}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No MCP server is connected" />
          ) : (
            items.map((server) => <ServerCard key={server.id} server={server} why={why} />)
          )
        }
      </Read>
      {adding ? <AddServer onClose={() => setAdding(false)} /> : null}
    </div>
  );
}

function ServerCard({ server, why }: { server: Server; why: string | null }): ReactElement {
  const isUnknown = server.signIn !== null && server.tools.length === 0;
  const [tone, word] = isUnknown ? SIGN_IN_FIRST : STATUS[server.status];
  const changed = server.tools.filter((tool) => tool.changed);
  return (
    <article aria-label={server.name} className="rounded-md border border-line bg-surface">
      <header className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <h2 className="font-semibold">{server.name}</h2>
        <Badge tone={tone}>{word}</Badge>
        {server.gated ? null : <Badge tone="ask">ungated</Badge>}
        <ServerActs server={server} why={why} changed={changed.length} />
      </header>
      <div className="flex flex-col gap-2 px-3 py-2.5">
        <p className="truncate font-mono text-xs text-quiet" title={server.target}>
          {server.transport} {server.target}
        </p>
        {server.hosts.length === 0 ? null : (
          <p className="text-xs text-quiet">
            May connect to{" "}
            {server.hosts.map((host, i) => (
              <span key={host}>
                {i === 0 ? "" : ", "}
                <code className="font-mono">{host}</code>
              </span>
            ))}
          </p>
        )}
        {server.signIn === null ? null : <OwnGrant server={server} issuer={server.signIn} />}
        {server.note === "" ? null : <p className="text-quiet">{server.note}</p>}
        {server.gated ? null : (
          <p>
            What this server sends does not pass Stead’s own way out. It is listed with the{" "}
            <Link to="/egress" className={LINK}>
              ungated paths
            </Link>
            , and no report claims that nothing left through it.
          </p>
        )}
        <p className="flex flex-wrap items-center gap-1 text-xs text-quiet">
          Assertions of who acts are made out to
          <CopyText text={server.id} label="audience" whole />
        </p>
        <ul className="flex flex-wrap gap-x-4 gap-y-1">
          {server.tools.map((tool) => (
            <li key={tool.name} className="flex items-center gap-1.5">
              <Link
                to="/tools"
                search={{ tool: tool.name }}
                className="font-mono text-xs hover:underline"
              >
                {tool.name}
              </Link>
              {tool.reviewed ? null : <Badge>not reviewed</Badge>}
              {tool.changed ? <Badge tone="ask">changed</Badge> : null}
            </li>
          ))}
        </ul>
      </div>
    </article>
  );
}

/** Each person acts there with a grant of their own, whoever lists its tools included. */
function OwnGrant({ server, issuer }: { server: Server; issuer: string }): ReactElement {
  const link = useAct("mcp-account.link", []);
  const isNew = server.tools.length === 0;
  return (
    <div className="flex flex-col gap-1">
      <p className="flex flex-wrap items-center gap-2">
        <span>
          Each person signs in at <code className="font-mono text-xs">{issuer}</code>; their agents
          act there as they do, and as nobody else.
        </span>
        <Button
          tone={isNew ? "primary" : "plain"}
          busy={link.isPending}
          onClick={() =>
            link.mutate(
              { params: { serverId: server.id } },
              { onSuccess: ({ url }) => globalThis.location.assign(url) },
            )
          }
        >
          Sign in to {server.name}
        </Button>
      </p>
      {isNew ? (
        <p className="text-quiet">
          Its tools are not known yet: sign in with your own account, then list them.
        </p>
      ) : null}
      <InlineFailure error={link.error} />
    </div>
  );
}

function ServerActs(props: { server: Server; why: string | null; changed: number }): ReactElement {
  const { server, why, changed } = props;
  const [leaving, setLeaving] = useState(false);
  const touches = ["mcp-server.list", "tool.list"] as const;
  const refresh = useAct("mcp-server.refresh", [...touches]);
  const remove = useAct("mcp-server.delete", [...touches]);
  const input = { params: { serverId: server.id } };
  return (
    <span className="ml-auto flex flex-wrap items-center gap-2">
      <InlineFailure error={refresh.error ?? remove.error} />
      <Button why={why} busy={refresh.isPending} onClick={() => refresh.mutate(input)}>
        {changed > 0 ? "Accept the changes" : "List its tools again"}
      </Button>
      <Button tone="deny" why={why} onClick={() => setLeaving(true)}>
        Disconnect
      </Button>
      <Dialog
        open={leaving}
        onClose={() => setLeaving(false)}
        title={`Disconnect ${server.name}`}
        foot={
          <>
            <Button onClick={() => setLeaving(false)}>Keep it</Button>
            <Button
              tone="deny"
              busy={remove.isPending}
              onClick={() => remove.mutate(input, { onSuccess: () => setLeaving(false) })}
            >
              Disconnect
            </Button>
          </>
        }
      >
        Agents that were granted its tools keep the grant, but every call fails until it is
        connected again.
      </Dialog>
    </span>
  );
}
