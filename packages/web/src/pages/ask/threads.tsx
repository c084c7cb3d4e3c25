// The reader's own threads, newest first.
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { usePages } from "../../api/use.ts";
import { Dot, runTone } from "../../ui/badge.tsx";
import { cx } from "../../ui/class-names.ts";
import { Icon } from "../../ui/icons.tsx";
import { ROW } from "../../ui/link-row.tsx";
import { Empty, Failure, Loading } from "../../ui/states.tsx";
import { More } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

export function Threads({ threadId }: { threadId: string | undefined }): ReactElement {
  const threads = usePages("thread.list", { query: {} }, { everyMs: 15_000 });
  return (
    <>
      <Link
        to="/ask"
        className="flex h-12 items-center gap-2 border-b border-line px-4 font-medium hover:bg-sunken"
      >
        <Icon name="plus" size={14} /> New thread
      </Link>
      {threads.error !== null && threads.items.length === 0 ? (
        <Failure error={threads.error} again={threads.again} />
      ) : null}
      {threads.isPending ? <Loading /> : null}
      {!threads.isPending && threads.error === null && threads.items.length === 0 ? (
        <Empty title="No threads yet">What you ask is kept here, for you alone.</Empty>
      ) : null}
      <ul>
        {threads.items.map((thread) => (
          <li key={thread.id}>
            <Link
              data-row=""
              to="/ask/$threadId"
              params={{ threadId: thread.id }}
              aria-current={thread.id === threadId}
              className={cx(ROW, "-outline-offset-2")}
            >
              <span className="truncate">{thread.title}</span>
              <span className="flex items-center gap-1.5 text-xs text-quiet">
                <Dot tone={runTone(thread.status)} live={thread.status === "running"} />
                <span className="sr-only">{thread.status}</span>
                <span className="truncate">{thread.agentName}</span>
                <span className="ml-auto">
                  <Time at={thread.updatedAt} />
                </span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
      <More pages={threads} />
    </>
  );
}
