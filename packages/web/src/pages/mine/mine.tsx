// What agents did in the reader's name, what they may do, and with which accounts; each can be withdrawn here.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { sentenceOf } from "../../ui/error-words.ts";
import { LINK } from "../../ui/link-row.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { InlineFailure, Read } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";
import { AnsweredFor } from "./answered-for.tsx";
import { Endorsements } from "./endorsements.tsx";
import { Grants, Left } from "./grants.tsx";

const route = getRouteApi("/mine");
type Mine = Reply<"me.acting">;
type Act = Mine["acts"][number];

const STATE: Record<Act["state"], [Tone, string]> = {
  done: ["permit", "done"],
  failed: ["deny", "failed"],
  denied: ["plain", "not done"],
  waiting: ["ask", "waiting"],
};

export function MinePage(): ReactElement {
  const mine = useRead("me.acting", {});
  return (
    <Page
      title="Acting for me"
      lead="What agents did in your name and what they may do. What you withdraw here stops at once, also in runs under way."
    >
      <CameBack />
      <Read of={mine}>
        {(data) => (
          <div className="flex max-w-5xl flex-col gap-6 px-4 py-4">
            <Accounts accounts={data.accounts} />
            <Grants servers={data.servers} />
            <AnsweredFor />
            <Acts acts={data.acts} />
            <May may={data.may} />
            <Endorsements items={data.endorsements} />
          </div>
        )}
      </Read>
    </Page>
  );
}

function Accounts({ accounts }: Pick<Mine, "accounts">): ReactElement {
  const unlink = useAct("source.unlink", ["me.acting", "source.accounts"]);
  const linked = accounts.filter(({ state }) => state !== "none");
  return (
    <Section title="Accounts that act for me">
      {linked.length === 0 ? <p className="text-quiet">You have linked none.</p> : null}
      <ul className="flex flex-col gap-1.5">
        {linked.map(({ sourceId, name, userId, state }) => (
          <li key={sourceId} className="flex flex-wrap items-center gap-2">
            <span className="font-medium">{name}</span>
            {userId === null ? null : <span className="text-quiet">{userId}</span>}
            {state === "good" ? null : <Badge tone="ask">sign in again</Badge>}
            <Button
              busy={unlink.isPending}
              onClick={() => unlink.mutate({ params: { sourceId } })}
              className="ml-auto"
            >
              Revoke {name}
            </Button>
          </li>
        ))}
      </ul>
      <Left items={unlink.data?.left ?? []} />
      <InlineFailure error={unlink.error} />
    </Section>
  );
}

/** What came of a sign-in at a server. */
function CameBack(): ReactElement | null {
  const { linked, problem } = route.useSearch();
  if (problem !== undefined)
    return (
      <p role="alert" className="bg-deny-wash px-4 py-2 text-deny">
        {sentenceOf(problem)} Nothing was linked; begin again from here or from the question.
      </p>
    );
  return linked === undefined ? null : (
    <p role="status" className="bg-permit-wash px-4 py-2 text-permit">
      You are signed in. What waited for it goes on by itself.
    </p>
  );
}

function Acts({ acts }: Pick<Mine, "acts">): ReactElement {
  if (acts.length === 0)
    return (
      <Section title="Done in my name">
        <p className="text-quiet">Nothing yet.</p>
      </Section>
    );
  return (
    <Section title="Done in my name">
      <Table
        label="Done in my name"
        rows={acts}
        rowId={(act) => `${act.runId} ${act.callId}`}
        columns={[
          {
            id: "tool",
            header: "What",
            cell: ({ tool, runId }) => (
              <Link to="/runs/$runId" params={{ runId }} className={LINK}>
                {tool}
              </Link>
            ),
          },
          { id: "agent", header: "Agent", cell: ({ agentName }) => agentName },
          { id: "who", header: "Who acts", cell: ({ whoActs }) => whoActs, wideOnly: true },
          { id: "to", header: "Goes to", cell: ({ destination }) => destination, wideOnly: true },
          {
            id: "state",
            header: "State",
            cell: ({ state }) => <Badge tone={STATE[state][0]}>{STATE[state][1]}</Badge>,
          },
          { id: "at", header: "When", cell: ({ at }) => <Time at={at} /> },
        ]}
      />
    </Section>
  );
}

function May({ may }: Pick<Mine, "may">): ReactElement {
  return (
    <Section title="What agents may do for me">
      {may.map(({ agentId, agentName, tools }) => (
        <details key={agentId} className="rounded-md border border-line bg-surface">
          <summary className="px-3 py-2">
            <span className="font-medium">{agentName}</span>{" "}
            <span className="text-quiet">{tools.length} tools</span>
          </summary>
          <ul className="flex flex-col gap-1 border-t border-line px-3 py-2">
            {tools.map(({ name, title, whoActs, signInTo }) => (
              <li key={name} className="flex flex-wrap items-center gap-2">
                <span>{title}</span>
                <span className="text-xs text-quiet">{whoActs}</span>
                {signInTo === null ? null : <Badge tone="ask">asks you to sign in first</Badge>}
              </li>
            ))}
          </ul>
        </details>
      ))}
    </Section>
  );
}
