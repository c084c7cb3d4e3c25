// The keyboard: g and a letter goes to a screen, j and k move in a list, / searches. No key approves.
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import type { Place } from "./places.ts";

interface Keys {
  places: Place[];
  singleKeys: boolean;
  onMenu: () => void;
  onHelp: () => void;
}

const SEQUENCE_MS = 1200;

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/** Moves focus among the rows of the list that has it, or the page's first list. */
function moveRow(by: 1 | -1): void {
  const all = document.querySelectorAll<HTMLElement>("main [data-row]");
  const rows = Array.from(all).filter((row) => row.offsetParent !== null);
  if (rows.length === 0) return;
  const focused = rows.findIndex((row) => row === document.activeElement);
  const current = focused >= 0 ? focused : rows.findIndex((row) => row.ariaCurrent === "true");
  const next = current < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, current + by));
  rows[next]?.focus();
  rows[next]?.scrollIntoView({ block: "nearest" });
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>("main [data-search]");
  field?.focus();
  field?.select();
  return field !== null;
}

export function useKeys({ places, singleKeys, onMenu, onHelp }: Keys): void {
  const navigate = useNavigate();
  useEffect(() => {
    let wentAt = 0;
    const single = (key: string): boolean => {
      if (Date.now() - wentAt < SEQUENCE_MS) {
        wentAt = 0;
        const place = places.find((item) => item.key === key);
        if (place !== undefined) void navigate({ to: place.to });
        return place !== undefined;
      }
      if (key === "g") wentAt = Date.now();
      else if (key === "j") moveRow(1);
      else if (key === "k") moveRow(-1);
      else if (key === "?") onHelp();
      else if (key === "/") return focusSearch();
      else return false;
      return true;
    };
    const press = (event: KeyboardEvent): void => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        onMenu();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || !singleKeys) return;
      if (typing(event.target) || document.querySelector("[role=dialog][data-modal]") !== null) {
        return;
      }
      if (single(event.key)) event.preventDefault();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [places, singleKeys, onMenu, onHelp, navigate]);
}
