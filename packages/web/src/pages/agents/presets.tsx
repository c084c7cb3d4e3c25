// Per argument: the model sets it, or it is fixed, or it comes from who acts (and the model never sees it).
import type { Preset } from "@stead/protocol";
import type { ReactElement } from "react";
import { SelectField, TextField } from "../../ui/field.tsx";
import { fieldsOf } from "../../ui/json-form.tsx";
import type { FormField } from "../../ui/json-form.tsx";
import { oneLine } from "../../ui/format.ts";

type Presets = Record<string, Preset>;

const SOURCES = [
  { value: "model", label: "set by the model" },
  { value: "fixed", label: "always this value" },
  { value: "identity.id", label: "the person's id" },
  { value: "identity.email", label: "the person's e-mail" },
  { value: "identity.name", label: "the person's name" },
  { value: "identity.department", label: "the person's department" },
];

function sourceOf(preset: Preset | undefined): string {
  if (preset === undefined) return "model";
  return preset.kind === "fixed" ? "fixed" : `identity.${preset.field}`;
}

function presetFor(source: string): Preset | null {
  switch (source) {
    case "fixed":
      return { kind: "fixed", value: "" };
    case "identity.id":
      return { kind: "identity", field: "id" };
    case "identity.email":
      return { kind: "identity", field: "email" };
    case "identity.name":
      return { kind: "identity", field: "name" };
    case "identity.department":
      return { kind: "identity", field: "department" };
    default:
      return null;
  }
}

/** A fixed value is typed as the schema wants it, where the text allows that. */
function typed(field: FormField, text: string): Extract<Preset, { kind: "fixed" }>["value"] {
  if (field.kind === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function Presets(props: {
  schema: unknown;
  presets: Presets;
  onChange: (presets: Presets) => void;
}): ReactElement | null {
  const { schema, presets, onChange } = props;
  const fields = fieldsOf(schema, presets);
  if (fields.length === 0) return null;
  const set = (name: string, preset: Preset | null): void => {
    const { [name]: _, ...others } = presets;
    onChange(preset === null ? others : { ...others, [name]: preset });
  };
  return (
    <ul className="flex flex-col gap-1">
      {fields.map((field) => (
        <li key={field.name} className="grid grid-cols-[8rem_minmax(0,1fr)] items-center gap-2">
          <code className="truncate font-mono text-xs" title={field.hint}>
            {field.name}
          </code>
          <PresetChoice
            field={field}
            preset={presets[field.name]}
            onChange={(preset) => set(field.name, preset)}
          />
        </li>
      ))}
    </ul>
  );
}

function PresetChoice(props: {
  field: FormField;
  preset: Preset | undefined;
  onChange: (preset: Preset | null) => void;
}): ReactElement {
  const { field, preset, onChange } = props;
  return (
    <span className="grid grid-cols-2 gap-2">
      <SelectField
        bare
        label={`Where ${field.name} comes from`}
        value={sourceOf(preset)}
        choices={SOURCES}
        onChange={(event) => onChange(presetFor(event.target.value))}
      />
      {preset?.kind === "fixed" ? (
        <TextField
          bare
          label={`Fixed value of ${field.name}`}
          className="font-mono"
          value={oneLine(preset.value)}
          onChange={(event) => onChange({ kind: "fixed", value: typed(field, event.target.value) })}
        />
      ) : null}
    </span>
  );
}
