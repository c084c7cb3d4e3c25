// One thread: its questions and answers in order, the run that is going, and the next question.
import { getRouteApi, Link } from "@tanstack/react-router";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { ReactElement, RefObject } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct, useRead } from "../../api/use.ts";
import { RunStatusBadge } from "../../ui/badge.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Page } from "../../ui/page.tsx";
import { InlineFailure, Read } from "../../ui/states.tsx";
import { Composer } from "./composer.tsx";
import { RunBlock } from "./run-block.tsx";
import { isOpen, turnsOf } from "./turns.ts";

type ThreadReply = Reply<"thread.get">;
const route = getRouteApi("/ask/$threadId");
const NEAR_PX = 120;
const OPEN_MS = 2000;

/** Stays at the end while text grows, unless the reader has scrolled up to read. */
function useStickToEnd(box: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const inner = box.current;
    const outer = inner?.parentElement;
    if (inner === null || outer === null || outer === undefined) return undefined;
    let atEnd = true;
    const onScroll = (): void => {
      atEnd = outer.scrollHeight - outer.scrollTop - outer.clientHeight < NEAR_PX;
    };
    const observer = new ResizeObserver(() => {
      if (atEnd) outer.scrollTop = outer.scrollHeight;
    });
    outer.addEventListener("scroll", onScroll, { passive: true });
    observer.observe(inner);
    return () => {
      observer.disconnect();
      outer.removeEventListener("scroll", onScroll);
    };
  }, [box]);
}

/** The list at the left shows the status too. */
function useListFollows(status: ThreadReply["status"]): void {
  const client = useQueryClient();
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ["thread.list"] });
  }, [client, status]);
}

export function Thread({ threadId }: { threadId: string }): ReactElement {
  const thread = useRead(
    "thread.get",
    { params: { threadId } },
    { everyMs: (data) => (data === undefined || isOpen(data.status) ? OPEN_MS : false) },
  );
  return <Read of={thread}>{(data) => <Conversation thread={data} />}</Read>;
}

function Conversation({ thread }: { thread: ThreadReply }): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  useStickToEnd(box);
  useListFollows(thread.status);
  const turns = turnsOf(thread.messages);
  const last = turns.at(-1);
  return (
    <Page
      title={thread.title}
      lead={
        <Link to="/ask" search={{ agent: thread.agentId }} className={LINK}>
          {thread.agentName}
        </Link>
      }
      acts={<RunStatusBadge status={thread.status} />}
    >
      <div ref={box} className="mx-auto flex min-h-full max-w-3xl flex-col px-4">
        <div className="flex grow flex-col gap-6 py-5">
          {turns.map((turn) => (
            <Turn key={turn.runId} turn={turn} latest={turn === last} threadId={thread.id} />
          ))}
        </div>
        <div className="sticky bottom-0 bg-paper pb-4">
          <NextQuestion thread={thread} />
        </div>
      </div>
    </Page>
  );
}

function Turn(props: {
  turn: ReturnType<typeof turnsOf>[number];
  latest: boolean;
  threadId: string;
}): ReactElement {
  const { turn, latest, threadId } = props;
  const { cite } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const [runId, number] = (cite ?? "").split("~");
  const onEnd = (): void => {
    for (const queryKey of [
      ["thread.get", { params: { threadId } }],
      ["thread.list"],
      ["run.list"],
    ]) {
      void client.invalidateQueries({ queryKey });
    }
  };
  return (
    <RunBlock
      turn={turn}
      latest={latest}
      onEnd={onEnd}
      cited={runId === turn.runId ? Number(number) : null}
      onCite={(next) =>
        void navigate({
          search: (known) => ({
            ...known,
            cite: next === null ? undefined : `${turn.runId}~${next}`,
          }),
          replace: true,
        })
      }
    />
  );
}

function NextQuestion({ thread }: { thread: ThreadReply }): ReactElement {
  const start = useAct("run.start", ["thread.get", "thread.list", "run.list"]);
  const going = isOpen(thread.status);
  return (
    <div className="flex flex-col gap-2">
      <InlineFailure error={start.error} />
      <Composer
        label={`Ask ${thread.agentName} something more`}
        busy={start.isPending}
        why={going ? "A run is going in this thread: wait for its answer, or cancel it." : null}
        onSend={({ text: input, pasted }) =>
          start.mutate({ body: { agentId: thread.agentId, threadId: thread.id, input, pasted } })
        }
      />
    </div>
  );
}
