// The whole question: the exact call first, then whose authority, where it goes, why it is asked.
import type { ApprovalCard } from "@stead/protocol";
import { actingWords } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { AnswerForm } from "../../ui/answer-form.tsx";
import { Arguments } from "../../ui/arguments.tsx";
import { Authority } from "../../ui/authority.tsx";
import { Badge } from "../../ui/badge.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { Consent } from "../../ui/consent.tsx";
import { CopyText } from "../../ui/copy.tsx";
import { DecisionView } from "../../ui/decision.tsx";
import { HeldValues } from "../../ui/held.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Sends } from "../../ui/sends.tsx";
import { Properties } from "../../ui/page.tsx";
import { TakeBack } from "../../ui/take-back.tsx";
import { Countdown, Time } from "../../ui/time.tsx";

const STATES: Record<ApprovalCard["state"], [Tone, string]> = {
  requested: ["ask", "waiting"],
  approved: ["permit", "approved"],
  refused: ["deny", "refused"],
  expired: ["plain", "expired"],
  void: ["plain", "void"],
};

export function ApprovalState({ card }: { card: ApprovalCard }): ReactElement {
  const [tone, word] = STATES[card.state];
  return <Badge tone={tone}>{card.edited ? `${word}, edited` : word}</Badge>;
}

/** What it is that the answer lets happen, and in whose name. */
function whoActs({ actsAs, tool, state }: ApprovalCard): string {
  const tense =
    state === "refused" || state === "expired" || state === "void" ? "undone" : undefined;
  return actingWords({ ...actsAs, effect: tool.effect, tense });
}

export function ApprovalDetail({ card }: { card: ApprovalCard }): ReactElement {
  return (
    <article
      aria-labelledby={`${card.id}-title`}
      className="flex max-w-3xl flex-col gap-5 px-4 py-4 lg:px-6"
    >
      <header className="flex flex-col gap-1">
        <Link to="/inbox" search={{}} className={`${LINK} lg:hidden`}>
          Back to the list
        </Link>
        <h2
          id={`${card.id}-title`}
          className="flex flex-wrap items-center gap-2 text-lg font-semibold"
        >
          {card.tool.title}
          <ApprovalState card={card} />
        </h2>
        {card.kind === "repeat" ? (
          <p className="text-ask">
            An earlier attempt of this call was cut off, and nobody knows whether it took effect.
          </p>
        ) : null}
      </header>
      <Authority
        links={[
          { what: "Asked by", name: card.asker.name },
          { what: "Through", name: `${card.agent.name} v${card.agent.version}` },
          { what: "Who acts", name: whoActs(card) },
          { what: "Goes to", name: card.destination },
        ]}
      />
      <HeldValues card={card} />
      {card.decision.sends === undefined ? null : <Sends of={card.decision.sends} />}
      {card.kind === "send" ? <NotShown /> : <ExactCall card={card} />}
      <section aria-label="Why it is asked" className="flex flex-col gap-1">
        {card.shareReason === undefined ? null : (
          <p>
            <span className="text-quiet">{card.asker.name} asks to share it: </span>“
            {card.shareReason}”
          </p>
        )}
        <DecisionView decision={card.decision} />
      </section>
      <Facts card={card} />
      {card.state === "requested" ? <Question card={card} /> : <Answered card={card} />}
      {card.revocable === true && !isOwnAnswer(card) ? <TakeBack approvalId={card.id} /> : null}
    </article>
  );
}

/** Whoever can still answer refuses instead. */
function isOwnAnswer({ state, blockedBecause }: ApprovalCard): boolean {
  return state === "requested" && blockedBecause === null;
}

/** Whoever clears destinations need not be one who may read what goes there. */
function NotShown(): ReactElement {
  return (
    <p className="text-quiet">
      What was read is not shown here: only its classes, and how many values of each. A yes holds
      for this destination and these classes until the run ends.
    </p>
  );
}

function ExactCall({ card }: { card: ApprovalCard }): ReactElement {
  return (
    <section
      aria-label="The exact call"
      className="rounded-md border border-line-strong bg-surface"
    >
      <p className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <code className="font-mono text-xs font-medium">{card.tool.name}</code>
        <Badge tone={card.tool.effect === "read" ? "plain" : "ask"}>{card.tool.effect}</Badge>
        {card.tool.reviewed ? null : <Badge tone="deny">no reviewed contract</Badge>}
        {card.edited ? <Badge tone="live">edited by the approver</Badge> : null}
      </p>
      <div className="px-3 py-2.5">
        <Arguments of={card.arguments} sinks={card.sinks} />
      </div>
    </section>
  );
}

function Question({ card }: { card: ApprovalCard }): ReactElement {
  return card.kind === "consent" ? <Consent card={card} /> : <AnswerForm card={card} />;
}

function Facts({ card }: { card: ApprovalCard }): ReactElement {
  return (
    <Properties
      rows={[
        ["Asked", <Time key="t" at={card.requestedAt} />],
        [
          card.state === "requested" ? "Stands for" : "Stood until",
          card.state === "requested" ? (
            <Countdown key="c" until={card.expiresAt} />
          ) : (
            <Time key="c" at={card.expiresAt} />
          ),
        ],
        [
          "Data classes",
          card.classes.length === 0 ? (
            "none known in what the agent has read"
          ) : (
            <span key="d" className="flex flex-wrap gap-1">
              {card.classes.map((name) => (
                <Badge key={name} tone="ask">
                  {name}
                </Badge>
              ))}
            </span>
          ),
        ],
        [
          "Run",
          <Link key="r" to="/runs/$runId" params={{ runId: card.runId }} className={LINK}>
            open the trace
          </Link>,
        ],
        ["Digest", <CopyText key="h" text={card.digest} label="digest" />],
      ]}
    />
  );
}

function Answered({ card }: { card: ApprovalCard }): ReactElement {
  return (
    <p className="rounded-md bg-sunken px-3 py-2">
      {STATES[card.state][1].replace(/^./, (letter) => letter.toUpperCase())}
      {card.answeredBy === null ? "" : ` by ${card.answeredBy.name}`}
      {card.answeredAt === null ? null : (
        <>
          {" "}
          <Time at={card.answeredAt} />
        </>
      )}
      {card.note === "" ? "." : `: “${card.note}”`}
    </p>
  );
}
