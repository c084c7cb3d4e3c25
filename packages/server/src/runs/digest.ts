// The digest that an approval is bound to: an injective encoding of the exact act and its grounds.
import type { Decision, Label, Tool } from "@stead/protocol";
import { digest, type JsonObject } from "../lib/json.ts";

export interface Act {
  readonly runId: string;
  readonly callId: string;
  readonly versionHash: string;
  readonly tool: Tool;
  readonly arguments: JsonObject;
  readonly actsAs: string;
  /** Who will act, with the generation of their consent (never the token). */
  readonly actingAs: string;
  readonly consent: number;
  readonly label: Label;
  readonly destination: string;
  readonly decision: Decision;
}

/** SHA-256 over canonical JSON, so no two different acts share one encoding. */
export function actDigest(act: Act): string {
  return digest({
    v: 3,
    run: act.runId,
    call: act.callId,
    version: act.versionHash,
    tool: act.tool.name,
    toolHash: act.tool.hash,
    // The card shows its title; and another server may bring a tool of the same name and schema.
    title: act.tool.title,
    provider: act.tool.provider,
    arguments: act.arguments,
    actsAs: act.actsAs,
    actingAs: act.actingAs,
    consent: act.consent,
    label: { ...act.label },
    destination: act.destination,
    decision: act.decision.kind,
    holds: (act.decision.holds ?? []).map(({ argument, value, trust }) => [argument, value, trust]),
    // With whom what was read is shared, label by label; names are for people.
    ...(act.decision.declassifies
      ? { shared: act.decision.declassifies.map(({ recipient, classes }) => [recipient, classes]) }
      : {}),
    ...(act.decision.sends
      ? {
          sends: act.decision.sends.map(({ destination, class: of, count }) => [
            destination,
            of,
            count,
          ]),
        }
      : {}),
    policies: act.decision.policies.map(({ id, hash }) => [id, hash]),
  });
}
