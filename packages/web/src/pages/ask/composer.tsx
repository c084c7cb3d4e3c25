// Where a question is written. Enter sends, Shift-Enter starts a line; while it can't send it says why.
import { useState } from "react";
import type { KeyboardEvent, ReactElement } from "react";
import { Button } from "../../ui/button.tsx";
import { BLANK, edited, isTyped, trimmed, type Written } from "./pasted.ts";

const INPUT_MAX = 200_000;

export function Composer(props: {
  label: string;
  busy: boolean;
  onSend: (written: Written) => void;
  /** Why nothing can be sent now. */
  why?: string | null;
  autoFocus?: boolean;
}): ReactElement {
  const { label, busy, onSend, why = null, autoFocus = false } = props;
  const [written, setWritten] = useState(BLANK);
  const { text } = written;
  const ready = text.trim() !== "" && why === null && !busy;
  const send = (): void => {
    if (!ready) return;
    onSend(trimmed(written));
    setWritten(BLANK);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      className="flex items-end gap-2 rounded-lg border border-line-strong bg-surface p-2 focus-within:outline-2 focus-within:outline-focus"
    >
      <textarea
        aria-label={label}
        placeholder={why ?? label}
        maxLength={INPUT_MAX}
        value={text}
        autoFocus={autoFocus}
        rows={1}
        onChange={({ target, nativeEvent }) =>
          setWritten(edited(written, target.value, !isTyped(nativeEvent)))
        }
        onKeyDown={press}
        className="field-sizing-content max-h-60 min-h-7 grow resize-none bg-transparent px-1.5 py-1 text-base outline-none"
      />
      <Button
        type="submit"
        tone="primary"
        icon="up"
        busy={busy}
        why={why ?? (text.trim() === "" ? "Write a question first." : null)}
      >
        Send
      </Button>
    </form>
  );
}
