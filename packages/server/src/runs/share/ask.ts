// Asks for what labels refused: the asker has the very same call made once more in a run of its own, where it
// waits for those who may decide that what it was made from is given to the people it names.
import type { Principal } from "@stead/protocol";
import { clip } from "../../lib/bounded.ts";
import { fail, type Result } from "../../lib/result.ts";
import type { RunRouteDeps } from "../routes.ts";
import { fold } from "../fold.ts";
import { runRow, type RunRow } from "../queries.ts";
import { titlesIn } from "../recipients.ts";
import type { RunState } from "../run.ts";
import { startRun, type ShareStart } from "../start.ts";

export interface ShareWish {
  readonly principal: Principal;
  readonly runId: string;
  readonly callId: string;
  readonly reason: string;
  readonly idempotencyKey: string;
}

const TITLES_MAX = 200;
const TITLE_CHARS_MAX = 200;

/** Everything but the reason comes from the log of the run that was refused. */
export async function askToShare(deps: RunRouteDeps, wish: ShareWish): Promise<Result<RunRow>> {
  const { ctx } = deps;
  const { principal, runId, callId, reason } = wish;
  const row = await runRow(ctx.db, ctx.orgId, runId);
  if (row?.person_id !== principal.personId || row.sub_run_of !== null)
    return fail("resource.not_found", "There is no such run of yours.");
  const events = await deps.openLog(runId, []).read(0);
  if (!events.ok) return events;
  const state = fold(runId, events.value);
  const decided = events.value.findLast(
    (event) => event.type === "call.decided" && event.data.callId === callId,
  );
  if (decided?.type !== "call.decided" || !isRefusedByLabels(state, callId))
    return fail("request.invalid", "Labels did not refuse this call, so there is nothing to ask.");
  const call = state.calls.get(callId);
  const readers = deps.registry.get(decided.data.tool)?.tool.contract.readers?.kind;
  if (!call || readers === "organisation" || readers === "outside")
    return fail(
      "request.invalid",
      "It would be for everybody, and only named people can be asked.",
      {
        hint: "Send it to people or to a channel instead.",
      },
    );
  const version = await deps.agentFor(principal, row.agent_id, row.trial);
  if (!version.ok) return version;
  const share: ShareStart = {
    runId,
    callId,
    digest: decided.data.digest,
    tool: decided.data.tool,
    arguments: call.arguments,
    label: decided.data.label,
    reason,
    titles: shortTitles(state),
  };
  const input = `Ask to share what was refused: ${reason}`;
  return startRun(deps, {
    principal,
    version: version.value,
    input,
    // Nothing in it names anybody: whom it goes to stands in the call.
    pasted: [{ from: 0, to: input.length }],
    threadId: row.thread_id,
    trial: row.trial,
    surface: principal.via.kind === "key" ? "api" : "console",
    idempotencyKey: wish.idempotencyKey,
    share,
  });
}

function isRefusedByLabels(state: RunState, callId: string): boolean {
  const call = state.calls.get(callId);
  const { kind, lacking = [] } = call?.decision ?? {};
  return call?.phase === "denied" && kind === "deny" && lacking.length > 0;
}

function shortTitles(state: RunState): Map<string, string> {
  const all = [...titlesIn(state)].slice(0, TITLES_MAX);
  return new Map(all.map(([label, title]) => [label, clip(title, TITLE_CHARS_MAX)]));
}
