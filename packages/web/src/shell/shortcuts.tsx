// The list of keys, and the switch that turns single keys off.
import type { ReactElement } from "react";
import { CheckField } from "../ui/field.tsx";
import { Dialog } from "../ui/overlay.tsx";
import { useSingleKeys } from "./preferences.ts";
import type { Place } from "./places.ts";

export function Kbd({ children }: { children: string }): ReactElement {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-line bg-sunken px-1 font-mono text-xs">
      {children}
    </kbd>
  );
}

const GENERAL: [string, string[]][] = [
  ["Go to anything", ["Ctrl", "K"]],
  ["Next and previous row", ["j", "k"]],
  ["Open the row", ["Enter"]],
  ["Search on this page", ["/"]],
  ["Send the question", ["Enter"]],
  ["New line in the question", ["Shift", "Enter"]],
  ["Close a panel", ["Esc"]],
  ["These shortcuts", ["?"]],
];

export function Shortcuts(props: {
  open: boolean;
  onClose: () => void;
  places: Place[];
}): ReactElement {
  const [on, setOn] = useSingleKeys();
  const rows: [string, string[]][] = [
    ...GENERAL,
    ...props.places.map((place): [string, string[]] => [`Go to ${place.name}`, ["g", place.key]]),
  ];
  return (
    <Dialog open={props.open} onClose={props.onClose} title="Keyboard">
      <dl className="grid grid-cols-[1fr_max-content] gap-y-1.5">
        {rows.map(([what, keys]) => (
          <div key={what} className="contents">
            <dt>{what}</dt>
            <dd className="flex justify-end gap-1">
              {keys.map((key, index) => (
                <Kbd key={index}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-4 border-t border-line pt-4">
        <CheckField
          label="Single keys act"
          hint="Turn off if you speak to your computer, or press keys by accident. No key ever approves."
          checked={on}
          onChange={(event) => setOn(event.target.checked)}
        />
      </div>
    </Dialog>
  );
}
