// A whole server with every source connected to it: told of changes, waited for until it has taken them in.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { PEOPLE, send, type Entered } from "../../src/http/edge.fixture.ts";
import { liveModelIn, type Heard } from "./agent.ts";
import { shareAgent } from "../../src/agents/share.ts";
import { principalOf } from "../../src/identity/principal.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { assert } from "../../src/lib/result.ts";
import { makeAgent, openYard, type Yard } from "../loop/yard.ts";
import { READERS, type Judge, type Reader, type Told } from "./judge.ts";
import { ORIGIN } from "./people.ts";

const QUICK = ["confluence", "google-drive", "salesforce", "slack"];

export interface Stage {
  readonly yard: Yard;
  readonly amy: Entered;
  readonly people: ReadonlyMap<Reader, Entered>;
  readonly agentId: string;
  /** What agents were told by their tools, by what they were asked. */
  readonly heard: ReadonlyMap<string, Heard>;
}

export async function openStage(judges: readonly Judge[]): Promise<Stage> {
  const heard = new Map<string, Heard>();
  const yard = await openYard({
    script: liveModelIn(heard),
    alsoPrivate: judges.map(({ host }) => host),
    env: {
      STEAD_PUBLIC_URL: ORIGIN,
      STEAD_CONNECTORS: QUICK.map((name) => `${import.meta.dirname}/quick/${name}.ts`).join(","),
    },
  });
  const people = new Map<Reader, Entered>();
  for (const reader of READERS) {
    // oxlint-disable-next-line no-await-in-loop -- a few
    people.set(reader, await yard.enter(reader));
  }
  const agentId = await makeAgent(yard, { name: "Oracle", bounds: BOUNDS });
  const via = { kind: "session", sessionId: "yard" } as const;
  const builder = await principalOf(yard.stead.agents, PEOPLE.builder.id, via);
  assert(builder.ok, "the builder is there");
  const usableBy = ["grp_support", "grp_finance"];
  const input = { principal: builder.value, agentId, usableBy };
  assert((await shareAgent(yard.stead.agents, input)).ok, "the agent is shared");
  return { yard, amy: await yard.enter("administrator"), people, agentId, heard };
}

const BOUNDS = {
  stepsMax: 10,
  wallTimeMs: 120_000,
  tokensMax: 10_000_000,
  costMicrosMax: 0,
  toolOutputBytesMax: 1_000_000,
  callsPerTurnMax: 64,
};

const viewSchema = z.object({
  state: z.string(),
  stateReason: z.string(),
  health: z.object({
    closed: z.boolean(),
    items: z.object({ pending: z.number() }),
    jobs: z.array(
      z.object({
        kind: z.string(),
        state: z.string(),
        detail: z.string().nullable(),
        isWorking: z.boolean(),
        isUnderWay: z.boolean(),
        dueAt: z.string().nullable(),
      }),
    ),
  }),
});

/** As an administrator does it: made, signed in, tried, read; and said who is who where nobody can sign in. */
export async function connect(stage: Stage, judge: Judge): Promise<string> {
  const { connector, settings, fields, client, trustedDomains = [], users } = judge.connection;
  const body = { connector, name: judge.name, settings, trustedDomains };
  const { id } = z
    .object({ id: z.string() })
    .parse(await asked(stage, { method: "POST", path: "/api/sources", body }));
  const path = `/api/sources/${id}`;
  if (fields) await asked(stage, { method: "PUT", path: `${path}/connection`, body: { fields } });
  if (client) await signIn(stage, path, client);
  const tested = await asked(stage, { method: "POST", path: `${path}/test` });
  assert(
    tested["ok"] === true,
    `${judge.name}: ${JSON.stringify(tested)} ${judge.faults.join("; ")}`,
  );
  await asked(stage, { method: "POST", path: `${path}/resume` });
  await settle(stage, judge, id);
  for (const reader of READERS) {
    const wish = { userId: users?.[reader], personId: PEOPLE[reader].id };
    // oxlint-disable-next-line no-await-in-loop -- a few
    if (users) await asked(stage, { method: "PUT", path: `${path}/people`, body: wish });
  }
  return id;
}

/** A process of its own: what this one opens beside Stead's ways out is closed. */
const BROWSER = `fetch(process.argv[1], { redirect: "manual" })
  .then(({ headers }) => process.stdout.write(headers.get("location")))`;

/** By a browser, there and back: whoever the source takes it for is the one that reads everything. */
async function signIn(stage: Stage, path: string, client: object): Promise<void> {
  await asked(stage, { method: "PUT", path: `${path}/registrations/crawl`, body: client });
  const { url } = z
    .object({ url: z.string() })
    .parse(await asked(stage, { method: "PUT", path: `${path}/connection` }));
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", BROWSER, url]);
  const { pathname, search } = new URL(stdout);
  const done = await send(stage.yard, `${pathname}${search}`, { as: stage.amy });
  const on = done.headers.get("location");
  assert(on?.startsWith("/sources?") === true, `the sign-in ended at ${on}`);
}

async function asked(
  { yard, amy }: Stage,
  { method, path, body = {} }: { method: "POST" | "PUT"; path: string; body?: object },
): Promise<Record<string, unknown>> {
  const answer = await send(yard, path, { as: amy, method, body });
  assert(answer.status === 200, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** The source's events are delivered; where it sends none, it is read again. */
export async function tell(
  stage: Stage,
  judge: Judge,
  { sourceId, told }: { sourceId: string; told: NonNullable<Told> },
): Promise<void> {
  const path = `/api/sources/${sourceId}`;
  if (told === "poll") {
    await asked(stage, { method: "POST", path: `${path}/resync` });
    return;
  }
  for (const event of told.events) {
    const body = JSON.stringify(event);
    const headers = { "content-type": "application/json", ...judge.sign?.(body) };
    // oxlint-disable-next-line no-await-in-loop -- in their order
    const answer = await stage.yard.request(`${path}/push`, { method: "POST", body, headers });
    assert(answer.status === 200, `the event was refused: ${answer.status}`);
  }
}

const WAIT_MS = 60_000;

/** Everything that was received is worked out: no job is due, under way or in somebody's hands. */
export async function settle(stage: Stage, judge: Judge, sourceId: string): Promise<void> {
  const { yard, amy } = stage;
  if (judge.live) return;
  for (const end = systemClock.monotonicMs() + WAIT_MS; ; await systemClock.sleep(100)) {
    const { body } = await send(yard, `/api/sources/${sourceId}`, { as: amy });
    const view = viewSchema.parse(body);
    const { jobs, items } = view.health;
    const now = systemClock.now();
    const isIdle = jobs.every(
      ({ kind, isWorking, isUnderWay, dueAt }) =>
        !isWorking &&
        (kind === "changes" || !isUnderWay) &&
        (dueAt === null || Date.parse(dueAt) > now),
    );
    const troubled = jobs.filter(({ state }) => state !== "idle");
    if (isIdle && troubled.length === 0 && items.pending === 0) return;
    const why = `${JSON.stringify(view)} ${judge.faults.join("; ")}`;
    assert(systemClock.monotonicMs() < end, `${judge.name} does not settle: ${why}`);
  }
}
