// One field or column, and the class that its values have; none: they are not registered.
import { useId } from "react";
import type { ReactElement } from "react";

const CLASSES = ["pii", "phi", "financial", "secret"];

export function ClassField(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}): ReactElement {
  const { label, value, onChange } = props;
  const id = useId();
  const choices = [...new Set([...CLASSES, ...(value === "" ? [] : [value])])];
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_11rem] items-center gap-3">
      <label htmlFor={id} className="truncate font-mono text-xs">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-7 w-full rounded-md border border-line-strong bg-surface px-2 text-sm text-ink"
      >
        <option value="">not registered</option>
        {choices.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
    </div>
  );
}
