// How a send is told in a word or two: its classes, what was replaced, what came of it.
import type { Send } from "@stead/protocol";
import type { ReactElement } from "react";
import { ClassBadge } from "../../ui/class-look.tsx";
import { count } from "../../ui/format.ts";

export function Classes({ of }: { of: string[] }): ReactElement {
  if (of.length === 0) return <span className="text-quiet">no class</span>;
  return (
    <span className="flex flex-wrap gap-1">
      {of.map((each) => (
        <ClassBadge key={each} of={each} />
      ))}
    </span>
  );
}

export function Replaced({ of }: { of: Send["replaced"] }): ReactElement {
  if (of.length === 0) return <span className="text-quiet">nothing</span>;
  return (
    <span className="flex flex-wrap gap-1">
      {of.map((each) => (
        <span key={each.class} className="flex items-center gap-1 text-xs">
          {count(each.count)} <ClassBadge of={each.class} />
        </span>
      ))}
    </span>
  );
}

export function Outcome({ of }: { of: Send["outcome"] }): ReactElement {
  if (of === null) return <span className="text-ask">not settled</span>;
  if (of.code !== null) return <span className="text-deny">{of.code}</span>;
  if (of.status === null) return <span className="text-quiet">answered</span>;
  return <span className={of.status >= 400 ? "text-deny" : "text-quiet"}>{of.status}</span>;
}
