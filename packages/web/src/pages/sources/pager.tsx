// Pages of a list that is paged by id: on, and back the way one came.
import { useState } from "react";
import type { ReactElement } from "react";
import { Button } from "../../ui/button.tsx";

export interface Pager {
  /** Part of the query of the list. */
  readonly query: { after?: string };
  readonly back: (() => void) | null;
  readonly on: (next: string) => void;
}

export function usePager(): Pager {
  const [pages, setPages] = useState<string[]>([]);
  const after = pages.at(-1);
  return {
    query: after === undefined ? {} : { after },
    back: pages.length === 0 ? null : () => setPages(pages.slice(0, -1)),
    on: (next) => setPages([...pages, next]),
  };
}

export function PagerButtons(props: { pager: Pager; next: string | null }): ReactElement | null {
  const { pager, next } = props;
  if (pager.back === null && next === null) return null;
  return (
    <div className="flex gap-2">
      {pager.back === null ? null : <Button onClick={pager.back}>Before</Button>}
      {next === null ? null : <Button onClick={() => pager.on(next)}>Next</Button>}
    </div>
  );
}
