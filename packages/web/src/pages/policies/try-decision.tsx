// What would policy say if this person, through this agent, called this tool with these values?
import { getRouteApi } from "@tanstack/react-router";
import type { Tool } from "@stead/protocol";
import { useMemo, useState } from "react";
import type { FormEvent, ReactElement } from "react";
import { useAct, useRead } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { DecisionView } from "../../ui/decision.tsx";
import { SelectField } from "../../ui/field.tsx";
import { draftOf, fieldsOf, JsonForm, parseDraft } from "../../ui/json-form.tsx";
import type { Draft } from "../../ui/json-form.tsx";
import { Section } from "../../ui/page.tsx";
import { InlineFailure, Read } from "../../ui/states.tsx";
import { PersonPicker } from "../../ui/person-picker.tsx";

const route = getRouteApi("/policies");

export function TryDecision(): ReactElement {
  const { person, agent, tool } = route.useSearch();
  const navigate = route.useNavigate();
  const agents = useRead("agent.list", {});
  const tools = useRead("tool.list", {});
  const set = (change: { person?: string; agent?: string; tool?: string }): void =>
    void navigate({ search: (known) => ({ ...known, ...change }), replace: true });
  const granted = agents.data?.items.find((item) => item.id === agent)?.draft.tools ?? [];
  return (
    <Read of={tools}>
      {({ items }) => {
        const chosen = items.find((item) => item.name === tool);
        return (
          <div className="grid gap-6 px-4 py-4 lg:grid-cols-2">
            <div className="flex flex-col gap-3">
              <p className="text-quiet">Nothing is done: only policy is asked.</p>
              <PersonPicker
                label="If this person"
                personId={person}
                onPick={(id) => set({ person: id })}
              />
              <SelectField
                label="Through the agent"
                value={agent ?? ""}
                choices={[
                  { value: "", label: "Choose an agent" },
                  ...(agents.data?.items ?? []).map((item) => ({
                    value: item.id,
                    label: item.draft.name,
                  })),
                ]}
                onChange={(event) => set({ agent: event.target.value })}
              />
              <SelectField
                label="Calls the tool"
                value={tool ?? ""}
                choices={[
                  { value: "", label: "Choose a tool" },
                  ...items.map((item) => ({ value: item.name, label: toolLabel(item, granted) })),
                ]}
                onChange={(event) => set({ tool: event.target.value })}
              />
            </div>
            {chosen === undefined ? null : (
              <Ask key={chosen.name} tool={chosen} personId={person} agentId={agent} />
            )}
          </div>
        );
      }}
    </Read>
  );
}

function toolLabel(tool: Tool, granted: { name: string }[]): string {
  const has = granted.length === 0 || granted.some((grant) => grant.name === tool.name);
  return has ? `${tool.title} (${tool.name})` : `${tool.title} (${tool.name}), not granted to it`;
}

function Ask(props: {
  tool: Tool;
  personId: string | undefined;
  agentId: string | undefined;
}): ReactElement {
  const { tool, personId = "", agentId = "" } = props;
  const fields = useMemo(() => fieldsOf(tool.inputSchema, {}), [tool]);
  const [draft, setDraft] = useState<Draft>(() => draftOf(fields, {}));
  const [errors, setErrors] = useState<Draft>({});
  const decide = useAct("policy.try");
  const why =
    personId === "" ? "Pick a person first." : agentId === "" ? "Pick an agent first." : null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (why !== null) return;
    const parsed = parseDraft(fields, draft);
    setErrors(parsed.ok ? {} : parsed.why);
    if (parsed.ok) {
      decide.mutate({ body: { personId, agentId, tool: tool.name, arguments: parsed.value } });
    }
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Section title="With these values">
        <JsonForm fields={fields} draft={draft} errors={errors} onChange={setDraft} />
      </Section>
      <div>
        <Button type="submit" tone="primary" busy={decide.isPending} why={why}>
          What would policy say?
        </Button>
      </div>
      <InlineFailure error={decide.error} />
      <div aria-live="polite">
        {decide.data === undefined ? null : (
          <div className="rounded-md border border-line-strong bg-surface px-3 py-2.5">
            <DecisionView decision={decide.data} />
          </div>
        )}
      </div>
    </form>
  );
}
