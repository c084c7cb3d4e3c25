// Endpoints of runs, threads and approvals.
import { runStatusSchema } from "@stead/protocol";
import type { AgentVersion, Person, Principal, Run } from "@stead/protocol";
import type { Handlers } from "../lib/handler.ts";
import { clip } from "../lib/bounded.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { audienceWords } from "./audience.ts";
import { peopleOf } from "./audience-people.ts";
import { approvalRoutes } from "./approval/routes.ts";
import { cancelRun } from "./cancel.ts";
import type { RunDeps } from "./deps.ts";
import { fold } from "./fold.ts";
import { cursorDate, nextAfter } from "./page.ts";
import { runRow, runRows, runsOfThread, threadOf, threadsOf, type RunRow } from "./queries.ts";
import { askToShare } from "./share/ask.ts";
import { startRun } from "./start.ts";
import { streamRun } from "./stream.ts";
import { runFrom, seenAs, sightOf, traceFor } from "./view.ts";

/** What the routes need of people and agents, in their own words. */
export interface RunRouteDeps extends RunDeps {
  /** The version that this person would run: the published one, or their own draft on trial. */
  readonly agentFor: (
    principal: Principal,
    agentId: string,
    trial: boolean,
  ) => Promise<Result<AgentVersion>>;
  readonly personOf: (personId: string) => Promise<Person | undefined>;
  /** Writes down that an auditor has read a run's bodies. */
  readonly recordReading: (reader: Principal, runId: string) => Promise<Result<void>>;
}

type Names =
  | "run.start"
  | "run.list"
  | "run.get"
  | "run.trace"
  | "run.stream"
  | "run.cancel"
  | "run.share"
  | "run.audience"
  | "thread.list"
  | "thread.get"
  | "approval.list"
  | "approval.get"
  | "approval.answer"
  | "approval.revoke";

export function runRoutes(deps: RunRouteDeps): Pick<Handlers, Names> {
  return {
    ...runHandlers(deps),
    ...shareHandlers(deps),
    ...threadHandlers(deps),
    ...approvalRoutes(deps),
  };
}

type RunNames = Exclude<Extract<Names, `run.${string}`>, "run.share" | "run.audience">;

function runHandlers(deps: RunRouteDeps): Pick<Handlers, RunNames> {
  return {
    "run.start": async ({ principal, idempotencyKey }, { body }) => {
      const found = await deps.agentFor(principal, body.agentId, body.trial);
      if (!found.ok) return found;
      const row = await startRun(deps, {
        principal,
        version: found.value,
        input: body.input,
        pasted: body.pasted,
        threadId: body.threadId,
        trial: body.trial,
        surface: principal.via.kind === "key" ? "api" : "console",
        idempotencyKey,
      });
      return row.ok ? ok(await present(deps, principal, row.value)) : row;
    },
    "run.list": async ({ principal }, { query }) => {
      const { limit, status, agentId } = query;
      const all = principal.roles.includes("auditor");
      const personId = all ? query.personId : principal.personId;
      const before = cursorDate(query.cursor);
      const filter = { limit, before, status, agentId, personId };
      const rows = await runRows(deps.ctx.db, deps.ctx.orgId, filter);
      const items = await Promise.all(rows.map((row) => present(deps, principal, row)));
      return ok({ items, next: nextAfter(rows, query.limit, (row) => row.started_at) });
    },
    "run.get": async ({ principal }, { params }) => {
      const seen = await visible(deps, principal, params.runId);
      return seen.ok ? ok(await present(deps, principal, seen.value.row)) : seen;
    },
    "run.trace": async ({ principal }, { params }) => {
      const seen = await visible(deps, principal, params.runId);
      if (!seen.ok) return seen;
      const { row, as, approvals } = seen.value;
      const events = await deps.openLog(row.id, []).read(0);
      if (!events.ok) return events;
      if (as === "auditor") {
        const recorded = await deps.recordReading(principal, row.id);
        if (!recorded.ok) return recorded;
      }
      const shown = { row, as, approvals, events: events.value };
      const sight = await sightOf(deps.ctx, principal, shown);
      const spans = traceFor(events.value, as, sight);
      const run = await present(deps, principal, row);
      // Counted once, not at each look at a run that still goes.
      const ended = row.ended_at !== null;
      const audiences = ended ? await audienceWords(deps.ctx, principal, spans) : {};
      return ok({ run, spans, seenAs: as, audiences });
    },
    "run.stream": async ({ principal, lastEventId, signal }, { params }) => {
      const seen = await visible(deps, principal, params.runId);
      if (!seen.ok) return seen;
      const { row } = seen.value;
      if (seen.value.as === "auditor") {
        const recorded = await deps.recordReading(principal, row.id);
        if (!recorded.ok) return recorded;
      }
      return ok(streamRun(deps, { reader: principal, row, lastEventId, signal }));
    },
    "run.cancel": async ({ principal }, { params }) => {
      const { runId } = params;
      const row = await runRow(deps.ctx.db, deps.ctx.orgId, runId);
      const may =
        row?.person_id === principal.personId || principal.roles.includes("administrator");
      if (!row || !may) return fail("resource.not_found", "There is no such run of yours.");
      const cancelled = await cancelRun(deps, { principal, runId });
      return cancelled.ok ? ok(await present(deps, principal, cancelled.value)) : cancelled;
    },
  };
}

