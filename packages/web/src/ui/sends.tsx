// What would leave, where the destination asks first: of which class, how many values, where to.
import type { AskedSend } from "@stead/protocol";
import type { ReactElement } from "react";
import { Badge } from "./badge.tsx";

export function Sends({ of }: { of: readonly AskedSend[] }): ReactElement {
  return (
    <section
      aria-label="What would be sent"
      className="flex flex-col gap-1 rounded-md bg-ask-wash px-2.5 py-2"
    >
      {of.map(({ destination, class: name, count }) => (
        <p key={`${destination} ${name}`} className="flex flex-wrap items-center gap-x-1.5">
          <Badge tone="ask">{name}</Badge>
          <span>{told(count)}</span>
          <span className="text-quiet">to</span>
          <code className="font-mono text-xs break-all">{destination}</code>
        </p>
      ))}
    </section>
  );
}

function told(count: number): string {
  if (count === 0) return "by its label: what was read may hold any of it";
  return count === 1 ? "1 value stands in it" : `${count} values stand in it`;
}
