// Who can write a result and its parts, what they hold, and for whom they are.
import { trustSchema } from "@stead/protocol";
import type { Contract, ResultField } from "@stead/protocol";
import { useState } from "react";
import type { ReactElement } from "react";
import { useRead } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { CheckField, SelectField, TextField } from "../../ui/field.tsx";
import type { Choice } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { TRUST_CHOICES } from "./trust-choices.ts";

interface ResultTermsProps {
  contract: Contract;
  onChange: (contract: Contract) => void;
  whyOf: (about: string) => string;
}

export function ResultTerms({ contract, onChange, whyOf }: ResultTermsProps): ReactElement {
  const { result, fields = {} } = contract;
  const groups = useRead("group.list", {});
  const readers = (groups.data?.items ?? []).map(({ id, name }) => ({
    value: `group:${id}`,
    label: `${name} alone`,
  }));
  const setField = (name: string, field: ResultField | undefined): void => {
    const { [name]: _before, ...others } = fields;
    onChange({ ...contract, fields: field ? { ...others, [name]: field } : others });
  };
  return (
    <Section title="Its result">
      <div className="grid max-w-3xl items-start gap-3 md:grid-cols-2">
        <SelectField
          label="Written by"
          value={result.trust}
          choices={TRUST_CHOICES}
          hint={whyOf("result")}
          onChange={({ target }) => {
            const trust = trustSchema.parse(target.value);
            onChange({ ...contract, result: { ...result, trust } });
          }}
        />
        <ClassesField
          label="Data classes"
          classes={result.classes}
          onChange={(classes) => onChange({ ...contract, result: { ...result, classes } })}
        />
        <AudienceField
          label="For"
          audience={result.audience}
          groups={readers}
          onChange={(audience) => onChange({ ...contract, result: { ...result, audience } })}
        />
        <CheckField
          label="Only the person who asks may see it"
          hint="What is sent on is refused to everybody else."
          checked={contract.resultForCallerOnly}
          onChange={({ target }) => onChange({ ...contract, resultForCallerOnly: target.checked })}
        />
      </div>
      <ul aria-label="Parts of the result" className="mt-2 flex max-w-3xl flex-col">
        {Object.entries(fields).map(([name, field]) => (
          <FieldRow
            key={name}
            name={name}
            field={field}
            groups={readers}
            why={whyOf(`fields.${name}`)}
            onChange={(next) => setField(name, next)}
          />
        ))}
      </ul>
      <AddField
        taken={Object.keys(fields)}
        onAdd={(name) => setField(name, { trust: result.trust, classes: [] })}
      />
    </Section>
  );
}

function FieldRow(props: {
  name: string;
  field: ResultField;
  groups: Choice[];
  why: string;
  onChange: (field: ResultField | undefined) => void;
}): ReactElement {
  const { name, field, groups, why, onChange } = props;
  return (
    <li className="grid items-start gap-2 border-b border-line/60 py-1.5 md:grid-cols-[1fr_15rem_8rem_8rem_auto]">
      <span className="min-w-0">
        <code className="font-mono text-xs font-medium">{name}</code>
        <span className="block text-xs text-quiet">{why}</span>
      </span>
      <SelectField
        bare
        label={`${name} is written by`}
        value={field.trust}
        choices={TRUST_CHOICES}
        onChange={({ target }) => onChange({ ...field, trust: trustSchema.parse(target.value) })}
      />
      <ClassesField
        bare
        label={`${name} holds`}
        classes={field.classes}
        onChange={(classes) => onChange({ ...field, classes })}
      />
      <AudienceField
        bare
        label={`${name} is for`}
        audience={field.audience ?? []}
        groups={groups}
        onChange={(audience) => {
          const { audience: _before, ...rest } = field;
          onChange(audience.length > 0 ? { ...rest, audience } : rest);
        }}
      />
      <Button aria-label={`Remove ${name}`} onClick={() => onChange(undefined)}>
        Remove
      </Button>
    </li>
  );
}

/** Typed with commas; told when the field is left, so that a comma can be typed at all. */
function ClassesField(props: {
  label: string;
  classes: string[];
  bare?: boolean;
  onChange: (classes: string[]) => void;
}): ReactElement {
  const { label, classes, bare = false, onChange } = props;
  const shown = classes.join(", ");
  return (
    <TextField
      bare={bare}
      label={label}
      key={shown}
      defaultValue={shown}
      placeholder="none"
      onBlur={({ target }) => {
        const next = target.value.split(",").map((each) => each.trim().toLowerCase());
        const named = [...new Set(next.filter((each) => each !== ""))];
        if (named.join(", ") !== shown) onChange(named);
      }}
    />
  );
}

const ALL = "";

function AudienceField(props: {
  label: string;
  audience: string[];
  groups: Choice[];
  bare?: boolean;
  onChange: (audience: string[]) => void;
}): ReactElement {
  const { label, audience, groups, bare = false, onChange } = props;
  const value = audience.join(" ");
  const choices = [{ value: ALL, label: "whoever may ask" }, ...groups];
  const isOdd = !choices.some((choice) => choice.value === value);
  return (
    <SelectField
      bare={bare}
      label={label}
      value={value}
      choices={isOdd ? [...choices, { value, label: value }] : choices}
      onChange={({ target }) => onChange(target.value === ALL ? [] : target.value.split(" "))}
    />
  );
}

function AddField(props: { taken: string[]; onAdd: (name: string) => void }): ReactElement {
  const [name, setName] = useState("");
  const trimmed = name.trim();
  const isTaken = props.taken.includes(trimmed);
  const add = (): void => {
    if (trimmed === "" || isTaken) return;
    props.onAdd(trimmed);
    setName("");
  };
  return (
    <div className="mt-2 flex max-w-sm items-end gap-2">
      <TextField
        label="A part by its name"
        value={name}
        error={isTaken ? "It is there already." : null}
        onChange={({ target }) => setName(target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          add();
        }}
      />
      <Button onClick={add}>Add</Button>
    </div>
  );
}
