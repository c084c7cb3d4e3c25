// The frame around every screen: skip link, sidebar or drawer, the page, the command menu.
import { Dialog as Base } from "@base-ui/react/dialog";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { ReactElement } from "react";
import { IconButton } from "../ui/button.tsx";
import { Mark } from "../ui/icons.tsx";
import { CommandMenu } from "./command-menu.tsx";
import { placesFor } from "./places.ts";
import type { Place } from "./places.ts";
import { useSingleKeys } from "./preferences.ts";
import { SessionGate, useSession } from "./session.tsx";
import { Shortcuts } from "./shortcuts.tsx";
import { Sidebar } from "./sidebar.tsx";
import { useKeys } from "./use-keys.ts";

export function Shell(): ReactElement {
  return (
    <SessionGate>
      <Frame />
    </SessionGate>
  );
}

function Frame(): ReactElement {
  const { actions } = useSession();
  const places = useMemo(() => placesFor(actions), [actions]);
  const [overlay, setOverlay] = useState<"menu" | "help" | null>(null);
  const [singleKeys] = useSingleKeys();
  const onMenu = useCallback(() => setOverlay("menu"), []);
  const onHelp = useCallback(() => setOverlay("help"), []);
  const onClose = useCallback(() => setOverlay(null), []);
  useKeys({ places, singleKeys, onMenu, onHelp });
  return (
    <div className="flex h-full flex-col md:flex-row">
      <a
        href="#page"
        className="sr-only z-50 rounded-md bg-ink px-3 py-1.5 text-paper focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <NarrowBar places={places} onMenu={onMenu} />
      <div className="hidden w-52 shrink-0 border-r border-line md:block">
        <Sidebar places={places} onMenu={onMenu} />
      </div>
      <main id="page" tabIndex={-1} className="min-h-0 min-w-0 grow outline-none">
        <Outlet />
      </main>
      <CommandMenu open={overlay === "menu"} onClose={onClose} places={places} />
      <Shortcuts open={overlay === "help"} onClose={onClose} places={places} />
    </div>
  );
}

function NarrowBar({ places, onMenu }: { places: Place[]; onMenu: () => void }): ReactElement {
  const [open, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => setOpen(false), [path]);
  return (
    <div className="flex h-11 shrink-0 items-center gap-2 border-b border-line px-2 md:hidden">
      <IconButton icon="menu" label="Screens" onClick={() => setOpen(true)} />
      <Mark />
      <span className="font-semibold">Stead</span>
      <IconButton icon="search" label="Go to" className="ml-auto" onClick={onMenu} />
      <Base.Root open={open} onOpenChange={setOpen}>
        <Base.Portal>
          <Base.Backdrop className="fixed inset-0 z-40 bg-black/40" />
          <Base.Popup className="fixed inset-y-0 left-0 z-50 w-60 bg-paper shadow-xl outline-none">
            <Base.Title className="sr-only">Screens</Base.Title>
            <Sidebar
              places={places}
              onMenu={() => {
                setOpen(false);
                onMenu();
              }}
            />
          </Base.Popup>
        </Base.Portal>
      </Base.Root>
    </div>
  );
}
