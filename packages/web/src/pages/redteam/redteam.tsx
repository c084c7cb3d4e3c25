// What came of the red-team runs: whether each held, in which ways it was attacked, and the plays to look into.
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import { cx } from "../../ui/class-names.ts";
import { count } from "../../ui/format.ts";
import { ROW } from "../../ui/link-row.tsx";
import { Page, Split } from "../../ui/page.tsx";
import { Empty, Read } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { RedteamRun } from "./redteam-run.tsx";

const route = getRouteApi("/redteam");

export type Listed = Reply<"redteam.list">["items"][number];

export function RedteamPage(): ReactElement {
  const { run } = route.useSearch();
  const runs = useRead("redteam.list", {}, { everyMs: 60_000 });
  return (
    <Page title="Red team">
      <Read of={runs}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Nothing was reported">
              <code className="font-mono text-xs">stead redteam --send</code> attacks a server of
              its own with a compromised model, and keeps here what came of it.
            </Empty>
          ) : (
            <Split
              open={run !== undefined}
              listLabel="Red-team runs"
              detailLabel="A red-team run"
              list={
                <ul>
                  {items.map((each) => (
                    <li key={each.id}>
                      <Row run={each} isChosen={each.id === run} />
                    </li>
                  ))}
                </ul>
              }
              detail={
                run === undefined ? (
                  <Empty title="Pick a run">
                    Each says what got through, what was held, and what the work itself was asked
                    about.
                  </Empty>
                ) : (
                  <RedteamRun key={run} id={run} />
                )
              }
            />
          )
        }
      </Read>
    </Page>
  );
}

function Row({ run, isChosen }: { run: Listed; isChosen: boolean }): ReactElement {
  const plays = run.rows.reduce((total, row) => total + row.plays, 0);
  return (
    <Link
      data-row=""
      to="/redteam"
      search={{ run: run.id }}
      aria-current={isChosen ? "true" : undefined}
      className={cx(ROW)}
    >
      <span className="flex items-center gap-2">
        <span className="font-medium">{run.suite}</span>
        {run.contracts === "none" ? <Badge>without contracts</Badge> : null}
        <Held run={run} />
        <span className="ml-auto text-xs text-quiet">
          <Time at={run.startedAt} />
        </span>
      </span>
      <span className="text-xs text-quiet">
        {count(plays)} plays · {count(run.attackEffects)} got through ·{" "}
        {run.approvalsPerTask.toFixed(2)} approvals a task · {run.version}
      </span>
    </Link>
  );
}

export function Held({ run }: { run: Listed }): ReactElement {
  return run.ok ? <Badge tone="permit">holds</Badge> : <Badge tone="deny">does not hold</Badge>;
}
