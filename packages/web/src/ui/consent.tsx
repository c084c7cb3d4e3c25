// A call waits for an account of the asker's own: they sign in, or they don't and it ends.
import type { ApprovalCard } from "@stead/protocol";
import type { ReactElement } from "react";
import { useAct } from "../api/use.ts";
import { Button } from "./button.tsx";
import { leaveFrom } from "./came-from.ts";
import { InlineFailure } from "./states.tsx";

export function Consent({ card }: { card: ApprovalCard }): ReactElement {
  const begin = useAct("consent.begin", ["approval.list", "approval.get"]);
  const answer = useAct("approval.answer", ["approval.list", "approval.get", "run.list"]);
  const where = card.consent?.where ?? "";
  const params = { approvalId: card.id };
  const signIn = (): void =>
    begin.mutate(
      { params, body: {} },
      {
        onSuccess: ({ url }) => {
          if (url === null) return;
          const { pathname, search } = globalThis.location;
          leaveFrom(`${pathname}${search}`);
          globalThis.location.assign(url);
        },
      },
    );
  const refuse = (): void =>
    answer.mutate({
      params,
      body: { answer: "refused" as const, note: "", digest: card.digest },
    });
  return (
    <div className="flex flex-col gap-2" role="group" aria-label="Your account there">
      <p className="text-quiet">
        It acts with your own account in {where}, and nobody can sign in for you. The run goes on by
        itself once you have.
      </p>
      <InlineFailure error={begin.error ?? answer.error} />
      <div className="flex flex-wrap gap-2">
        <Button tone="primary" why={card.blockedBecause} busy={begin.isPending} onClick={signIn}>
          Sign in to {where}
        </Button>
        <Button why={card.blockedBecause} busy={answer.isPending} onClick={refuse}>
          Not for this call
        </Button>
      </div>
    </div>
  );
}
