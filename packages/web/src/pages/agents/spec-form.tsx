// The form of an agent's draft: what it is for, what it is told, which models, which tools and as whom.
import type { AgentSpec } from "@stead/protocol";
import type { ReactElement } from "react";
import { TextArea, TextField } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { BoundsFields } from "./bounds-fields.tsx";
import { ModelChain } from "./model-chain.tsx";
import { ToolGrants } from "./tool-grants.tsx";

interface SpecFormProps {
  spec: AgentSpec;
  onChange: (spec: AgentSpec) => void;
  /** Why this reader may not change it; null when they may. */
  locked: string | null;
}

export function SpecForm({ spec, onChange, locked }: SpecFormProps): ReactElement {
  const set = (change: Partial<AgentSpec>): void => onChange({ ...spec, ...change });
  return (
    <form onSubmit={(event) => event.preventDefault()} className="flex flex-col gap-6">
      {locked === null ? null : <p className="rounded-md bg-sunken px-2.5 py-1.5">{locked}</p>}
      <fieldset disabled={locked !== null} className="flex flex-col gap-6">
        <div className="flex flex-col gap-3">
          <TextField
            label="Name"
            maxLength={80}
            value={spec.name}
            onChange={(event) => set({ name: event.target.value })}
          />
          <TextField
            label="Purpose"
            hint="One sentence for the catalogue: when should somebody ask this agent?"
            maxLength={300}
            value={spec.purpose}
            onChange={(event) => set({ purpose: event.target.value })}
          />
          <TextArea
            label="Instructions"
            hint="What the model is told before every question. Rights do not belong here: policy holds even when instructions are ignored."
            maxLength={50_000}
            rows={10}
            className="font-mono text-xs leading-5"
            value={spec.instructions}
            onChange={(event) => set({ instructions: event.target.value })}
          />
        </div>
        <Section title="Models">
          <ModelChain models={spec.models} onChange={(models) => set({ models })} />
        </Section>
        <Section title="Tools">
          <ToolGrants
            agentName={spec.name}
            tools={spec.tools}
            onChange={(tools) => set({ tools })}
          />
        </Section>
        <BoundsFields bounds={spec.bounds} onChange={(bounds) => set({ bounds })} />
      </fieldset>
    </form>
  );
}
