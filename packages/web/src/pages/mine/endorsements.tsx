// Values that the reader vouched for in runs of theirs: each holds for its run alone, and can be taken back
// while that goes on.
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Section } from "../../ui/page.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";

type Endorsement = Reply<"me.acting">["endorsements"][number];

const STATE: Record<Endorsement["state"], string> = {
  open: "holds until the run ends",
  revoked: "taken back",
  ended: "ended with its run",
};

/** What was vouched for with one answer is taken back with one. */
export function Endorsements({ items }: { items: Endorsement[] }): ReactElement | null {
  const revoke = useAct("endorsement.revoke", ["me.acting"]);
  if (items.length === 0) return null;
  const answers = Map.groupBy(items.toReversed(), ({ approvalId }) => approvalId);
  return (
    <Section title="Values I have vouched for">
      <ul className="flex flex-col gap-1.5">
        {[...answers].map(([approvalId, [first, ...others]]) =>
          first === undefined ? null : (
            <li key={approvalId} className="flex flex-wrap items-center gap-2">
              <Link to="/runs/$runId" params={{ runId: first.runId }} className={LINK}>
                {first.tool}
              </Link>
              {[first, ...others].map(({ argument, kind }) => (
                <span key={argument}>
                  {kind} <code className="font-mono text-xs">{argument}</code>
                </span>
              ))}
              <span className="text-xs text-quiet">
                <Time at={first.at} />, {STATE[first.state]}
              </span>
              {first.state === "open" ? (
                <Button
                  busy={revoke.isPending}
                  onClick={() => revoke.mutate({ params: { approvalId } })}
                  className="ml-auto"
                >
                  Ask me again
                </Button>
              ) : null}
            </li>
          ),
        )}
      </ul>
      <InlineFailure error={revoke.error} />
    </Section>
  );
}
