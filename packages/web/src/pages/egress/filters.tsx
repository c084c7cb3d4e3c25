// What of the log is shown: by destination, class, person, run, time and what came of it. All of it is in the URL.
import type { Send } from "@stead/protocol";
import { getRouteApi } from "@tanstack/react-router";
import { useId } from "react";
import type { ReactElement } from "react";
import { useRead } from "../../api/use.ts";
import { SelectField, TextField } from "../../ui/field.tsx";
import { PersonPicker } from "../../ui/person-picker.tsx";
import { FilterPill } from "../../ui/pill.tsx";
import { CLASSES } from "./cleared.ts";
import { ONLY, PILLS, type EgressSearch, type Pill } from "./wish.ts";

const route = getRouteApi("/egress");

const CLASS_CHOICES = [
  { value: "", label: "Any class" },
  ...CLASSES.map((value) => ({ value, label: value })),
];
const ONLY_CHOICES = [
  { value: "", label: "All sends" },
  ...Object.entries(ONLY).map(([value, label]) => ({ value, label })),
];

export function Filters({ sends }: { sends: readonly Send[] }): ReactElement {
  const known = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<EgressSearch>): void =>
    void navigate({ search: (before) => ({ ...before, send: undefined, ...change }) });
  return (
    <div className="flex flex-col gap-2 border-b border-line px-4 py-2">
      <Fields set={set} />
      <div className="flex flex-wrap gap-2 empty:hidden">
        {PILLS.map((name) => {
          const value = known[name];
          if (value === undefined || value === "") return null;
          return (
            <FilterPill
              key={name}
              name={NAMES[name]}
              value={wordFor(name, value, sends)}
              onClear={() => set({ [name]: undefined })}
            />
          );
        })}
      </div>
    </div>
  );
}

const NAMES: Readonly<Record<Pill, string>> = {
  destination: "to",
  class: "class",
  person: "for",
  run: "run",
  only: "only",
};

function wordFor(name: Pill, value: string, sends: readonly Send[]): string {
  if (name === "only") return value === "failed" || value === "replaced" ? ONLY[value] : value;
  if (name !== "person") return value;
  return sends.find(({ run }) => run?.personId === value)?.run?.personName ?? value;
}

interface FieldProps {
  readonly set: (change: Partial<EgressSearch>) => void;
}

/** Typed in full or chosen from those that were sent to: exactly that one. */
function DestinationField({ set }: FieldProps): ReactElement {
  const list = useId();
  const destinations = useRead("egress.destinations", {});
  const names = (destinations.data?.items ?? []).map(({ destination }) => destination);
  const go = (value: string): void => {
    const destination = value.trim();
    if (destination !== "") set({ destination });
  };
  return (
    <>
      <TextField
        bare
        data-search=""
        label="Destination"
        placeholder="To: host:port"
        className="min-w-56 font-mono text-xs"
        list={list}
        onInput={({ nativeEvent, currentTarget: { value } }) => {
          // Chosen from the list, not typed so far: a name may begin another.
          const isTyped =
            nativeEvent instanceof InputEvent && nativeEvent.inputType !== "insertReplacementText";
          if (!isTyped && names.includes(value)) go(value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") go(event.currentTarget.value);
        }}
      />
      <datalist id={list}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

function Fields({ set }: FieldProps): ReactElement {
  const known = route.useSearch();
  return (
    <div className="flex flex-wrap items-center gap-2">
      {known.destination === undefined ? <DestinationField set={set} /> : null}
      {known.person === undefined ? (
        <PersonPicker bare label="For" personId={undefined} onPick={(person) => set({ person })} />
      ) : null}
      {known.class === undefined ? (
        <SelectField
          bare
          label="Class"
          value=""
          choices={CLASS_CHOICES}
          onChange={({ target }) => set({ class: target.value })}
        />
      ) : null}
      {known.only === undefined ? (
        <SelectField
          bare
          label="Which sends"
          value=""
          choices={ONLY_CHOICES}
          onChange={({ target: { value } }) =>
            set({ only: value === "failed" || value === "replaced" ? value : undefined })
          }
        />
      ) : null}
      {(["from", "to"] as const).map((end) => (
        <TextField
          key={end}
          bare
          label={end === "from" ? "From day" : "To day"}
          title={end === "from" ? "From day" : "To day"}
          className="max-w-34"
          type="date"
          value={known[end] ?? ""}
          onChange={({ target }) => set({ [end]: target.value === "" ? undefined : target.value })}
        />
      ))}
    </div>
  );
}
