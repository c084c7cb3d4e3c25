// Something is here that this reader may not see, and why.
import type { ReactElement } from "react";

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
