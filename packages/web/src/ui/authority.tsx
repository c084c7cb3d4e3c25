// The line of authority: who asked, through which agent, what is called, where it goes. On every act.
import type { ReactElement, ReactNode } from "react";
import { Icon } from "./icons.tsx";

export interface Link {
  what: string;
  name: ReactNode;
}

export function Authority({ links }: { links: Link[] }): ReactElement {
  return (
    <ol className="flex flex-wrap items-stretch gap-y-2" aria-label="Line of authority">
      {links.map((link, index) => (
        <li key={link.what} className="flex items-center">
          {index === 0 ? null : (
            <span className="mx-2 text-quiet">
              <Icon name="right" size={12} />
            </span>
          )}
          <span className="flex flex-col">
            <span className="text-xs text-quiet">{link.what}</span>
            <span className="font-medium">{link.name}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

/** "Ada Park <ada@…>" without the address, which is in the trace. */
export function nameOf(actingAs: string): string {
  return actingAs.replace(/\s*<[^>]*>$/, "");
}

/** Who acts, as a clause: a person acts with their own rights, anything else is named. */
export function actsAsClause(actingAs: string): string {
  if (actingAs === "" || /^(will )?acts? as /.test(actingAs)) return actingAs;
  const name = nameOf(actingAs);
  return name === actingAs ? `acts as ${name}` : `acts as ${name}, with their own rights`;
}
