// One agent: its draft, who may use it, its versions; and a pane to try the draft as yourself.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { AgentSpec } from "@stead/protocol";
import { useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Page } from "../../ui/page.tsx";
import { Segments } from "../../ui/segments.tsx";
import { InlineFailure, Read } from "../../ui/states.tsx";
import { incomplete } from "./incomplete.ts";
import { OwnPrincipal } from "./principal.tsx";
import { Publish } from "./publish.tsx";
import { Sharing } from "./sharing.tsx";
import { SpecForm } from "./spec-form.tsx";
import { TryPane } from "./try-pane.tsx";
import { Versions } from "./versions.tsx";

type AgentReply = Reply<"agent.get">;
const route = getRouteApi("/agents/$agentId");

export function AgentPage(): ReactElement {
  const { agentId } = route.useParams();
  const agent = useRead("agent.get", { params: { agentId } });
  return <Read of={agent}>{(data) => <Loaded key={data.id} agent={data} />}</Read>;
}

function Tabs({ agentId, tab }: { agentId: string; tab: string }): ReactElement {
  const to = "/agents/$agentId" as const;
  const params = { agentId };
  return (
    <Segments
      label="Parts of the agent"
      value={tab}
      choices={[
        { value: "draft", label: "Draft", link: { to, params, search: {} } },
        {
          value: "sharing",
          label: "Who may use it",
          link: { to, params, search: { tab: "sharing" } },
        },
        { value: "itself", label: "As itself", link: { to, params, search: { tab: "itself" } } },
        { value: "versions", label: "Versions", link: { to, params, search: { tab: "versions" } } },
      ]}
    />
  );
}

function Loaded({ agent }: { agent: AgentReply }): ReactElement {
  const { tab = "draft" } = route.useSearch();
  const [spec, setSpec] = useState<AgentSpec>(agent.draft);
  const dirty = JSON.stringify(spec) !== JSON.stringify(agent.draft);
  const update = useAct("agent.update", ["agent.get", "agent.list"]);
  const save = (): void => update.mutate({ params: { agentId: agent.id }, body: spec });
  const locked = agent.mayEdit ? null : `Only ${agent.ownerName} and administrators can edit it.`;
  return (
    <Page
      title={agent.draft.name}
      lead={<Lead agent={agent} dirty={dirty} />}
      acts={
        <>
          <Tabs agentId={agent.id} tab={tab} />
          {agent.mayEdit ? (
            <>
              <Button
                busy={update.isPending}
                why={dirty ? incomplete(spec) : "There is nothing to save."}
                onClick={save}
              >
                Save draft
              </Button>
              <Publish agent={agent} dirty={dirty} />
            </>
          ) : null}
        </>
      }
    >
      <InlineFailure error={update.error} />
      {tab === "versions" ? <Versions agent={agent} /> : null}
      {tab === "sharing" ? <Sharing agent={agent} /> : null}
      {tab === "itself" ? <OwnPrincipal agent={agent} /> : null}
      {tab === "draft" ? (
        <div className="grid grid-cols-[minmax(0,1fr)] lg:h-full lg:grid-cols-[minmax(0,1fr)_minmax(22rem,40%)]">
          <div className="min-h-0 overflow-y-auto px-4 py-4">
            <SpecForm spec={spec} onChange={setSpec} locked={locked} />
          </div>
          <TryPane agent={agent} dirty={dirty} onSave={save} />
        </div>
      ) : null}
    </Page>
  );
}

function Lead({ agent, dirty }: { agent: AgentReply; dirty: boolean }): ReactElement {
  return (
    <span className="flex flex-wrap items-center gap-2">
      {agent.version === null ? <Badge tone="ask">never published</Badge> : `v${agent.version}`}
      <span>by {agent.ownerName}</span>
      {dirty ? <Badge tone="ask">unsaved changes</Badge> : null}
      <Link to="/runs" search={{ agent: agent.id }} className={LINK}>
        Runs
      </Link>
    </span>
  );
}
