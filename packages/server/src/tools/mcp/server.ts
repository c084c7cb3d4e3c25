// One MCP server: its connections, the tools that people have seen of it, and what changed since.
import type { Tool as McpTool, Transport } from "@modelcontextprotocol/client";
import type { Contract } from "@stead/protocol";
import { joinLabels } from "../../access/label.ts";
import type { Egress } from "../../egress/egress.ts";
import type { HandedOver } from "../../egress/hand-over.ts";
import { hostPort } from "../../egress/address.ts";
import type { Clock } from "../../lib/clock.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { Account } from "../../knowledge/source/acting-account.ts";
import type { Log } from "../../lib/log.ts";
import { changed } from "../execute.ts";
import type { RawOutput, RegisteredTool, ToolCall } from "../tool.ts";
import { ACTING_KEY_VARIABLE, ACTING_META, KEY_META, type ActingKey } from "./acting.ts";
import { ChildTransport, type ChildOptions } from "./child.ts";
import { pinOf, type ReviewedContracts } from "../contract/pin.ts";
import { ChildNetwork } from "./child-network.ts";
import { describeTools, nameOf, type ListedTool } from "./describe.ts";
import { LOOK_REST_MS, Paced } from "./paced.ts";
import { outputOf } from "./result.ts";
import { NO_SANDBOX, notStarted, sandboxed, type Sandbox, type SandboxGrants } from "./sandbox.ts";
import { secretsOf } from "./secrets.ts";
import { httpTransport, Session } from "./session.ts";
import { Watch, type WatchWay } from "./watch.ts";
import { Door, type DoorDeps } from "./signin/door.ts";
import type { Place } from "../../egress/gate/gate.ts";
import { egressFetch, type Bearer, type Way } from "./way.ts";

export type McpTransport =
  | { readonly kind: "http"; readonly url: string }
  | {
      readonly kind: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      readonly cwd?: string;
      /** `host` or `host:port` that it may connect to; none: it has no network at all. */
      readonly hosts?: readonly string[] | undefined;
      /** For this child alone, beside the allow-list; set by main, never through the API. */
      readonly environment?: Readonly<Record<string, string>>;
      /** What it may see in its sandbox beyond its own program; set by main alone. */
      readonly grants?: SandboxGrants;
    };

export interface McpSetup {
  readonly id: string;
  readonly name: string;
  readonly transport: McpTransport;
  /** By the server's own tool names; a tool without one gets the strictest. */
  readonly contracts?: Readonly<Record<string, Contract>>;
  /** Put before each tool's own name; `<name>.` when left out. */
  readonly prefix?: string;
  /** The account with which it acts by itself, as its administrator names it. */
  readonly account?: string;
  /** In whose name changes are listened for over HTTP; without it they are found by listing. */
  readonly watchWay?: WatchWay;
}

export interface McpDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly egress: Egress;
  readonly actingKey: ActingKey;
  /** The allow-list of a child's environment, as main reads it. */
  readonly childEnvironment: Readonly<Record<string, string>>;
  /** In what children are started; without it they have a network of their own. */
  readonly sandbox?: Sandbox;
  /** A child has a network of its own: the path is listed before it starts. */
  readonly onUngated: (path: string, why: string) => void;
  /** A child that once had a network of its own is started without one. */
  readonly onGated?: (path: string) => void;
  /** Where people sign in to servers over HTTP that want it; left out: such a server lets nobody in. */
  readonly door?: DoorDeps;
  readonly idleStopMs?: number;
  readonly listForMs?: number;
  readonly aliveMs?: number;
}

interface Called {
  readonly remote: string;
  readonly name: string;
  readonly keyed: boolean;
}

const SESSIONS_MAX = 200;
const CONNECT_MS = 15_000;
const LISTING_BYTES_MAX = 8_000_000;
/** JSON writes a text longer than it is. */
const ESCAPED = 2;

export class McpServer {
  readonly setup: McpSetup;
  readonly #deps: McpDeps;
  readonly #sessions = new Map<string, Session>();
  readonly #changed = new Set<string>();
  #pinned = new Map<string, ListedTool>();
  /** As it was listed last, and as it was when people accepted it. */
  #latest: readonly McpTool[] = [];
  #accepted: readonly McpTool[] | null = null;
  #lineBytesMax = LISTING_BYTES_MAX;
  #watch: Watch | null = null;
  #unreachable = false;
  /** By the server's own tool names: what administrators accepted, each for a tool as it was. */
  #reviewed: ReviewedContracts = new Map();
  /** Accepted as they are, but reviewed as something else. */
  readonly #unlike = new Set<string>();
  readonly #wayOut: ChildNetwork;
  /** Of a server over HTTP. */
  readonly door: Door | undefined;
  /** What of the list could not be taken as it was, for administrators. */
  notes: readonly string[] = [];

