// Something is here that this reader may not see, and why.
import type { ReactElement } from "react";

const MARK = /^\[withheld: (.+)\]$/s;

/** Why a text was withheld by the server; null when it was not. */
export function withheldWhy(text: string): string | null {
  const why = MARK.exec(text.trim())?.[1];
  return why === undefined ? null : `${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
}

export function Withheld({ why }: { why: string }): ReactElement {
  return (
    <div className="hatched rounded-md border border-line p-2">
      <p className="rounded-sm bg-surface px-2.5 py-1.5">
        <span className="font-medium">Withheld. </span>
        <span className="text-quiet">{why}</span>
      </p>
    </div>
  );
}
