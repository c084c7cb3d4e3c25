// Ask: threads at the left, the conversation in the middle, a cited document at the right.
import { getRouteApi } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { Page } from "../../ui/page.tsx";
import { Start } from "./start.tsx";
import { Thread } from "./thread.tsx";
import { Threads } from "./threads.tsx";

const askRoute = getRouteApi("/ask");
const threadRoute = getRouteApi("/ask/$threadId");

function Columns({ threadId, children }: { threadId?: string; children: ReactNode }): ReactElement {
  return (
    <div className="flex h-full min-h-0">
      <section
        aria-label="My threads"
        data-gives-way=""
        className="hidden w-60 shrink-0 overflow-y-auto border-r border-line lg:block"
      >
        <Threads threadId={threadId} />
      </section>
      <div className="min-h-0 min-w-0 grow">{children}</div>
    </div>
  );
}

export function AskPage(): ReactElement {
  const { agent } = askRoute.useSearch();
  return (
    <Columns>
      <Page title="Ask">
        <Start agentId={agent} />
        <section aria-label="My threads" className="border-t border-line lg:hidden">
          <Threads threadId={undefined} />
        </section>
      </Page>
    </Columns>
  );
}

export function ThreadPage(): ReactElement {
  const { threadId } = threadRoute.useParams();
  return (
    <Columns threadId={threadId}>
      <Thread key={threadId} threadId={threadId} />
    </Columns>
  );
}
