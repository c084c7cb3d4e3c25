// What the connections to sources need of the rest of the server.
import type { Label } from "@stead/protocol";
import type { Connector } from "@stead/sdk";
import type { Egress } from "../../egress/egress.ts";
import type { Journal } from "../../egress/request.ts";
import type { Vault } from "../../egress/vault.ts";
import type { Result } from "../../lib/result.ts";
import type { Permit } from "../../policy/permit.ts";
import type { Ctx } from "../../store/context.ts";

/** With what a request goes out: on whose decision, and where it is written down. */
export interface SourceWay {
  readonly permit: Permit;
  readonly journal: Journal;
  readonly label: Label;
}

export interface HostDeps {
  readonly ctx: Ctx;
  readonly egress: Egress;
  readonly vault: Vault;
  /** By name. */
  readonly connectors: ReadonlyMap<string, Connector>;
  /**
   * Decided now: a crawl on the decision of the administrator who connected the source, an act on the
   * person's own. Fails once they may not, or are gone.
   */
  readonly wayOf: (personId: string, purpose: "crawl" | "acting") => Promise<Result<SourceWay>>;
  /** Real paths of Stead's own keys and data, which no connector reads. */
  readonly ownPaths?: readonly string[];
  /** Where providers send people back to; none: nobody can sign in at one. */
  readonly redirectUri?: string;
}
