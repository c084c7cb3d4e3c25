// Finds one person among many by typing a part of a name.
import { Combobox } from "@base-ui/react/combobox";
import type { Person } from "@stead/protocol";
import { useId, useState } from "react";
import type { ReactElement } from "react";
import { useRead } from "../api/use.ts";
import { placeOf } from "./format.ts";

const FOUND_MAX = 8;

export function PersonPicker(props: {
  label: string;
  /** The label is for screen readers only. */
  bare?: boolean;
  personId: string | undefined;
  onPick: (personId: string) => void;
}): ReactElement {
  const { label, bare = false, personId, onPick } = props;
  const id = useId();
  const [search, setSearch] = useState("");
  const found = useRead("person.list", { query: { search, limit: FOUND_MAX } }, { keep: true });
  const current = useRead(
    "person.get",
    { params: { personId: personId ?? "" } },
    { enabled: personId !== undefined },
  );
  const chosen: Person | null = personId === undefined ? null : (current.data?.person ?? null);
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className={bare ? "sr-only" : "font-medium"}>
        {label}
      </label>
      <Combobox.Root<Person>
        items={found.data?.items ?? []}
        value={chosen}
        filter={null}
        itemToStringLabel={(person) => person.name}
        isItemEqualToValue={(a, b) => a.id === b.id}
        onInputValueChange={setSearch}
        onValueChange={(person) => (person === null ? undefined : onPick(person.id))}
      >
        <Combobox.Input
          id={id}
          placeholder={bare ? `${label}: a part of a name` : "Type a part of a name"}
          className="h-7 w-full rounded-md border border-line-strong bg-surface px-2"
        />
        <Combobox.Portal>
          <Combobox.Positioner sideOffset={4} className="z-50">
            <Combobox.Popup className="max-h-72 w-(--anchor-width) overflow-y-auto rounded-md border border-line-strong bg-surface p-1 shadow-lg">
              <Combobox.Empty className="p-2 text-quiet empty:hidden">
                Nobody by that name.
              </Combobox.Empty>
              <Combobox.List>
                {(person: Person) => (
                  <Combobox.Item
                    key={person.id}
                    value={person}
                    className="flex cursor-pointer items-baseline gap-2 rounded-sm px-2 py-1 data-highlighted:bg-sunken"
                  >
                    <span>{person.name}</span>
                    <span className="truncate text-xs text-quiet">
                      {placeOf(person) || person.email}
                    </span>
                  </Combobox.Item>
                )}
              </Combobox.List>
            </Combobox.Popup>
          </Combobox.Positioner>
        </Combobox.Portal>
      </Combobox.Root>
    </div>
  );
}
