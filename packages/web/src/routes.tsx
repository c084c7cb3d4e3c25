// Every screen once: its path, what its URL may carry, and the chunk that draws it.
import { approvalStateSchema, runStatusSchema } from "@stead/protocol";
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { z } from "zod";
import { egressSearch } from "./pages/egress/wish.ts";
import { Shell } from "./shell/shell.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { Broken } from "./shell/broken.tsx";
import { cameFrom } from "./ui/came-from.ts";

const text = z.string().max(500).optional().catch(undefined);
const choice = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/ask" });
  },
});
const askSearch = z.object({ agent: text, cite: text });
const ask = createRoute({
  getParentRoute: () => root,
  path: "/ask",
  validateSearch: askSearch,
  component: lazyRouteComponent(() => import("./pages/ask/ask.tsx"), "AskPage"),
});
const thread = createRoute({
  getParentRoute: () => root,
  path: "/ask/$threadId",
  validateSearch: askSearch,
  component: lazyRouteComponent(() => import("./pages/ask/ask.tsx"), "ThreadPage"),
});
const inbox = createRoute({
  getParentRoute: () => root,
  path: "/inbox",
  validateSearch: z.object({
    show: choice(z.enum(["answered"])),
    approval: text,
    state: choice(approvalStateSchema),
  }),
  component: lazyRouteComponent(() => import("./pages/inbox/inbox.tsx"), "InboxPage"),
});
const runs = createRoute({
  getParentRoute: () => root,
  path: "/runs",
  validateSearch: z.object({ status: choice(runStatusSchema), agent: text, person: text }),
  component: lazyRouteComponent(() => import("./pages/runs/runs.tsx"), "RunsPage"),
});
const run = createRoute({
  getParentRoute: () => root,
  path: "/runs/$runId",
  validateSearch: z.object({ span: text }),
  component: lazyRouteComponent(() => import("./pages/run/run.tsx"), "RunPage"),
});
const agents = createRoute({
  getParentRoute: () => root,
  path: "/agents",
  validateSearch: z.object({ search: text }),
  component: lazyRouteComponent(() => import("./pages/agents/agents.tsx"), "AgentsPage"),
});
const agentNew = createRoute({
  getParentRoute: () => root,
  path: "/agents/new",
  component: lazyRouteComponent(() => import("./pages/agents/new-agent.tsx"), "NewAgentPage"),
});
const agent = createRoute({
  getParentRoute: () => root,
  path: "/agents/$agentId",
  validateSearch: z.object({
    tab: choice(z.enum(["versions", "sharing", "itself"])),
    from: text,
    to: text,
    try: text,
  }),
  component: lazyRouteComponent(() => import("./pages/agents/agent.tsx"), "AgentPage"),
});
const tools = createRoute({
  getParentRoute: () => root,
  path: "/tools",
  validateSearch: z.object({ tool: text, search: text, tab: choice(z.enum(["servers"])) }),
  component: lazyRouteComponent(() => import("./pages/tools/tools.tsx"), "ToolsPage"),
});
const contracts = createRoute({
  getParentRoute: () => root,
  path: "/contracts",
  validateSearch: z.object({ server: text, tool: text, search: text }),
  component: lazyRouteComponent(() => import("./pages/contracts/contracts.tsx"), "ContractsPage"),
});
const sources = createRoute({
  getParentRoute: () => root,
  path: "/sources",
  validateSearch: z.object({
    source: text,
    rows: text,
    tab: choice(z.enum(["shares", "meaning"])),
    kind: text,
    folder: text,
  }),
  component: lazyRouteComponent(() => import("./pages/sources/sources.tsx"), "SourcesPage"),
});
/** Who has signed in because a run asked for it goes on where they were asked. */
function backToTheQuestion({ search }: { search: { linked?: string | undefined } }): void {
  const path = search.linked === undefined ? null : cameFrom();
  if (path !== null) throw redirect({ href: path, replace: true });
}
const mine = createRoute({
  getParentRoute: () => root,
  path: "/mine",
  validateSearch: z.object({ linked: text, problem: text }),
  beforeLoad: backToTheQuestion,
  component: lazyRouteComponent(() => import("./pages/mine/mine.tsx"), "MinePage"),
});
const accounts = createRoute({
  getParentRoute: () => root,
  path: "/accounts",
  validateSearch: z.object({ linked: text, problem: text }),
  beforeLoad: backToTheQuestion,
  component: lazyRouteComponent(() => import("./pages/sources/accounts.tsx"), "AccountsPage"),
});
const seeAs = createRoute({
  getParentRoute: () => root,
  path: "/see-as",
  validateSearch: z.object({ person: text, query: text }),
  component: lazyRouteComponent(() => import("./pages/sources/see-as.tsx"), "SeeAsPage"),
});
const people = createRoute({
  getParentRoute: () => root,
  path: "/people",
  validateSearch: z.object({
    search: text,
    group: text,
    person: text,
    tab: choice(z.enum(["groups", "agents"])),
  }),
  component: lazyRouteComponent(() => import("./pages/people/people.tsx"), "PeoplePage"),
});
const policies = createRoute({
  getParentRoute: () => root,
  path: "/policies",
  validateSearch: z.object({
    policy: text,
    search: text,
    tab: choice(z.enum(["try"])),
    person: text,
    agent: text,
    tool: text,
  }),
  component: lazyRouteComponent(() => import("./pages/policies/policies.tsx"), "PoliciesPage"),
});
const redteam = createRoute({
  getParentRoute: () => root,
  path: "/redteam",
  validateSearch: z.object({
    run: text,
    variant: text,
    outcome: choice(z.enum(["through", "incomplete", "read-asked", "held", "asked"])),
  }),
  component: lazyRouteComponent(() => import("./pages/redteam/redteam.tsx"), "RedteamPage"),
});
const ledger = createRoute({
  getParentRoute: () => root,
  path: "/ledger",
  validateSearch: z.object({
    stream: text,
    type: text,
    text,
    from: text,
    to: text,
    event: text,
    tab: choice(z.enum(["checkpoints"])),
  }),
  component: lazyRouteComponent(() => import("./pages/ledger/ledger.tsx"), "LedgerPage"),
});
const detectors = createRoute({
  getParentRoute: () => root,
  path: "/detectors",
  validateSearch: z.object({ class: text }),
  component: lazyRouteComponent(() => import("./pages/detectors/detectors.tsx"), "DetectorsPage"),
});
const egress = createRoute({
  getParentRoute: () => root,
  path: "/egress",
  validateSearch: egressSearch,
  component: lazyRouteComponent(() => import("./pages/egress/egress.tsx"), "EgressPage"),
});
const known = createRoute({
  getParentRoute: () => root,
  path: "/known",
  validateSearch: z.object({ class: text, import: text, feed: text }),
  component: lazyRouteComponent(() => import("./pages/known/known.tsx"), "KnownPage"),
});
const keys = createRoute({
  getParentRoute: () => root,
  path: "/keys",
  component: lazyRouteComponent(() => import("./pages/keys/keys.tsx"), "KeysPage"),
});

/** Plain `name=value` pairs: a URL that people can read and write. */
function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

function stringifySearch(search: Record<string, unknown>): string {
  const pairs = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (typeof value === "string" && value !== "") pairs.set(key, value);
  }
  const out = pairs.toString();
  return out === "" ? "" : `?${out}`;
}

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    ask,
    thread,
    inbox,
    runs,
    run,
    agents,
    agentNew,
    agent,
    tools,
    contracts,
    sources,
    seeAs,
    accounts,
    mine,
    people,
    policies,
    redteam,
    ledger,
    egress,
    detectors,
    known,
    keys,
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  scrollRestoration: false,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
