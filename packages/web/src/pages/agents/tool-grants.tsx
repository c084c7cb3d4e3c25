// What an agent may call, as whom each tool acts, and which arguments the model does not set.
import type { ActsAs, AgentTool, Tool } from "@stead/protocol";
import { actingWords, actorsOf, actsAsSchema } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useRead } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/button.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Read } from "../../ui/states.tsx";
import { Presets } from "./presets.tsx";

/** As cards will say it of each call, before there is one. */
function whoActs(kind: ActsAs, tool: Tool | undefined, agentName: string): string {
  const { name = "", account = "" } = tool?.connection ?? {};
  const as = account === "" ? "" : ` (account ${account})`;
  const words: Record<ActsAs, string> = {
    caller: "the person asking",
    agent: `agent ${agentName}, a principal of its own`,
    connection: `connection ${name}${as}`,
  };
  return actingWords({ kind, name: words[kind], effect: tool?.contract.effect });
}

export function ToolGrants(props: {
  agentName: string;
  tools: AgentTool[];
  onChange: (tools: AgentTool[]) => void;
}): ReactElement {
  const { tools, onChange } = props;
  const known = useRead("tool.list", {});
  return (
    <Read of={known} lines={3}>
      {({ items }) => {
        const left = items.filter((item) => !tools.some((tool) => tool.name === item.name));
        return (
          <div className="flex flex-col gap-2">
            {tools.length === 0 ? (
              <p className="text-quiet">Without tools it can only talk.</p>
            ) : null}
            {tools.map((tool) => (
              <Grant
                key={tool.name}
                agentName={props.agentName}
                grant={tool}
                tool={items.find((item) => item.name === tool.name)}
                onChange={(next) =>
                  onChange(tools.map((other) => (other.name === next.name ? next : other)))
                }
                onRemove={() => onChange(tools.filter((other) => other.name !== tool.name))}
              />
            ))}
            <SelectField
              bare
              label="Add a tool"
              value=""
              choices={[
                { value: "", label: left.length === 0 ? "Every tool is granted" : "Grant a tool" },
                ...left.map((item) => ({
                  value: item.name,
                  label: `${item.title} (${item.name})`,
                })),
              ]}
              onChange={(event) => {
                const name = event.target.value;
                if (name !== "") onChange([...tools, { name, actsAs: "caller", presets: {} }]);
              }}
            />
          </div>
        );
      }}
    </Read>
  );
}

interface GrantProps {
  agentName: string;
  grant: AgentTool;
  tool: Tool | undefined;
  onChange: (grant: AgentTool) => void;
  onRemove: () => void;
}

function Grant({ agentName, grant, tool, onChange, onRemove }: GrantProps): ReactElement {
  const actors = tool ? actorsOf(tool) : actsAsSchema.options;
  return (
    <div className="rounded-md border border-line bg-surface">
      <div className="flex flex-wrap items-center gap-2 py-1.5 pr-1 pl-3">
        <span className="font-medium">{tool?.title ?? grant.name}</span>
        <Link
          to="/tools"
          search={{ tool: grant.name }}
          className="font-mono text-xs text-quiet hover:underline"
        >
          {grant.name}
        </Link>
        {tool === undefined ? <Badge tone="deny">no such tool now</Badge> : null}
        {tool === undefined ? null : <Badge>{tool.contract.effect}</Badge>}
        {tool?.reviewed === false ? <Badge tone="ask">asks each time: not reviewed</Badge> : null}
        <IconButton
          icon="close"
          label={`Take ${grant.name} away`}
          className="ml-auto"
          onClick={onRemove}
        />
      </div>
      <div className="flex flex-col gap-2 border-t border-line px-3 py-2">
        <SelectField
          bare
          label={`Who acts when ${grant.name} is called`}
          value={grant.actsAs}
          choices={actors.map((value) => ({ value, label: whoActs(value, tool, agentName) }))}
          onChange={(event) => {
            const actsAs = actsAsSchema.safeParse(event.target.value);
            if (actsAs.success) onChange({ ...grant, actsAs: actsAs.data });
          }}
        />
        <Presets
          schema={tool?.inputSchema}
          presets={grant.presets}
          onChange={(presets) => onChange({ ...grant, presets })}
        />
      </div>
    </div>
  );
}
