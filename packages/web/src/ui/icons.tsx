// A dozen icons drawn by hand on a 16-pixel grid. They decorate: the words beside them carry the meaning.
import type { ReactElement } from "react";

const PATHS = {
  ask: "M2.5 3.5h11v7h-6l-3 2.5v-2.5h-2z",
  inbox: "M2.5 9.5 4.5 3h7l2 6.5v3.5h-11zM2.5 9.5h3l1 1.5h3l1-1.5h3",
  runs: "M3 3.5h4M3 8h10M6 12.5h7",
  agents: "M2.5 2.5h7v7h-7zM6.5 6.5h7v7h-7z",
  tools:
    "M10.5 2.5a3 3 0 0 0-2.7 4.3L2.5 12l1.5 1.5 5.2-5.3a3 3 0 0 0 4.1-3.6L11.5 6.500 9.500 4.500z",
  people:
    "M6 7.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM1.500 13.500c0-5 9-5 9 0M10.500 2.800a2.500 2.500 0 0 1 0 4.500M12.300 9.800c1.500.6 2.200 2 2.200 3.700",
  policies:
    "M8 1.8 3 3.500v4c0 3.300 2 5.300 5 6.700 3-1.400 5-3.400 5-6.700v-4zM5.800 7.800l1.600 1.600 2.900-3",
  ledger: "M3.500 2.500h9v11h-9zM6 5.500h4M6 8h4M6 10.500h2.500",
  egress: "M6.500 3h-4v10h4M6 8h8M11 5l3 3-3 3",
  known: "M2.500 3.500h11v9h-11zM2.500 6.500h11M5.500 9.500h3M10.500 9.500h.5",
  detectors:
    "M2.500 5v-2.500h2.500M11 2.500h2.500v2.500M13.500 11v2.500h-2.500M5 13.500h-2.500v-2.500M5 6.500h6M5 9.500h3.500",
  redteam: "M8 2v3M8 11v3M2 8h3M11 8h3M8 12.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9Z",
  keys: "M6 13a3.500 3.500 0 1 0-2.500-6A3.500 3.500 0 0 0 6 13ZM8 7l5.500-4.500M11 4.500l1.800 2",
  sources:
    "M8 2.500c-3 0-5 .8-5 2v7c0 1.200 2 2 5 2s5-.8 5-2v-7c0-1.200-2-2-5-2ZM3 4.500c0 1.200 2 2 5 2s5-.8 5-2M3 8c0 1.200 2 2 5 2s5-.8 5-2",
  eye: "M1.500 8c3-5.500 10-5.500 13 0-3 5.500-10 5.500-13 0ZM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  link: "M6.500 9.500l3-3M7 4.500l1.500-1.500a2.800 2.800 0 0 1 4 4L11 8.500M9 11.500 7.500 13a2.800 2.800 0 0 1-4-4L5 7.500",
  menu: "M2.500 4.500h11M2.500 8h11M2.500 11.500h11",
  close: "M4 4l8 8M12 4l-8 8",
  down: "M4 6l4 4 4-4",
  right: "M6 4l4 4-4 4",
  up: "M8 13V3M4 7l4-4 4 4",
  search: "M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9ZM10.500 10.500l3 3",
  plus: "M8 3v10M3 8h10",
  copy: "M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3",
  check: "M3 8.500l3.500 3.500L13 4.500",
  stop: "M4 4h8v8H4z",
  out: "M6.500 3h-4v10h4M6 8h8",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }): ReactElement {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinejoin="round"
      strokeLinecap="round"
      className="shrink-0"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** One square standing before another: in somebody's stead. */
export function Mark(): ReactElement {
  return (
    <svg aria-hidden="true" width="16" height="16" viewBox="0 0 16 16" className="shrink-0">
      <rect
        x="1.75"
        y="1.75"
        width="8.5"
        height="8.5"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      />
      <rect x="6" y="6" width="9" height="9" fill="currentColor" />
    </svg>
  );
}
