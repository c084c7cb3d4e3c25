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
