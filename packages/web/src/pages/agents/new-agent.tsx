// A new agent: the same form as for an existing one, empty.
import { boundsSchema } from "@stead/protocol";
import type { AgentSpec } from "@stead/protocol";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";
import { useAct, useRead } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { incomplete } from "./incomplete.ts";
import { SpecForm } from "./spec-form.tsx";

const EMPTY: AgentSpec = {
  name: "",
  purpose: "",
  instructions: "",
  models: [],
  tools: [],
  bounds: boundsSchema.parse({}),
};

export function NewAgentPage(): ReactElement {
  const navigate = useNavigate();
  const models = useRead("model.list", {});
  const [spec, setSpec] = useState(EMPTY);
  const create = useAct("agent.create", ["agent.list"]);
  const firstReady = models.data?.items.find((model) => model.ready)?.name;
  const whole =
    spec.models.length === 0 && firstReady !== undefined ? { ...spec, models: [firstReady] } : spec;
  const press = (): void =>
    create.mutate(
      { body: whole },
      {
        onSuccess: (agent) =>
          void navigate({ to: "/agents/$agentId", params: { agentId: agent.id } }),
      },
    );
  return (
    <Page
      title="New agent"
      acts={
        <Button tone="primary" busy={create.isPending} why={incomplete(whole)} onClick={press}>
          Make the draft
        </Button>
      }
    >
      <div className="max-w-3xl px-4 py-4">
        <InlineFailure error={create.error} />
        <SpecForm spec={whole} onChange={setSpec} locked={null} />
      </div>
    </Page>
  );
}
