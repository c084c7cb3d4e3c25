// The terms of a contract as fields, each with the reason of what was proposed beside it.
import { effectClassSchema } from "@stead/protocol";
import type { Contract, JsonSchema } from "@stead/protocol";
import type { ReactElement } from "react";
import { CheckField, SelectField } from "../../ui/field.tsx";
import { fieldsOf } from "../../ui/json-form.tsx";
import { Section } from "../../ui/page.tsx";
import { ArgumentTerms } from "./argument-terms.tsx";
import { ResultTerms } from "./result-terms.tsx";

interface Reason {
  about: string;
  words: string;
}

interface FormProps {
  contract: Contract;
  onChange: (contract: Contract) => void;
  reasons: Reason[];
  inputSchema: JsonSchema;
  isFixed: boolean;
}

const EFFECTS: Record<Contract["effect"], string> = {
  read: "reads only",
  "write-own": "changes what is the person’s own",
  "write-shared": "changes what others share",
  outward: "sends something out",
  irreversible: "can’t be undone",
  money: "moves money",
};
export function ContractForm(props: FormProps): ReactElement {
  const { contract, onChange, reasons, inputSchema, isFixed } = props;
  const whyOf = (about: string): string =>
    reasons
      .filter((reason) => reason.about === about)
      .map(({ words }) => words)
      .join("; ");
  const names = [
    ...new Set([
      ...fieldsOf(inputSchema, {}).map(({ name }) => name),
      ...Object.keys(contract.sinks),
    ]),
  ];
  return (
    <fieldset disabled={isFixed} className="flex flex-col gap-4">
      <legend className="sr-only">Terms</legend>
      <Section title="What it does">
        <div className="grid max-w-3xl gap-3 md:grid-cols-2">
          <SelectField
            label="Effect"
            value={contract.effect}
            choices={effectClassSchema.options.map((value) => ({
              value,
              label: `${value}: ${EFFECTS[value]}`,
            }))}
            hint={whyOf("effect")}
            onChange={({ target }) =>
              onChange({ ...contract, effect: effectClassSchema.parse(target.value) })
            }
          />
          <ReadersField {...props} why={whyOf("readers")} names={names} />
          <CheckField
            label="A repeat with the same key has no second effect"
            hint={whyOf("keyed")}
            checked={contract.keyed}
            onChange={({ target }) => onChange({ ...contract, keyed: target.checked })}
          />
        </div>
      </Section>
      <Section title="Arguments">
        {names.length === 0 ? <p className="text-quiet">It takes none.</p> : null}
        <ul className="flex max-w-3xl flex-col">
          {names.map((name) => (
            <ArgumentTerms key={name} {...props} name={name} why={whyOf(`sinks.${name}`)} />
          ))}
        </ul>
      </Section>
      <ResultTerms contract={contract} onChange={onChange} whyOf={whyOf} />
    </fieldset>
  );
}

const NOBODY = "nobody";

function ReadersField(props: FormProps & { why: string; names: string[] }): ReactElement {
  const { contract, onChange, why, names } = props;
  const { readers } = contract;
  const sinks = Object.keys(contract.sinks);
  const choices = [
    { value: NOBODY, label: "nobody new" },
    { value: "organisation", label: "everybody of the organisation" },
    { value: "outside", label: "anybody, strangers too" },
    ...names
      .filter((name) => sinks.includes(name))
      .flatMap((name) => [
        { value: `people ${name}`, label: `the people that ${name} names` },
        { value: `channel ${name}`, label: `whoever is in ${name}` },
      ]),
  ];
  return (
    <SelectField
      label="What it carries is read by"
      value={valueOf(readers)}
      choices={
        choices.some(({ value }) => value === valueOf(readers))
          ? choices
          : [...choices, { value: valueOf(readers), label: valueOf(readers) }]
      }
      hint={why}
      onChange={({ target }) => {
        const { readers: _before, ...rest } = contract;
        const chosen = target.value === valueOf(readers) ? readers : readersOf(target.value);
        onChange(chosen === undefined ? rest : { ...rest, readers: chosen });
      }}
    />
  );
}

function valueOf(readers: Contract["readers"]): string {
  if (readers === undefined) return NOBODY;
  if (readers.kind === "people") return `people ${readers.arguments.join(", ")}`;
  return readers.kind === "channel" ? `channel ${readers.argument}` : readers.kind;
}

function readersOf(value: string): Contract["readers"] {
  const [kind, ...name] = value.split(" ");
  if (kind === "people") return { kind, arguments: name.join(" ").split(", ") };
  if (kind === "channel") return { kind, argument: name.join(" ") };
  return kind === "organisation" || kind === "outside" ? { kind } : undefined;
}
