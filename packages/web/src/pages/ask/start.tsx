// The beginning of a thread: pick an agent from the catalogue, then say what is wanted.
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Empty, InlineFailure, Read } from "../../ui/states.tsx";
import { Composer } from "./composer.tsx";
import type { Written } from "./pasted.ts";

type AgentItem = Reply<"agent.list">["items"][number];

export function Start({ agentId }: { agentId: string | undefined }): ReactElement {
  const agents = useRead("agent.list", {});
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-5 px-4 py-6">
      <Read of={agents}>
        {({ items }) => {
          const usable = items.filter((agent) => agent.mayUse && agent.versionId !== null);
          if (usable.length === 0) return <NoAgents />;
          const chosen = usable.find((agent) => agent.id === agentId) ?? usable[0];
          return (
            <>
              <Catalogue agents={usable} chosenId={chosen?.id} />
              {chosen === undefined ? null : <FirstQuestion key={chosen.id} agent={chosen} />}
            </>
          );
        }}
      </Read>
    </div>
  );
}

function NoAgents(): ReactElement {
  const may = useMay();
  if (may("person.create")) return <FirstSteps />;
  return (
    <Empty title="There is no agent for you to ask yet">
      {may("agent.create") ? (
        <p>
          Publish one and share it with a group:{" "}
          <Link to="/agents" className={LINK}>
            go to Agents
          </Link>
          .
        </p>
      ) : (
        <p>An agent appears here once its builder shares it with a group that you are in.</p>
      )}
    </Empty>
  );
}

/** What an administrator of a new organisation does, in the order in which it makes sense. */
function FirstSteps(): ReactElement {
  return (
    <Empty title="There is no agent to ask yet">
      <ol className="ml-5 flex list-decimal flex-col gap-1.5">
        <li>
          <Link to="/people" className={LINK}>
            Add people
          </Link>{" "}
          and hand them their sign-in links. Make another administrator first: nobody approves their
          own requests.
        </li>
        <li>
          <Link to="/people" search={{ tab: "groups" }} className={LINK}>
            Make groups
          </Link>
          : agents are shared with groups, and policies ask groups for approvals.
        </li>
        <li>
          <Link to="/tools" search={{ tab: "servers" }} className={LINK}>
            Connect tools
          </Link>{" "}
          by an MCP server.
        </li>
        <li>
          <Link to="/agents/new" className={LINK}>
            Make an agent
          </Link>
          , try it as yourself, publish it and share it with a group.
        </li>
      </ol>
    </Empty>
  );
}

function Catalogue(props: { agents: AgentItem[]; chosenId: string | undefined }): ReactElement {
  return (
    <nav aria-label="Agents to ask">
      <ul className="grid gap-2 sm:grid-cols-2">
        {props.agents.map((agent) => (
          <li key={agent.id}>
            <Link
              data-row=""
              to="/ask"
              search={{ agent: agent.id }}
              aria-current={agent.id === props.chosenId}
              className="flex h-full flex-col gap-1 rounded-md border border-line bg-surface p-3 hover:border-line-strong current:border-ink current:shadow-[inset_0_0_0_1px_var(--ink)]"
            >
              <span className="flex items-baseline gap-2">
                <span className="text-base font-medium">{agent.draft.name}</span>
                <span className="ml-auto text-xs text-quiet">version {agent.version}</span>
              </span>
              <span className="text-quiet">{agent.draft.purpose}</span>
              <span className="mt-auto pt-1 text-xs text-quiet">by {agent.ownerName}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function FirstQuestion({ agent }: { agent: AgentItem }): ReactElement {
  const navigate = useNavigate();
  const start = useAct("run.start", ["thread.list", "run.list"]);
  const send = ({ text: input, pasted }: Written): void =>
    start.mutate(
      { body: { agentId: agent.id, input, pasted } },
      {
        onSuccess: (run) =>
          void navigate({ to: "/ask/$threadId", params: { threadId: run.threadId } }),
      },
    );
  return (
    <div className="flex flex-col gap-2">
      <Composer
        label={`Ask ${agent.draft.name}`}
        busy={start.isPending}
        onSend={send}
        autoFocus={true}
      />
      <p className="text-xs text-quiet">
        It acts with your own rights where its tools say so, and never with more. What you ask and
        what it does is recorded.
      </p>
      <InlineFailure error={start.error} />
    </div>
  );
}
