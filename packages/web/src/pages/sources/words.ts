// What the states of a source and the kinds of its rights are called.
import type { Reply } from "../../api/client.ts";
import type { Tone } from "../../ui/badge.tsx";

export type SourceEntry = Reply<"source.list">["items"][number];
export type SourceView = Reply<"source.get">;
export type ConnectorEntry = Reply<"connector.list">["items"][number];
export type AuthEntry = ConnectorEntry["crawl"];

export const STATE: Record<SourceEntry["state"], [Tone, string]> = {
  new: ["plain", "not connected yet"],
  syncing: ["live", "reading"],
  live: ["permit", "in step"],
  paused: ["ask", "paused"],
  reconnect: ["deny", "sign in again"],
  failed: ["deny", "failed"],
  leaving: ["plain", "being forgotten"],
};

export const RIGHTS: Record<ConnectorEntry["rights"], string> = {
  mirrored: "Its own permissions come along and are kept in step.",
  asked: "The source is asked, for each person, whether they may read it.",
  live: "It is asked as the person each time; nothing of it is kept.",
};

export const JOB: Record<SourceView["health"]["jobs"][number]["kind"], string> = {
  people: "Users and groups",
  items: "Everything compared",
  access: "Rights worked out",
  content: "Contents",
  changes: "Changes",
};

/** What a number of the health opens, as the panel is called. */
export const ROWS = {
  documents: "documents",
  containers: "folders",
  indexed: "documents that can be searched",
  pending: "documents still to read",
  failed: "documents that failed",
  skipped: "documents left out",
  "without-readers": "items without known readers",
  newest: "newest changes",
  slowest: "slowest of the newest changes",
  waiting: "changes not in force yet",
} as const;
export type RowsOf = keyof typeof ROWS;

export function isRows(given: string | undefined): given is RowsOf {
  return given !== undefined && given in ROWS;
}

export const HOW = {
  directory: "by their address in the source's directory",
  "sign-in": "by signing in there",
  administrator: "by an administrator's word",
} as const;
