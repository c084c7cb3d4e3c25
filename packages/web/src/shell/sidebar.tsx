// The way around: screens that this reader's role has a use for, and who is signed in.
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useRead } from "../api/use.ts";
import { placeOf } from "../ui/format.ts";
import { Icon, Mark } from "../ui/icons.tsx";
import { useTheme } from "./preferences.ts";
import type { Theme } from "./preferences.ts";
import type { Place } from "./places.ts";
import { useMay, useSession } from "./session.tsx";
import { SignOut } from "./sign-out.tsx";

const GROUPS = ["Work", "Build", "Govern", "Mine"] as const;
const ITEM =
  "flex h-7 items-center gap-2.5 rounded-md px-2 text-quiet hover:bg-sunken hover:text-ink current:bg-sunken current:font-medium current:text-ink";

/** Approvals that this reader can answer now. */
function InboxCount(): ReactElement | null {
  const may = useMay();
  const waiting = useRead(
    "approval.list",
    { query: { state: "requested" } },
    { enabled: may("approval.list"), everyMs: 10_000 },
  );
  const mine = (waiting.data?.items ?? []).filter((card) => card.blockedBecause === null).length;
  if (mine === 0) return null;
  return (
    <span className="ml-auto rounded-full bg-ask-wash px-1.5 text-xs font-medium text-ask">
      {mine}
      <span className="sr-only"> waiting for you</span>
    </span>
  );
}

function NavGroup({ name, places }: { name: string; places: Place[] }): ReactElement | null {
  if (places.length === 0) return null;
  return (
    <li>
      <p id={`nav-${name}`} className="px-2 pt-3 pb-1 text-xs text-quiet">
        {name}
      </p>
      <ul aria-labelledby={`nav-${name}`} className="flex flex-col gap-px">
        {places.map((place) => (
          <li key={place.to}>
            <Link to={place.to} className={ITEM} title={`g then ${place.key}`}>
              <Icon name={place.icon} />
              {place.name}
              {place.to === "/inbox" ? <InboxCount /> : null}
            </Link>
          </li>
        ))}
      </ul>
    </li>
  );
}

function isTheme(value: string): value is Theme {
  return value === "system" || value === "light" || value === "dark";
}

function ThemeChoice(): ReactElement {
  const [theme, setTheme] = useTheme();
  return (
    <select
      aria-label="Theme"
      value={theme}
      onChange={(event) => {
        if (isTheme(event.target.value)) setTheme(event.target.value);
      }}
      className="h-6 rounded-sm bg-transparent text-xs text-quiet hover:text-ink"
    >
      <option value="system">System theme</option>
      <option value="light">Light</option>
      <option value="dark">Dark</option>
    </select>
  );
}

export function Sidebar(props: { places: Place[]; onMenu: () => void }): ReactElement {
  const { principal } = useSession();
  return (
    <nav aria-label="Screens" className="flex h-full flex-col px-2.5 py-3">
      <div className="flex items-center gap-2 px-2 pb-2 text-base font-semibold tracking-tight">
        <Mark /> Stead
      </div>
      <button
        type="button"
        onClick={props.onMenu}
        className="mb-1 flex h-7 items-center gap-2 rounded-md border border-line px-2 text-quiet hover:bg-sunken hover:text-ink"
      >
        <Icon name="search" size={14} /> Go to
        <kbd className="ml-auto font-mono text-xs">Ctrl K</kbd>
      </button>
      <ul className="min-h-0 grow overflow-y-auto">
        {GROUPS.map((group) => (
          <NavGroup
            key={group}
            name={group}
            places={props.places.filter((place) => place.group === group)}
          />
        ))}
      </ul>
      <div className="flex flex-col gap-0.5 border-t border-line px-2 pt-2.5">
        <p className="truncate font-medium" title={principal.email}>
          {principal.name}
        </p>
        <p className="truncate text-xs text-quiet">{placeOf(principal) || principal.email}</p>
        <div className="-mx-0.5 flex items-center justify-between pt-1">
          <ThemeChoice />
          <SignOut />
        </div>
      </div>
    </nav>
  );
}
