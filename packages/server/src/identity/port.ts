// What changing people and groups asks of policy and of runs, which stand above; wired in main.
import type { Principal } from "@stead/protocol";
import type { Result } from "../lib/result.ts";
import type { Tx } from "../store/tx.ts";

/** What somebody would gain: a role, membership of a group, or a way in. */
export interface Right {
  /** Whom or what it is about: a person's or a group's id. */
  readonly id: string;
  readonly personId?: string;
  readonly role?: string;
  /** Roles that the person holds now. */
  readonly holds?: readonly string[];
  /** True when the person has signed in before. */
  readonly entered?: boolean;
  /** True when the one who gives would themselves gain it. */
  readonly own?: boolean;
  /** True when policies ask those who have it for approvals. */
  readonly approves?: boolean;
}

export interface NamedBy {
  /** As the policy writes it: the group's name or its id. */
  readonly written: string;
  /** `file:line (policy)`. */
  readonly place: string;
}

export interface RightsPort {
  /** Whether policy lets this person do exactly this; a failure says which policy and whom to ask. */
  decide(question: { principal: Principal; action: string; right: Right }): Result<void>;
  /** Ids of groups that policies ask for approvals. */
  approvers(): ReadonlySet<string>;
  /** The policies that speak of a group. */
  namedBy(groupId: string): readonly NamedBy[];
  /** Groups have changed: resolves when policies have been read again. */
  groupsChanged(): Promise<void>;
}

export interface RunsPort {
  /** Has every run of a person end before its next effect, once the transaction is in. */
  wakeRuns(tx: Tx, personId: string): Promise<void>;
}

export type IdentityPorts = RightsPort & RunsPort;