  constructor(setup: McpSetup, deps: McpDeps) {
    this.setup = setup;
    this.#deps = deps;
    this.#wayOut = new ChildNetwork(setup, deps);
    const { id, name, transport } = setup;
    if (transport.kind === "http" && deps.door)
      this.door = new Door({ id, name, url: transport.url }, deps.door);
  }

  get destination(): string {
    const { transport, name } = this.setup;
    if (transport.kind === "stdio") return `mcp:${name}`;
    const url = new URL(transport.url);
    return hostPort(url.hostname, Number(url.port) || (url.protocol === "https:" ? 443 : 80));
  }

  /** False while its processes have a network that egress does not see. */
  get gated(): boolean {
    return this.#isHttp || this.#sandbox.kind === "bubblewrap";
  }

  get #isHttp(): boolean {
    return this.setup.transport.kind === "http";
  }

  get #sandbox(): Sandbox {
    return this.#deps.sandbox ?? NO_SANDBOX;
  }

  get status(): "ready" | "changed" | "unreachable" {
    if (this.#unreachable) return "unreachable";
    return this.#changed.size + this.#unlike.size > 0 ? "changed" : "ready";
  }

  get tools(): { name: string; reviewed: boolean; changed: boolean }[] {
    return [...this.#pinned.values()].map(({ tool }) => ({
      name: tool.name,
      reviewed: tool.reviewed,
      changed: this.#isChanged(tool.name),
    }));
  }

  /** The list that people accepted, as the server gave it. */
  get definitions(): readonly McpTool[] {
    return this.#accepted ?? [];
  }

  /** What the server said last that it has; not connected yet: what was accepted. */
  get offered(): readonly McpTool[] {
    return this.#latest.length > 0 ? this.#latest : this.definitions;
  }

  /** How a tool of it is called here. */
  called(tool: string): string {
    return nameOf(this.#facts.prefix, tool);
  }

  /** What it is in force by that comes with the installation. */
  contractOf(tool: string): Contract | undefined {
    const { contracts = {} } = this.setup;
    return Object.hasOwn(contracts, tool) ? contracts[tool] : undefined;
  }

  /** False: they are what they were. */
  review(reviewed: ReviewedContracts): boolean {
    const isSame =
      reviewed.size === this.#reviewed.size &&
      [...reviewed].every(([tool, { version }]) => this.#reviewed.get(tool)?.version === version);
    this.#reviewed = reviewed;
    return !isSame;
  }

  /** Lists again, and accepts nothing. */
  async look(way: Way): Promise<Result<void>> {
    const ready = await this.#session(way.bearer?.grantId ?? "").ready(way, true);
    this.#unreachable = !ready.ok && !way.challenge;
    if (ready.ok) this.#watchChanges();
    return ready.ok ? ok() : ready;
  }

  /** Takes a list as reviewed: from here on anything else is a change. */
  accept(listed: readonly McpTool[]): RegisteredTool[] {
    const { tools, dropped } = describeTools(this.#factsOf(listed), listed);
    const weakened = tools.flatMap(({ tool, notes }) =>
      notes.map((note) => `${tool.name}: ${note}`),
    );
    this.notes = [...dropped.map((line) => `Left out: ${line}.`), ...weakened];
    this.#accepted = listed;
    this.#pinned = new Map(tools.map((each) => [each.tool.name, each]));
    this.#changed.clear();
    this.#unlike.clear();
    for (const tool of listed) {
      const reviewed = this.#reviewed.get(tool.name);
      if (reviewed && reviewed.pin !== pinOf(tool)) this.#unlike.add(this.called(tool.name));
    }
    // What was listed since may be another still.
    if (this.#latest.length > 0) this.#compare(this.#latest);
    return tools.map((each) => this.#registered(each));
  }

  /** Connects, lists, and accepts what it finds. */
  async refresh(way: Way | null): Promise<Result<RegisteredTool[]>> {
    const sandbox = this.#sandbox;
    if (!this.#isHttp && sandbox.kind === "none" && sandbox.required)
      return fail(
        "policy.denied",
        `Programs are started in a sandbox only; this would be ${sandbox.why}.`,
      );
    const ready = await this.#session(way?.bearer?.grantId ?? "").ready(way, true);
    this.#unreachable = !ready.ok && !way?.challenge;
    if (ready.ok) this.#watchChanges();
    return ready.ok ? ok(this.accept(this.#latest)) : ready;
  }

  async close(): Promise<void> {
    const watch = this.#watch;
    this.#watch = null;
    await watch?.close();
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
    this.#sessions.clear();
    await this.#wayOut.close();
  }

  get #facts(): Parameters<typeof describeTools>[0] {
    const { id, name, prefix = `${name}.`, contracts = {}, account = "" } = this.setup;
    return { id, prefix, contracts, connection: { name, account } };
  }

  /** With the contracts that were written for these very tools. */
  #factsOf(listed: readonly McpTool[]): Parameters<typeof describeTools>[0] {
    const contracts = new Map(Object.entries(this.#facts.contracts));
    for (const tool of listed) {
      const reviewed = this.#reviewed.get(tool.name);
      if (reviewed?.pin === pinOf(tool)) contracts.set(tool.name, reviewed.contract);
    }
    return { ...this.#facts, contracts: Object.fromEntries(contracts) };
  }

  #isChanged(name: string): boolean {
    return this.#changed.has(name) || this.#unlike.has(name);
  }

  /** It is told who asks; with which rights it acts is its own to say. */
  get #account(): Account {
    const { name: where, account = "" } = this.setup;
    return { kind: "there", where, name: account, sinceMs: 0 };
  }

  get #place(): Place {
    const { destination } = this;
    const name = this.#isHttp ? `mcp:${this.setup.name}` : destination;
    return { kind: "tool", name, destination };
  }

  #registered({ remote, tool }: ListedTool): RegisteredTool {
    return {
      tool,
      destination: this.destination,
      sendsTo: this.#place,
      gated: this.gated,
      account: async ({ actsAs, principal: { personId } }) =>
        (await this.door?.account(actsAs, personId)) ??
        ok(actsAs === "connection" ? this.#account : null),
      problem: () => (this.#isChanged(tool.name) ? changed(tool.name) : ok()),
      run: (call) => this.#call({ remote, name: tool.name, keyed: tool.contract.keyed }, call),
    };
  }

  async #call(tool: Called, call: ToolCall, refused?: Bearer): Promise<Result<RawOutput>> {
    const { personId } = call.principal;
    const plain = this.#wayOf(call, tool.keyed);
    const entered = (await this.door?.enter(plain, personId, refused)) ?? ok(plain);
    if (!entered.ok) return entered;
    const way = entered.value;
    const answer = await this.#send(tool, call, way);
    if (answer.ok || !way.challenge || !this.door) return answer;
    // Nothing was done: once more with what a renewal brings, where that can help.
    if (way.bearer && !refused && !way.challenge.narrow) return this.#call(tool, call, way.bearer);
    return this.door.turnedAway(way, personId);
  }

  async #send(tool: Called, call: ToolCall, way: Way): Promise<Result<RawOutput>> {
    const { signal, timeoutMs } = call;
    const session = this.#session(way.bearer?.grantId ?? call.principal.personId);
    this.#lineBytesMax = Math.max(LISTING_BYTES_MAX, call.outputBytesMax * ESCAPED);
    const ready = await session.ready(way);
    this.#unreachable = !ready.ok && !way.challenge;
    if (!ready.ok) return ready;
    this.#watchChanges();
    if (this.#isChanged(tool.name)) return changed(tool.name);
    if (signal.aborted) return fail("run.cancelled", "The run was cancelled before the call.");
    const { id } = this.setup;
    const leaving = await this.#leaving(tool, call);
    if (!leaving.ok) return leaving;
    const acting = await this.#deps.actingKey.assert(call, { serverId: id, tool: tool.remote });
    way.assertion = acting;
    const answer = await session.call(
      {
        name: tool.remote,
        arguments: leaving.value.arguments,
        meta: { [ACTING_META]: acting, [KEY_META]: call.key },
        bounds: { signal, timeoutMs },
      },
      way,
    );
    leaving.value.settle(answer);
    return answer.ok ? outputOf(answer.value) : answer;
  }

  /** What goes over HTTP leaves as the bytes that it becomes; what a child is told, here. */
  async #leaving(tool: Called, call: ToolCall): Promise<Result<HandedOver>> {
    const { arguments: given, label, permit, journal } = call;
    if (this.#isHttp) return ok({ arguments: given, settle: () => undefined });
    this.#wayOut.told(label);
    const handed = { destination: this.destination, name: tool.remote, arguments: given, label };
    return this.#deps.egress.handOver(permit, handed, journal);
  }

  /** One HTTP session per person, or grant of theirs: a server can't mix people up by session. */
  #session(whose: string): Session {
    const key = this.#isHttp ? whose : "";
    const known = this.#sessions.get(key);
    if (known) return known;
    if (this.#sessions.size >= SESSIONS_MAX) {
      const [oldest, session] = this.#sessions.entries().next().value ?? [];
      if (oldest !== undefined) this.#sessions.delete(oldest);
      void session?.close();
    }
    // A child tells of changes by itself.
    const looks = new Paced(() => session.ready(null), LOOK_REST_MS);
    const session = this.#newSession(this.#isHttp ? undefined : () => looks.ask());
    this.#sessions.set(key, session);
    return session;
  }

  #newSession(onStale: (() => void) | undefined): Session {
    const { clock, log, idleStopMs, listForMs, aliveMs } = this.#deps;
    return new Session({
      name: this.setup.name,
      clock,
      log,
      open: () => this.#open(),
      onListed: (listed) => this.#compare(listed),
      ...(onStale ? { onStale } : {}),
      ...(idleStopMs === undefined ? {} : { idleStopMs }),
      ...(listForMs === undefined ? {} : { listForMs }),
      ...(aliveMs === undefined ? {} : { aliveMs }),
    });
  }

  #watchChanges(): void {
    const { watchWay: way } = this.setup;
    // One that people sign in to is asked with each person's own grant, and listed before a call.
    if (!this.#isHttp || !way || this.door?.place) return;
    if (!this.#watch) {
      const session = this.#newSession(() => this.#watch?.look());
      this.#watch = new Watch({ clock: this.#deps.clock, session, way });
    }
    this.#watch.keep();
  }

  #open(): Transport {
    const { transport, name } = this.setup;
    const { egress, log } = this.#deps;
    if (transport.kind === "http")
      return httpTransport(transport.url, egressFetch(egress, `mcp:${name}`));
    const sandbox = this.#sandbox;
    if (sandbox.kind === "none" && sandbox.required) return notStarted(sandbox.why);
    return new ChildTransport({
      name,
      ...this.#started(transport, sandbox),
      secrets: secretsOf(transport.environment ?? {}),
      ...(transport.cwd === undefined ? {} : { cwd: transport.cwd }),
      log,
      lineBytesMax: () => this.#lineBytesMax,
    });
  }

  /** How its process is started: in the sandbox, or listed as a path that is not gated. */
  #started(
    transport: Extract<McpTransport, { kind: "stdio" }>,
    sandbox: Sandbox,
  ): Pick<ChildOptions, "command" | "args" | "environment"> {
    const { childEnvironment, actingKey, onUngated, onGated } = this.#deps;
    const path = `mcp:${this.setup.name}`;
    const environment = {
      ...childEnvironment,
      ...transport.environment,
      [ACTING_KEY_VARIABLE]: JSON.stringify(actingKey.publicJwk),
    };
    if (sandbox.kind === "bubblewrap") {
      onGated?.(path);
      return sandboxed(sandbox, this.#wayOut.added({ ...transport, environment }));
    }
    onUngated(path, sandbox.why);
    return { command: transport.command, args: transport.args, environment };
  }

  /** What is offered now against what was accepted: a tool that differs is out until reviewed. */
  #compare(listed: readonly McpTool[]): void {
    this.#latest = listed;
    if (this.#accepted === null) return;
    const { tools } = describeTools(this.#factsOf(listed), listed);
    const offered = new Map(tools.map(({ tool }) => [tool.name, tool.hash]));
    for (const [name, { tool }] of this.#pinned) {
      // What one person is not offered where each has rights of their own is no change.
      if (!offered.has(name) && this.door?.place) continue;
      if (offered.get(name) === tool.hash) this.#changed.delete(name);
      else if (!this.#changed.has(name)) {
        this.#changed.add(name);
        this.#deps.log("warn", "a tool has changed since it was reviewed", { tool: name });
      }
    }
  }

  #wayOf(call: ToolCall, keyed: boolean): Way {
    const { permit, journal, timeoutMs, outputBytesMax } = call;
    const bytesMax = outputBytesMax * ESCAPED + 65_536;
    const label = joinLabels([call.label]);
    return { permit, journal, label, timeoutMs, bytesMax, idempotent: keyed };
  }
}

/** The way of an administrator's own act, such as connecting or refreshing. */
export function adminWay(permit: Way["permit"], journal: Way["journal"]): Way {
  return {
    permit,
    journal,
    label: joinLabels([]),
    timeoutMs: CONNECT_MS,
    bytesMax: LISTING_BYTES_MAX,
    idempotent: true,
  };
}
