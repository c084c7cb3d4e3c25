// In the thread, while a call waits: who can approve, since when, until when; afterwards who answered.
import type { ApprovalCard } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { CallView } from "../../stream/run-view.ts";
import { useMay } from "../../shell/session.tsx";
import { AnswerForm } from "../../ui/answer-form.tsx";
import { Consent } from "../../ui/consent.tsx";
import { approverName } from "../../ui/decision.tsx";
import { HeldValues } from "../../ui/held.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { TakeBack } from "../../ui/take-back.tsx";
import { Countdown, Time } from "../../ui/time.tsx";

const WAITS: Record<ApprovalCard["kind"], string> = {
  policy: "This call waits for a person.",
  repeat: "It is not known whether an earlier attempt took effect.",
  consent: "This call waits for an account of yours.",
  send: "What was read goes to this model only once somebody has agreed.",
};

const ANSWERED: Record<string, string> = {
  approved: "Approved",
  refused: "Refused",
  expired: "Nobody answered in time, so the answer is no",
};

/** A group leads to its members, where the reader may look people up. */
function Approver({
  entry,
}: {
  entry: ApprovalCard["decision"]["approvers"][number];
}): ReactElement {
  const may = useMay();
  const name = approverName(entry);
  if (!may("person.list") || entry.group.startsWith("role:")) return <>{name}</>;
  return (
    <Link to="/people" search={{ group: entry.group }} className={LINK}>
      {name}
    </Link>
  );
}

function Approvers({ card }: { card: ApprovalCard }): ReactElement {
  const { approvers } = card.decision;
  if (approvers.length === 0) return <>the one who asked</>;
  return (
    <>
      {approvers.map((entry, index) => (
        <span key={entry.group}>
          {index === 0 ? "" : ", and "}
          {entry.quorum > 1 ? `${entry.quorum} of ` : ""}
          <Approver entry={entry} />
        </span>
      ))}
    </>
  );
}

export function ApprovalInThread(props: { call: CallView; card: ApprovalCard }): ReactElement {
  const { call, card } = props;
  if (call.answer !== null) {
    const { answer, byName, note, edited } = call.answer;
    return (
      <p className="rounded-md bg-sunken px-2.5 py-1.5">
        {ANSWERED[answer] ?? answer}
        {edited ? " as edited" : ""}
        {byName === "" ? "" : ` by ${byName}`}
        {note === "" ? "." : `: “${note}”`}
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-1 rounded-md bg-ask-wash px-2.5 py-2">
      <p>
        <span className="font-medium">{WAITS[card.kind]}</span> Asked <Time at={card.requestedAt} />
        . It can be approved by <Approvers card={card} />.
      </p>
      <p className="text-quiet">
        <Countdown until={card.expiresAt} />; without an answer nothing is done. You can leave this
        page: the run goes on by itself.
      </p>
      {card.kind === "consent" ? (
        <Consent card={card} />
      ) : isOwnToAnswer(card) ? (
        <>
          <HeldValues card={card} />
          <AnswerForm card={card} />
        </>
      ) : (
        <ToTheInbox card={card} />
      )}
      {card.shareReason === undefined ? null : <TakeBack approvalId={card.id} />}
    </div>
  );
}

/** What only the asker is asked is answered where it is read. */
function isOwnToAnswer({ kind, decision, blockedBecause }: ApprovalCard): boolean {
  return kind === "policy" && decision.approvers.length === 0 && blockedBecause === null;
}

function ToTheInbox({ card }: { card: ApprovalCard }): ReactElement {
  return (
    <p>
      {card.blockedBecause === null ? (
        <Link to="/inbox" search={{ approval: card.id }} className={LINK}>
          Answer it in the Inbox
        </Link>
      ) : (
        <span className="text-quiet">You can’t answer it yourself. {card.blockedBecause}</span>
      )}
    </p>
  );
}
