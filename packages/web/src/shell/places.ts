// The screens that can be gone to: where, for whom (the action that makes it of use), and by which keys.
import type { IconName } from "../ui/icons.tsx";

export const PLACES = [
  { group: "Work", name: "Ask", to: "/ask", action: "run.start", icon: "ask", key: "a" },
  { group: "Work", name: "Inbox", to: "/inbox", action: "approval.list", icon: "inbox", key: "i" },
  { group: "Work", name: "Runs", to: "/runs", action: "run.list", icon: "runs", key: "r" },
  { group: "Build", name: "Agents", to: "/agents", action: "agent.list", icon: "agents", key: "g" },
  { group: "Build", name: "Tools", to: "/tools", action: "tool.list", icon: "tools", key: "t" },
  {
    group: "Build",
    name: "Contracts",
    to: "/contracts",
    action: "contract.list",
    icon: "policies",
    key: "c",
  },
  {
    group: "Build",
    name: "Sources",
    to: "/sources",
    action: "source.list",
    icon: "sources",
    key: "s",
  },
  {
    group: "Govern",
    name: "See as",
    to: "/see-as",
    action: "person.see-as",
    icon: "eye",
    key: "w",
  },
  {
    group: "Govern",
    name: "People",
    to: "/people",
    action: "person.list",
    icon: "people",
    key: "p",
  },
  {
    group: "Govern",
    name: "Policies",
    to: "/policies",
    action: "policy.list",
    icon: "policies",
    key: "o",
  },
  {
    group: "Govern",
    name: "Ledger",
    to: "/ledger",
    action: "ledger.search",
    icon: "ledger",
    key: "l",
  },
  {
    group: "Govern",
    name: "Egress",
    to: "/egress",
    action: "egress.list",
    icon: "egress",
    key: "e",
  },
  {
    group: "Govern",
    name: "Known values",
    to: "/known",
    action: "registry.list",
    icon: "known",
    key: "v",
  },
  {
    group: "Govern",
    name: "Detectors",
    to: "/detectors",
    action: "detector.list",
    icon: "detectors",
    key: "d",
  },
  {
    group: "Govern",
    name: "Red team",
    to: "/redteam",
    action: "redteam.list",
    icon: "redteam",
    key: "x",
  },
  {
    group: "Mine",
    name: "Acting for me",
    to: "/mine",
    action: "source.link",
    icon: "eye",
    key: "n",
  },
  {
    group: "Mine",
    name: "My accounts",
    to: "/accounts",
    action: "source.link",
    icon: "link",
    key: "m",
  },
  { group: "Mine", name: "API keys", to: "/keys", action: "key.list", icon: "keys", key: "k" },
] as const satisfies readonly {
  group: string;
  name: string;
  to: string;
  action: string;
  icon: IconName;
  key: string;
}[];

export type Place = (typeof PLACES)[number];

/** What this reader's role has a use for. */
export function placesFor(actions: string[]): Place[] {
  return PLACES.filter((place) => actions.includes(place.action));
}