function shareHandlers(deps: RunRouteDeps): Pick<Handlers, "run.share" | "run.audience"> {
  return {
    "run.audience": ({ principal }, { params, query }) =>
      peopleOf(deps, principal, { ...params, of: query.of }),
    "run.share": async ({ principal, idempotencyKey }, { params, body }) => {
      const wish = { ...params, reason: body.reason, principal, idempotencyKey };
      const row = await askToShare(deps, wish);
      return row.ok ? ok(await present(deps, principal, row.value)) : row;
    },
  };
}

function threadHandlers(deps: RunRouteDeps): Pick<Handlers, "thread.list" | "thread.get"> {
  const { db, orgId } = deps.ctx;
  return {
    "thread.list": async ({ principal }, { query }) => {
      const { limit } = query;
      const before = cursorDate(query.cursor);
      const rows = await threadsOf(db, orgId, { personId: principal.personId, limit, before });
      const items = await Promise.all(
        rows.map(async (thread) => {
          const runs = await runsOfThread(db, orgId, thread.id);
          return summary(
            thread,
            await Promise.all(ends(runs).map((run) => present(deps, principal, run))),
          );
        }),
      );
      return ok({ items, next: nextAfter(rows, limit, (row) => row.updated_at) });
    },
    "thread.get": async ({ principal }, { params }) => {
      const thread = await threadOf(db, orgId, params.threadId);
      if (thread?.person_id !== principal.personId)
        return fail("resource.not_found", "There is no such thread of yours.");
      const runs = await runsOfThread(db, orgId, thread.id);
      const messages = (
        await Promise.all(runs.map((run) => messagesOf(deps, principal, run)))
      ).flat();
      const shown = await Promise.all(ends(runs).map((run) => present(deps, principal, run)));
      return ok({ ...summary(thread, shown), messages });
    },
  };
}

function ends(runs: readonly RunRow[]): RunRow[] {
  const first = runs[0];
  const last = runs.at(-1);
  return first && last ? [first, last] : [];
}

function summary(thread: { id: string; agent_id: string; updated_at: Date }, runs: readonly Run[]) {
  return {
    id: thread.id,
    title: runs[0]?.title ?? "",
    agentId: thread.agent_id,
    agentName: runs[0]?.agent.name ?? "",
    updatedAt: thread.updated_at.toISOString(),
    status: runs.at(-1)?.status ?? "queued",
  };
}

async function messagesOf(deps: RunRouteDeps, reader: Principal, row: RunRow) {
  const events = await deps.openLog(row.id, []).read(0);
  if (!events.ok) return [];
  const state = fold(row.id, events.value);
  const sight = await sightOf(deps.ctx, reader, {
    row,
    as: "asker",
    approvals: [],
    events: events.value,
  });
  const common = { runId: row.id, status: runStatusSchema.parse(row.status) };
  const asked = {
    ...common,
    role: "person" as const,
    text: state.input,
    citations: [],
    coverage: [],
    at: row.started_at.toISOString(),
  };
  if (!state.answer) return [asked];
  const seen = sight.sees(state.answer.label);
  const answered = {
    ...common,
    role: "agent" as const,
    text: seen ? state.answer.text : "[You may no longer read what this answer was made from.]",
    citations: seen ? state.answer.citations : [],
    coverage: seen ? state.answer.coverage : [],
    links: seen ? state.answer.links : [],
    at: (row.ended_at ?? row.started_at).toISOString(),
  };
  return [asked, answered];
}

async function visible(deps: RunRouteDeps, reader: Principal, runId: string) {
  const row = await runRow(deps.ctx.db, deps.ctx.orgId, runId);
  if (!row) return fail("resource.not_found", "There is no such run, or you may not see it.");
  const seen = await seenAs(deps.ctx, reader, row);
  return seen.ok ? ok({ row, ...seen.value }) : seen;
}

/** The title is the first line of what was asked, for those who may read it. */
async function present(deps: RunRouteDeps, reader: Principal, row: RunRow): Promise<Run> {
  const [version, person] = await Promise.all([
    deps.versionOf(row.version_id),
    deps.personOf(row.person_id),
  ]);
  return runFrom(row, {
    agent: version.ok ? version.value.spec.name : row.agent_id,
    version: version.ok ? version.value.version : 0,
    person: person?.name ?? row.person_id,
    title: row.person_id === reader.personId ? await titleOf(deps, row.id) : "",
  });
}

async function titleOf(deps: RunRouteDeps, runId: string): Promise<string> {
  const events = await deps.openLog(runId, []).read(0, 1);
  const first = events.ok ? events.value[0] : undefined;
  const input = first?.type === "run.started" ? first.bodies["input"] : "";
  return typeof input === "string" ? clip(input.split("\n", 1)[0] ?? "", 120) : "";
}
