// Ctrl-K: go to a screen, an agent, a thread, by typing a part of its name.
import { Dialog as Base } from "@base-ui/react/dialog";
import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import type { KeyboardEvent, ReactElement } from "react";
import { useRead } from "../api/use.ts";
import type { Place } from "./places.ts";
import { useMay } from "./session.tsx";

interface Entry {
  id: string;
  kind: string;
  name: string;
  go: () => void;
}

const SHOWN_MAX = 12;

function useEntries(places: Place[], onClose: () => void): Entry[] {
  const navigate = useNavigate();
  const may = useMay();
  const agents = useRead("agent.list", {}, { enabled: may("agent.list") });
  const threads = useRead("thread.list", { query: {} }, { enabled: may("thread.list") });
  const then = (going: Promise<void>): void => {
    onClose();
    void going;
  };
  return [
    ...places.map((place) => ({
      id: place.to,
      kind: "Screen",
      name: place.name,
      go: () => then(navigate({ to: place.to })),
    })),
    ...(agents.data?.items ?? []).map((agent) => ({
      id: agent.id,
      kind: agent.mayUse ? "Ask" : "Agent",
      name: agent.draft.name,
      go: () =>
        then(
          agent.mayUse
            ? navigate({ to: "/ask", search: { agent: agent.id } })
            : navigate({ to: "/agents/$agentId", params: { agentId: agent.id } }),
        ),
    })),
    ...(threads.data?.items ?? []).map((thread) => ({
      id: thread.id,
      kind: "Thread",
      name: thread.title,
      go: () => then(navigate({ to: "/ask/$threadId", params: { threadId: thread.id } })),
    })),
  ];
}

export function CommandMenu(props: {
  open: boolean;
  onClose: () => void;
  places: Place[];
}): ReactElement {
  return (
    <Base.Root open={props.open} onOpenChange={(open) => (open ? undefined : props.onClose())}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Base.Popup
          data-modal=""
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[60vh] w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line bg-surface shadow-xl outline-none"
        >
          <Base.Title className="sr-only">Go to</Base.Title>
          <Choices places={props.places} onClose={props.onClose} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Choices({ places, onClose }: { places: Place[]; onClose: () => void }): ReactElement {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const words = text.toLowerCase().split(/\s+/);
  const found = useEntries(places, onClose)
    .filter((entry) =>
      words.every((word) => `${entry.kind} ${entry.name}`.toLowerCase().includes(word)),
    )
    .slice(0, SHOWN_MAX);
  const chosen = Math.min(at, found.length - 1);
  const press = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setAt(Math.min(found.length - 1, chosen + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, chosen - 1));
    else if (event.key === "Enter") found[chosen]?.go();
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        role="combobox"
        aria-label="Go to a screen, an agent or a thread"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={`${listId}-${chosen}`}
        placeholder="Go to a screen, an agent or a thread"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
        className="h-11 border-b border-line bg-transparent px-4 text-base outline-none"
      />
      <div role="listbox" id={listId} aria-label="Places" className="min-h-0 overflow-y-auto p-1.5">
        {found.length === 0 ? <p className="p-2.5 text-quiet">Nothing by that name.</p> : null}
        {found.map((entry, index) => (
          <div
            key={entry.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === chosen}
            tabIndex={-1}
            onMouseMove={() => setAt(index)}
            onClick={entry.go}
            onKeyDown={press}
            className="flex h-8 cursor-pointer items-center gap-3 rounded-md px-2.5 aria-selected:bg-sunken"
          >
            <span className="w-14 shrink-0 text-xs text-quiet">{entry.kind}</span>
            <span className="truncate">{entry.name}</span>
          </div>
        ))}
      </div>
    </>
  );
}
