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
  items: "Items and permissions",
  changes: "Changes",
  access: "Rights worked out anew",
  content: "Contents",
};

export const HOW = {
  directory: "by their address in the source's directory",
  "sign-in": "by signing in there",
  administrator: "by an administrator's word",
} as const;
