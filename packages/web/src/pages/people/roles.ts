// The roles in words: what each lets a person do.
import type { Role } from "@stead/protocol";

export const ROLE_WORDS: Record<Role, string> = {
  employee: "asks agents, answers approvals, reads what they may read",
  builder: "makes, tries and shares agents",
  administrator: "looks after people, agents, connections and policies",
  auditor: "reads everything, also the ledger, and changes nothing",
};

/** Everybody starts as one. */
export const MORE_ROLES: Role[] = ["builder", "administrator", "auditor"];
