// The end of a run: its last event, and with it what lists, inboxes and streams show.
import type { NewRunEvent, RunEventData, RunStatus } from "@stead/protocol";
import { ride } from "../ledger/append.ts";
import type { Result } from "../lib/result.ts";
import { settleApproval } from "./approval/queries.ts";
import type { citedIn } from "./citations.ts";
import type { RunDeps } from "./deps.ts";
import type { Driving } from "./driving.ts";
import type { RunJournal } from "./journal.ts";
import { endOfRun } from "./queries.ts";
import type { RunState } from "./run.ts";

type Finished = RunEventData<"run.finished">;

export interface Finish {
  readonly status: Finished["status"];
  readonly text?: string;
  readonly failure?: NonNullable<RunState["modelFailure"]>;
  readonly citations?: ReturnType<typeof citedIn>;
  readonly links?: string[];
  readonly label?: ReturnType<Driving["label"]>;
}

export async function finish(
  deps: RunDeps,
  journal: RunJournal,
  how: Finish,
): Promise<Result<void>> {
  const { failure } = how;
  const event: NewRunEvent = {
    type: "run.finished",
    data: {
      status: how.status,
      label: how.label ?? { audience: [], classes: [], trust: "outside" },
      ...(failure
        ? {
            failure: {
              code: failure.code,
              detail: failure.detail,
              ...(failure.hint ? { hint: failure.hint } : {}),
            },
          }
        : {}),
    },
    bodies: {
      answer: {
        text: how.text ?? "",
        citations: how.citations ?? [],
        ...(how.links && how.links.length > 0 ? { links: how.links } : {}),
        coverage: [...journal.state.calls.values()].flatMap(({ result }) => result?.coverage ?? []),
      },
    },
  };
  const { orgId, clock } = deps.ctx;
  const asked = [...journal.state.calls.values()].filter((call) => call.phase === "asked");
  const endedAt = new Date(clock.now());
  const ended = endOfRun(orgId, rowOf(journal, how.status, endedAt));
  if (asked.length === 0) return journal.now([event], ended);
  return journal.now([event], async (tx) => {
    for (const { approval } of asked)
      if (approval)
        await settleApproval(tx, orgId, { id: approval.id, state: "void", by: null, at: endedAt });
    return ride(tx, ended);
  });
}

/** A run as its row says, from what its log says. */
export function rowOf(journal: RunJournal, status: RunStatus, endedAt: Date | null) {
  const { runId, turns, usage } = journal.state;
  return { id: runId, status, steps: turns.length, usage, endedAt };
}
