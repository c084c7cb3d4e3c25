// A filter as a pill: its name, its value, and a cross that takes it off.
import type { ReactElement } from "react";
import { Icon } from "./icons.tsx";

export function FilterPill(props: {
  name: string;
  value: string;
  onClear: () => void;
}): ReactElement {
  return (
    <span className="inline-flex h-6 items-center gap-1 rounded-full border border-line-strong bg-surface pl-2.5 text-xs">
      <span className="text-quiet">{props.name}</span>
      <span className="max-w-48 truncate font-medium">{props.value}</span>
      <button
        type="button"
        aria-label={`Clear filter ${props.name}: ${props.value}`}
        onClick={props.onClear}
        className="inline-flex size-6 items-center justify-center rounded-full text-quiet hover:text-ink"
      >
        <Icon name="close" size={12} />
      </button>
    </span>
  );
}
