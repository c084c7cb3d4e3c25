// What one argument carries, and who must have written it.
import { sinkKindSchema, trustSchema } from "@stead/protocol";
import type { Contract, Sink } from "@stead/protocol";
import type { ReactElement } from "react";
import { SelectField } from "../../ui/field.tsx";
import { TRUST_CHOICES } from "./trust-choices.ts";

const CONTENT = "content";
const kinds = [
  { value: CONTENT, label: "content" },
  ...sinkKindSchema.options.map((value) => ({ value, label: value })),
];
/** How many of an amount's units make one of what people write. */
const SCALES = [
  { value: "1", label: "as people write it" },
  { value: "100", label: "in hundredths (cents)" },
  { value: "1000", label: "in thousandths" },
  { value: "1000000", label: "in millionths" },
];

interface ArgumentTermsProps {
  contract: Contract;
  onChange: (contract: Contract) => void;
  name: string;
  why: string;
}

export function ArgumentTerms({ contract, onChange, name, why }: ArgumentTermsProps): ReactElement {
  const sink = contract.sinks[name];
  const { [name]: _without, ...others } = contract.sinks;
  const set = (next: Sink | undefined): void =>
    onChange({ ...contract, sinks: next ? { ...others, [name]: next } : others });
  const setKind = (value: string): void => {
    const kind = sinkKindSchema.safeParse(value);
    const trust = sink?.trust ?? "person";
    set(kind.success ? { kind: kind.data, trust } : undefined);
  };
  return (
    <li className="grid items-start gap-2 border-b border-line/60 py-1.5 md:grid-cols-[1fr_8rem_15rem]">
      <span className="min-w-0">
        <code className="font-mono text-xs font-medium">{name}</code>
        <span className="block text-xs text-quiet">{why}</span>
      </span>
      <SelectField
        bare
        label={`${name} is`}
        value={sink?.kind ?? CONTENT}
        choices={kinds}
        onChange={({ target }) => setKind(target.value)}
      />
      {sink === undefined ? null : (
        <div className="flex flex-col gap-1">
          <SelectField
            bare
            label={`${name} needs`}
            value={sink.trust}
            choices={TRUST_CHOICES}
            onChange={({ target }) => set({ ...sink, trust: trustSchema.parse(target.value) })}
          />
          {sink.kind === "amount" ? <Scale sink={sink} name={name} onChange={set} /> : null}
        </div>
      )}
    </li>
  );
}

function Scale(props: { sink: Sink; name: string; onChange: (sink: Sink) => void }): ReactElement {
  const { scale, ...rest } = props.sink;
  const value = String(scale ?? 1);
  const choices = SCALES.some((one) => one.value === value)
    ? SCALES
    : [...SCALES, { value, label: `${value} to one` }];
  return (
    <SelectField
      bare
      label={`${props.name} is written`}
      value={value}
      choices={choices}
      onChange={({ target }) =>
        props.onChange(target.value === "1" ? rest : { ...rest, scale: Number(target.value) })
      }
    />
  );
}
