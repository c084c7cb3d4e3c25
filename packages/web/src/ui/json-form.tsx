// A form made from a tool's argument schema, or from the arguments themselves where there is none.
import type { ReactElement } from "react";
import { SelectField, TextArea, TextField } from "./field.tsx";

export type Draft = Record<string, string>;
type Kind = "string" | "number" | "integer" | "boolean" | "json";

export interface FormField {
  name: string;
  /** What people call it; the name where the schema has no title. */
  title: string;
  kind: Kind;
  required: boolean;
  hint: string;
  /** What it is when it is left out. */
  usual: string;
  choices: string[] | null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(type: unknown, value: unknown): Kind {
  if (type === "string" || type === "number" || type === "integer" || type === "boolean") {
    return type;
  }
  if (type === undefined && typeof value === "string") return "string";
  if (type === undefined && typeof value === "number") return "number";
  if (type === undefined && typeof value === "boolean") return "boolean";
  return "json";
}

function choicesOf(schema: Record<string, unknown>): string[] | null {
  const options: unknown = schema["enum"];
  if (!Array.isArray(options)) return null;
  return options.filter((option): option is string => typeof option === "string");
}

/** One field for each argument that the schema or the call knows. */
export function fieldsOf(schema: unknown, values: Record<string, unknown>): FormField[] {
  const root = isObject(schema) ? schema : {};
  const properties = isObject(root["properties"]) ? root["properties"] : {};
  const required = Array.isArray(root["required"]) ? root["required"] : [];
  const names = new Set([...Object.keys(properties), ...Object.keys(values)]);
  return [...names].map((name) => {
    const property = isObject(properties[name]) ? properties[name] : {};
    const { description: hint, title, default: usual } = property;
    return {
      name,
      title: typeof title === "string" ? title : name,
      usual: typeof usual === "string" || typeof usual === "number" ? String(usual) : "",
      kind: kindOf(property["type"], values[name]),
      required: required.includes(name),
      hint: typeof hint === "string" ? hint : "",
      choices: choicesOf(property),
    };
  });
}

export function draftOf(fields: FormField[], values: Record<string, unknown>): Draft {
  return Object.fromEntries(
    fields.map((field) => {
      const value = values[field.name];
      if (value === undefined) return [field.name, ""];
      return [field.name, typeof value === "string" ? value : JSON.stringify(value)];
    }),
  );
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type Parsed = { ok: true; value: Record<string, Json> } | { ok: false; why: Draft };

function parseOne(field: FormField, text: string): Json {
  if (field.kind === "string") return text;
  const value: Json = JSON.parse(text);
  if (field.kind === "json") return value;
  if (field.kind === "integer" && !Number.isInteger(value)) throw new Error("a whole number");
  if (field.kind === "boolean" && typeof value !== "boolean") throw new Error("true or false");
  if (field.kind === "number" && typeof value !== "number") throw new Error("a number");
  return value;
}

export function parseDraft(fields: FormField[], draft: Draft): Parsed {
  const value: Record<string, Json> = {};
  const why: Draft = {};
  for (const field of fields) {
    const text = draft[field.name] ?? "";
    if (text === "" && !field.required) continue;
    try {
      value[field.name] = parseOne(field, text);
    } catch {
      const word = { string: "text", json: "JSON", integer: "a whole number" };
      why[field.name] = `This must be ${
        field.kind === "string" || field.kind === "json" || field.kind === "integer"
          ? word[field.kind]
          : field.kind === "number"
            ? "a number"
            : "true or false"
      }.`;
    }
  }
  return Object.keys(why).length === 0 ? { ok: true, value } : { ok: false, why };
}

interface JsonFormProps {
  fields: FormField[];
  draft: Draft;
  errors: Draft;
  onChange: (draft: Draft) => void;
}

export function JsonForm({ fields, draft, errors, onChange }: JsonFormProps): ReactElement {
  if (fields.length === 0) return <p className="text-quiet">It takes no arguments.</p>;
  return (
    <div className="flex flex-col gap-3">
      {fields.map((field) => (
        <JsonField
          key={field.name}
          field={field}
          value={draft[field.name] ?? ""}
          error={errors[field.name] ?? null}
          onChange={(text) => onChange({ ...draft, [field.name]: text })}
        />
      ))}
    </div>
  );
}

function JsonField(props: {
  field: FormField;
  value: string;
  error: string | null;
  onChange: (text: string) => void;
}): ReactElement {
  const { field, value, error, onChange } = props;
  const label = field.required ? field.title : `${field.title} (optional)`;
  const frame = { label, hint: field.hint === "" ? undefined : field.hint, error };
  const options = field.kind === "boolean" ? ["true", "false"] : field.choices;
  if (options !== null) {
    const choices = ["", ...options].map((option) => ({ value: option, label: option }));
    return (
      <SelectField
        {...frame}
        choices={choices}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  if (field.kind === "json" || value.length > 60) {
    return (
      <TextArea
        {...frame}
        className="font-mono"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  }
  return (
    <TextField
      {...frame}
      className="font-mono"
      placeholder={field.usual}
      inputMode={field.kind === "string" ? "text" : "decimal"}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
