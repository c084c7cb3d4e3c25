// The tools that sources bring along, each run on the caller's own account there and on no other.
import { contractSchema } from "@stead/protocol";
import type { Connector, ConnectorTool } from "@stead/sdk";
import { z } from "zod";
import type { SourceWay } from "../knowledge/connection/deps.ts";
import { actingAccount, type Account } from "../knowledge/source/acting-account.ts";
import type { HostedActing } from "../knowledge/source/host.ts";
import type { Sources } from "../knowledge/source/parts.ts";
import { failureOf } from "../knowledge/source/trouble.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { toolOf } from "./contract.ts";
import type { Registry } from "./registry.ts";
import type { RawOutput, RegisteredTool, ToolCall } from "./tool.ts";

/** The source as the person's own account sees it, through egress on the permit of this very call. */
export type HostActing = (
  asked: { readonly sourceId: string; readonly personId: string; readonly way: SourceWay },
  signal: AbortSignal,
) => Promise<Result<HostedActing>>;

/** The account that the person has consented to there, or none. */
export type AccountOf = (asked: {
  readonly sourceId: string;
  readonly personId: string;
}) => Promise<Result<Account>>;

export interface ActingHost {
  readonly host: HostActing;
  readonly accountOf: AccountOf;
}

export function actingIn(sources: Sources): ActingHost {
  return {
    host: (asked, signal) => sources.hosts.acting(asked, signal),
    accountOf: (asked) => actingAccount(sources, asked),
  };
}

export interface OfferedSource {
  readonly id: string;
  readonly name: string;
  readonly connector: Connector;
  /** Ends the names of its tools, where another source of its kind has the plain ones. */
  readonly toolsAs: string;
}

export function sourceTools(acting: ActingHost, source: OfferedSource): RegisteredTool[] {
  return (source.connector.tools ?? []).map((tool) => ({
    tool: toolOf({
      name: source.toolsAs === "" ? tool.name : `${tool.name}.${source.toolsAs}`,
      title: source.toolsAs === "" ? tool.title : `${tool.title} (${source.name})`,
      description:
        source.toolsAs === "" ? tool.description : `${tool.description} In ${source.name} alone.`,
      inputSchema: z.toJSONSchema(tool.input, { io: "input" }),
      provider: source.id,
      actors: ["caller"],
      ...(tool.contract && { contract: contractSchema.parse(tool.contract) }),
    }),
    destination: source.name,
    gated: true,
    ...(tool.timeoutMs !== undefined && { timeoutMs: tool.timeoutMs }),
    account: ({ principal: { personId } }) => acting.accountOf({ sourceId: source.id, personId }),
    run: (call) => run(acting.host, { tool, sourceId: source.id }, call),
  }));
}

/** Keeps the registry in step with the sources that there are; whatever is not named any more goes. */
export function offerSourceTools(
  registry: Registry,
  acting: ActingHost,
): (sources: readonly OfferedSource[]) => void {
  let offered: readonly string[] = [];
  return (sources) => {
    for (const id of offered.filter((one) => !sources.some((source) => source.id === one)))
      registry.removeOf(id);
    const before = offered;
    offered = sources.map(({ id }) => id);
    for (const source of sources)
      for (const tool of sourceTools(acting, source)) {
        const { name, hash, provider } = tool.tool;
        const there = registry.get(name);
        const isSame = there?.tool.hash === hash && there.destination === tool.destination;
        if (there?.tool.provider === provider && isSame) continue;
        const added = registry.add(tool);
        // Somebody else's tool has that name. Said once.
        if (!added.ok && !before.includes(source.id))
          registry.log("warn", "a source's tool was refused", { detail: added.failure.detail });
      }
  };
}

async function run(
  host: HostActing,
  { tool, sourceId }: { readonly tool: ConnectorTool<unknown>; readonly sourceId: string },
  call: ToolCall,
): Promise<Result<RawOutput>> {
  const { name } = tool;
  if (call.actsAs !== "caller")
    return fail("policy.denied", `${name} acts as the person who asks, and as nobody else.`);
  const input = tool.input.safeParse(call.arguments);
  if (!input.success) return fail("tool.arguments", z.prettifyError(input.error));
  const { permit, journal, label, principal, signal } = call;
  const asked = { sourceId, personId: principal.personId, way: { permit, journal, label } };
  const hosted = await host(asked, signal);
  if (!hosted.ok) return hosted;
  try {
    return ok({ text: await tool.run(hosted.value.source, input.data, call.key) });
  } catch (error) {
    return failureOf(error);
  }
}
