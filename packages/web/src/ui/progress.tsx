// How far something has come, as a bar with its numbers for who can't see it.
import type { ReactElement } from "react";

export function Progress(props: { done: number; total: number; label: string }): ReactElement {
  const { done, total, label } = props;
  const share = total === 0 ? 1 : Math.min(1, done / total);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
      aria-valuetext={`${done} of ${total}`}
      className="h-1 overflow-hidden rounded-full bg-sunken"
    >
      <div className="h-full bg-live" style={{ width: `${share * 100}%` }} />
    </div>
  );
}
