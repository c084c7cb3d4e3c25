// What a part of a run decided or failed with, in words; policies are links.
import type { TraceSpan } from "@stead/protocol";
import { decisionSchema } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { z } from "zod";
import { DecisionBadge } from "../../ui/badge.tsx";
import { sentenceOf } from "../../ui/error-words.ts";
import { LINK } from "../../ui/link-row.tsx";

const toldSchema = z.object({
  "stead.decision": decisionSchema.shape.kind.optional().catch(undefined),
  "stead.decision.reason": z.string().optional().catch(undefined),
  "stead.policies": z.array(z.string()).optional().catch(undefined),
  "error.type": z.string().optional().catch(undefined),
  "error.message": z.string().optional().catch(undefined),
});

/** Attributes that are told here and need no line of their own. */
export const TOLD = new Set<string>([
  "stead.decision",
  "stead.decision.reason",
  "stead.policies",
  "stead.lacking",
  "stead.context.receipt",
  "stead.context.dropped",
  "stead.context.withheld",
]);

export function Outcome(props: { attributes: TraceSpan["attributes"] }): ReactElement {
  const told = toldSchema.parse(props.attributes);
  const kind = told["stead.decision"];
  const code = told["error.type"];
  return (
    <div className="flex flex-col gap-1 empty:hidden">
      {kind === undefined ? null : (
        <p>
          <DecisionBadge kind={kind} /> {told["stead.decision.reason"]}
        </p>
      )}
      <Policies ids={told["stead.policies"] ?? []} />
      {code === undefined ? null : (
        <p className="text-deny">
          {sentenceOf(code)} {told["error.message"]}
        </p>
      )}
    </div>
  );
}

function Policies({ ids }: { ids: string[] }): ReactElement | null {
  if (ids.length === 0) return null;
  return (
    <p className="flex flex-wrap gap-x-3">
      <span className="text-quiet">By policy</span>
      {ids.map((id) => (
        <Link
          key={id}
          to="/policies"
          search={{ policy: id }}
          className={`${LINK} font-mono text-xs`}
        >
          {id}
        </Link>
      ))}
    </p>
  );
}
