// What the edge must be told: where it listens, for whom, and what is wired behind it.
import type { Decision, Principal } from "@stead/protocol";
import type { LinkRules } from "../identity/link/make.ts";
import type { IdentityCtx } from "../identity/context.ts";
import type { Handlers } from "../lib/handler.ts";
import type { Limits } from "./limits.ts";

export interface EdgeSettings extends LinkRules {
  readonly version: string;
  /** The public address, when a proxy stands in front; `https:` makes cookies `Secure`. */
  readonly origin?: string | undefined;
  /** The built console; undefined: there is none. */
  readonly webDir?: string | undefined;
  readonly limits?: Partial<Limits>;
}

/** Whether policy lets a person do an action at all; operations ask again about the thing itself. */
export type DecideAction = (question: {
  readonly principal: Principal;
  readonly action: string;
}) => Decision;

export interface AppParts {
  readonly ctx: IdentityCtx;
  readonly settings: EdgeSettings;
  readonly decide: DecideAction;
  readonly handlers: Handlers;
}
