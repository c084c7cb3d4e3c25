// The reader's own accounts in connected systems: linked, to be signed in again, or not yet.
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { sentenceOf } from "../../ui/error-words.ts";
import { Dialog } from "../../ui/overlay.tsx";
import { Page } from "../../ui/page.tsx";
import { Empty, InlineFailure, Read } from "../../ui/states.tsx";
import { leaveFor } from "./crawl-identity.tsx";
import { SignInForm } from "./sign-in-form.tsx";
import { HOW } from "./words.ts";

const route = getRouteApi("/accounts");
type Account = Reply<"source.accounts">["items"][number];

const STATE: Record<Account["state"], [Tone, string]> = {
  none: ["plain", "no account linked"],
  good: ["permit", "linked"],
  reconnect: ["deny", "sign in again"],
};

export function AccountsPage(): ReactElement {
  const accounts = useRead("source.accounts", {});
  return (
    <Page
      title="My accounts"
      lead="Agents act in connected systems with your own account, and only when you ask them."
    >
      <CameBack />
      <Read of={accounts}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="There is nothing to link">
              None of the connected sources asks for an account of your own.
            </Empty>
          ) : (
            <ul className="flex max-w-3xl flex-col gap-3 px-4 py-4">
              {items.map((account) => (
                <li key={account.sourceId}>
                  <AccountCard account={account} />
                </li>
              ))}
            </ul>
          )
        }
      </Read>
    </Page>
  );
}

/** What came of a sign-in at a provider. */
function CameBack(): ReactElement | null {
  const { linked, problem } = route.useSearch();
  if (problem !== undefined)
    return (
      <p role="alert" className="bg-deny-wash px-4 py-2 text-deny">
        {sentenceOf(problem)} Nothing was linked; begin again from here or from the source.
      </p>
    );
  if (linked === undefined) return null;
  return (
    <p role="status" className="bg-permit-wash px-4 py-2 text-permit">
      Your account is linked.
    </p>
  );
}

function AccountCard({ account }: { account: Account }): ReactElement {
  const { sourceId, name, title, state, userId, how, ready, acting } = account;
  const [linking, setLinking] = useState(false);
  const [tone, word] = STATE[state];
  const link = useAct("source.link", ["source.accounts"]);
  const unlink = useAct("source.unlink", ["source.accounts"]);
  const params = { sourceId };
  const why = ready ? null : `An administrator has to register Stead at ${title} first.`;
  return (
    <article aria-label={name} className="flex flex-col gap-2 rounded-md border border-line p-3">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="font-semibold">{name}</h2>
        <span className="text-quiet">{title}</span>
        <Badge tone={tone}>{word}</Badge>
        <span className="ml-auto flex gap-2">
          {state === "none" ? null : (
            <Button busy={unlink.isPending} onClick={() => unlink.mutate({ params })}>
              Unlink
            </Button>
          )}
          <Button tone={state === "good" ? "plain" : "primary"} onClick={() => setLinking(true)}>
            {state === "good" ? "Link another" : "Link my account"}
          </Button>
        </span>
      </header>
      {userId === null || how === null ? null : (
        <p className="text-xs text-quiet">
          You are {userId} there, known {HOW[how]}.
        </p>
      )}
      {(unlink.data?.left ?? []).map((each) => (
        <p key={each} className="text-ask">
          Not withdrawn there, so do it there: {each}
        </p>
      ))}
      <InlineFailure error={unlink.error} />
      <Dialog open={linking} onClose={() => setLinking(false)} title={`Link your ${title} account`}>
        <SignInForm
          scheme={acting}
          title={title}
          why={why}
          busy={link.isPending}
          error={link.error}
          onFields={(fields, kept) =>
            link.mutate(
              { params, body: { fields } },
              {
                onSuccess: () => {
                  kept();
                  setLinking(false);
                },
              },
            )
          }
          onProvider={() =>
            link.mutate({ params, body: {} }, { onSuccess: ({ url }) => leaveFor(url) })
          }
        />
      </Dialog>
    </article>
  );
}
