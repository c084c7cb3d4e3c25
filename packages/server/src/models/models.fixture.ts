// For tests: models over the real egress sender, permits minted by real policy, a sink that records.
import type { Attempt, Label } from "@stead/protocol";
import { AddressRule } from "../egress/address.ts";
import { EGRESS_LIMITS } from "../egress/limits.ts";
import type { Journal } from "../egress/request.ts";
import { systemResolve } from "../egress/resolve.ts";
import { Sender } from "../egress/send.ts";
import { systemClock, type Clock } from "../lib/clock.ts";
import { createIds } from "../lib/ids.ts";
import { silentLog } from "../lib/log.ts";
import { assert, ok, type Result } from "../lib/result.ts";
import { decideModel } from "../policy/decide.ts";
import { permitModel, type Permit } from "../policy/permit.ts";
import { ADA, policiesOf } from "../policy/policy.fixture.ts";
import { complete } from "./complete.ts";
import { createModels, type Models, type ModelsOptions } from "./models.ts";
import type { ModelAnswer, ModelCall, ModelMessage, ModelSink, ModelTool } from "./model.ts";
import type { ProviderInput } from "./provider.ts";

export const LABEL: Label = { audience: [], classes: [], trust: "person" };

export interface Recorded extends ModelSink {
  readonly begun: { n: number; model: string }[];
  readonly attempts: Attempt[];
  /** Deltas of the attempt under way. */
  text: string;
  reasoning: string;
}

export function recorder(): Recorded {
  const recorded: Recorded = {
    begun: [],
    attempts: [],
    text: "",
    reasoning: "",
    attempt: (n, model) => {
      recorded.begun.push({ n, model });
      recorded.text = "";
      recorded.reasoning = "";
    },
    delta: (kind, text) => void (recorded[kind] += text),
    attempted: (attempt) => void recorded.attempts.push(attempt),
  };
  return recorded;
}

export interface Bench {
  readonly models: Models;
  readonly journal: Journal & { sent: number };
  readonly close: () => Promise<void>;
}

/** Quick retries, so that tests of failure take no time. */
export const QUICK = { backoffMs: 5, backoffMsMax: 20 };

export function benchOf(
  providers: readonly ProviderInput[],
  more: Partial<ModelsOptions> & { clock?: Clock } = {},
): Bench {
  const clock = more.clock ?? systemClock;
  const ports = providers.flatMap(({ baseUrl }) =>
    baseUrl !== undefined && URL.canParse(baseUrl) ? [new URL(baseUrl).host] : [],
  );
  const ids = createIds(systemClock);
  const sender = new Sender({
    ...EGRESS_LIMITS,
    clock: systemClock,
    ids,
    log: silentLog,
    rule: new AddressRule(ports),
    resolve: systemResolve,
  });
  const egress = {
    send: (_permit: Permit, ...args: Parameters<Sender["send"]>) => sender.send(...args),
  };
  const journal = {
    sent: 0,
    now: async (events: readonly { type: string }[]): Promise<Result<void>> => {
      journal.sent += events.filter(({ type }) => type === "egress.sent").length;
      return ok();
    },
    later: () => undefined,
  };
  return {
    models: createModels({ providers, egress, ids, log: silentLog, ...more, clock }),
    journal,
    close: () => sender.close(),
  };
}

export function say(text: string): ModelMessage {
  return { role: "user", text };
}

let policies: ReturnType<typeof policiesOf> | undefined;

export async function permitsOf(chain: readonly string[]): Promise<Map<string, Permit>> {
  policies ??= policiesOf();
  const set = await policies;
  return new Map(
    chain.map((model) => {
      const decision = decideModel(set, {
        principal: ADA,
        agent: { id: "agt_1", version: 1 },
        model,
        label: LABEL,
        attended: true,
        surface: "console",
        spentMicros: 0,
      });
      const permit = permitModel(decision, { nowMs: systemClock.now() });
      assert(permit.ok, "the base policies allow models");
      return [model, permit.value];
    }),
  );
}

export interface AskOptions extends Partial<Omit<ModelCall, "messages">> {
  readonly sink?: ModelSink;
}

export async function ask(
  bench: Bench,
  messages: string | readonly ModelMessage[],
  { sink = recorder(), ...more }: AskOptions = {},
): Promise<Result<ModelAnswer>> {
  const chain = more.chain ?? bench.models.list().map(({ name }) => name);
  const call: ModelCall = {
    chain,
    messages: typeof messages === "string" ? [say(messages)] : messages,
    tools: [],
    stream: true,
    label: LABEL,
    personId: "per_ada",
    journal: bench.journal,
    signal: new AbortController().signal,
    ...more,
  };
  return complete(bench.models, await permitsOf(chain), call, sink);
}

export async function answered(...args: Parameters<typeof ask>): Promise<ModelAnswer> {
  const result = await ask(...args);
  assert(result.ok, result.ok ? "" : `${result.failure.code}: ${result.failure.detail}`);
  return result.value;
}

export async function failed(...args: Parameters<typeof ask>) {
  const result = await ask(...args);
  assert(!result.ok, "a failure was expected");
  return result.failure;
}

export const FIND: ModelTool = {
  name: "order.find",
  description: "Finds an order by its id",
  inputSchema: {
    type: "object",
    properties: { orderId: { type: "string" } },
    required: ["orderId"],
  },
};
