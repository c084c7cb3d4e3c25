// A search field that asks once the typing pauses; / puts the cursor here.
import { useEffect, useRef, useState } from "react";
import type { ReactElement } from "react";
import { Icon } from "./icons.tsx";

const PAUSE_MS = 200;

export function SearchBox(props: {
  label: string;
  value: string;
  onSearch: (text: string | undefined) => void;
}): ReactElement {
  const { label, value, onSearch } = props;
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(value);
  useEffect(() => {
    // The URL changed by other means (back, a pill): follow it.
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (next: string): void => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      sent.current = next;
      onSearch(next === "" ? undefined : next);
    }, PAUSE_MS);
  };
  return (
    <label className="flex h-7 min-w-48 grow items-center gap-2 rounded-md border border-line-strong bg-surface px-2 text-quiet focus-within:outline-2 focus-within:outline-focus">
      <Icon name="search" size={14} />
      <span className="sr-only">{label}</span>
      <input
        data-search=""
        type="search"
        placeholder={label}
        value={text}
        maxLength={100}
        onChange={(event) => change(event.target.value)}
        className="min-w-0 grow bg-transparent text-ink outline-none"
      />
    </label>
  );
}
