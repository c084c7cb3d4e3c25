// Checks chains, tree and signatures now, and says what is bad, not yet covered, or unwitnessed.
import type { Verification } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useAct } from "../../api/use.ts";
import { useMay } from "../../shell/session.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { count, counted } from "../../ui/format.ts";
import { LINK } from "../../ui/link-row.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";

export function Verify(): ReactElement | null {
  const may = useMay();
  const verify = useAct("ledger.verify");
  if (!may("ledger.search") && !may("ledger.verify")) return null;
  return (
    <section
      aria-label="Verification"
      className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line px-4 py-2"
    >
      <Button
        busy={verify.isPending}
        why={may("ledger.verify") ? null : "Only auditors and administrators can verify."}
        onClick={() => verify.mutate({})}
      >
        {verify.isPending ? "Verifying" : "Verify now"}
      </Button>
      <div role="status" className="flex flex-wrap items-center gap-x-4 gap-y-1">
        {verify.data === undefined ? (
          <span className="text-quiet">
            Every event carries the hash of the one before; every change shows.
          </span>
        ) : (
          <Result found={verify.data} />
        )}
      </div>
      <InlineFailure error={verify.error} />
      {may("report.non-egress") ? (
        <Link to="/egress" search={{ report: "any" }} className={LINK}>
          Non-egress report
        </Link>
      ) : null}
    </section>
  );
}

function Result({ found }: { found: Verification }): ReactElement {
  return (
    <>
      <Badge tone={found.ok ? "permit" : "deny"}>{found.ok ? "verifies" : "does not verify"}</Badge>
      {found.firstBad === null ? null : (
        <span className="text-deny">
          First bad:{" "}
          <Link
            to="/ledger"
            search={{
              stream: found.firstBad.stream,
              event:
                found.firstBad.seq === null
                  ? undefined
                  : `${found.firstBad.stream}~${found.firstBad.seq}`,
            }}
            className="underline"
          >
            {found.firstBad.stream}
            {found.firstBad.seq === null ? "" : `, event ${found.firstBad.seq}`}
          </Link>
          . {found.firstBad.why}
        </span>
      )}
      <span>
        {counted(found.events, "event")} in {counted(found.streams, "stream")}
      </span>
      <Link to="/ledger" search={{ tab: "checkpoints" }} className={LINK}>
        {counted(found.checkpoints, "checkpoint")}
      </Link>
      <span className={found.uncovered > 0 ? "text-ask" : "text-quiet"}>
        {count(found.uncovered)} chained but not yet signed
      </span>
      <span className={found.unwitnessed > 0 ? "text-ask" : "text-quiet"}>
        {counted(found.unwitnessed, "checkpoint")} without a witness
      </span>
      <span className="text-quiet">
        checked <Time at={found.checkedAt} />
      </span>
    </>
  );
}
