// Inbox: questions that wait for a person, or were answered; the exact call at the right.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ApprovalCard } from "@stead/protocol";
import type { ReactElement } from "react";
import { usePages, useRead } from "../../api/use.ts";
import { cx } from "../../ui/class-names.ts";
import { ROW } from "../../ui/link-row.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { Empty, Failure, Loading, Read } from "../../ui/states.tsx";
import { Segments } from "../../ui/segments.tsx";
import { More } from "../../ui/table.tsx";
import { Countdown, Time } from "../../ui/time.tsx";
import { ApprovalDetail, ApprovalState } from "./approval-detail.tsx";

const route = getRouteApi("/inbox");

export function InboxPage(): ReactElement {
  const { show, approval } = route.useSearch();
  const state = show ?? "requested";
  const cards = usePages("approval.list", { query: { state } }, { everyMs: 5000, keep: true });
  return (
    <Page
      title="Inbox"
      acts={
        <Segments
          label="Which approvals"
          value={state}
          choices={[
            { value: "requested", label: "Waiting", link: { to: "/inbox", search: {} } },
            {
              value: "answered",
              label: "Answered",
              link: { to: "/inbox", search: { show: "answered" } },
            },
          ]}
        />
      }
    >
      <Split
        open={approval !== undefined}
        listLabel="Approvals"
        detailLabel="The call"
        list={
          <>
            {cards.error !== null && cards.items.length === 0 ? (
              <Failure error={cards.error} again={cards.again} />
            ) : null}
            {cards.isPending ? <Loading /> : null}
            {!cards.isPending && cards.error === null && cards.items.length === 0 ? (
              <NothingHere waiting={state === "requested"} />
            ) : null}
            <ul>
              {cards.items.map((card) => (
                <li key={card.id}>
                  <Row card={card} selected={card.id === approval} />
                </li>
              ))}
            </ul>
            <More pages={cards} />
          </>
        }
        detail={
          approval === undefined ? (
            <Empty title="Pick a question at the left">
              You see the exact call, who acts, and why policy asks, before you answer.
            </Empty>
          ) : (
            <Detail key={approval} approvalId={approval} />
          )
        }
      />
    </Page>
  );
}

function NothingHere({ waiting }: { waiting: boolean }): ReactElement {
  return waiting ? (
    <Empty title="Nothing waits">
      When an agent wants to do something that policy asks about, and you may answer or you asked
      for it, it appears here.
    </Empty>
  ) : (
    <Empty title="Nothing has been answered yet" />
  );
}

function Detail({ approvalId }: { approvalId: string }): ReactElement {
  const card = useRead("approval.get", { params: { approvalId } }, { everyMs: 5000 });
  return <Read of={card}>{(data) => <ApprovalDetail card={data} />}</Read>;
}

function Row({ card, selected }: { card: ApprovalCard; selected: boolean }): ReactElement {
  return (
    <Link
      data-row=""
      from="/inbox"
      to="."
      search={(known) => ({ ...known, approval: card.id })}
      aria-current={selected}
      className={cx(ROW, "-outline-offset-2")}
    >
      <span className="flex items-baseline gap-2">
        <span className="truncate font-medium">{card.tool.title}</span>
        <span className="ml-auto shrink-0 text-xs text-quiet">
          <Time at={card.requestedAt} />
        </span>
      </span>
      <span className="truncate text-quiet">
        for {card.asker.name}, {card.asker.department}, by {card.agent.name}
      </span>
      <span className="flex items-center gap-2 text-xs text-quiet">
        {card.state === "requested" ? (
          <>
            <Countdown until={card.expiresAt} />
            {card.blockedBecause === null ? null : <span>not yours to answer</span>}
          </>
        ) : (
          <ApprovalState card={card} />
        )}
      </span>
    </Link>
  );
}
