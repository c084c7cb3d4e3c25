// Takes back a share that was asked for or agreed to, for as long as it has not been used.
import type { ReactElement } from "react";
import { useAct } from "../api/use.ts";
import { Button } from "./button.tsx";
import { InlineFailure } from "./states.tsx";

export function TakeBack({ approvalId }: { approvalId: string }): ReactElement {
  const revoke = useAct("approval.revoke", ["approval.list", "approval.get", "run.list"]);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button
          tone="deny"
          busy={revoke.isPending}
          onClick={() => revoke.mutate({ params: { approvalId } })}
        >
          Take the share back
        </Button>
        <span className="text-quiet">Nobody gets it then; whoever wants it asks anew.</span>
      </div>
      <InlineFailure error={revoke.error} />
    </div>
  );
}
