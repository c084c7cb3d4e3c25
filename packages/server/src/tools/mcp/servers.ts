// The MCP servers of the organisation: those that main registers and those that administrators
// connect. Connecting, accepting a change and disconnecting are events of the stream `tools`.
import { actingKeySchema } from "@stead/protocol";
import type { EndpointReply, EndpointRequest, Endpoints, Principal, Tool } from "@stead/protocol";
import { adminJournal } from "../../egress/journal.ts";
import { append, type Ledger } from "../../ledger/append.ts";
import type { AppendInput, NewEvent } from "../../ledger/event.ts";
import type { Json } from "../../lib/json.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { Permit } from "../../policy/permit.ts";
import { whileAvailable } from "../../store/available.ts";
import type { Tx } from "../../store/tx.ts";
import type { ReviewedContracts } from "../contract/pin.ts";
import { reviewedContracts } from "../contract/reviewed.ts";
import type { Registry } from "../registry.ts";
import type { RegisteredTool } from "../tool.ts";
import type { PublicKey } from "./acting.ts";
import {
  deleteServer,
  insertServer,
  publishedKeys,
  selectServers,
  updateSignIn,
  updateTools,
  type McpServerRow,
} from "./queries.ts";
import { adminWay, McpServer, type McpDeps, type McpSetup } from "./server.ts";
import {
  hashes,
  sameTools,
  storedToolsSchema,
  transportSchema,
  type StoredTool,
} from "./stored.ts";
import type { DoorDeps } from "./signin/door.ts";
import { placeSchema, type SignInPlace } from "./signin/grant.ts";
import { McpSignIn, type Signed } from "./signin/sign-in.ts";
import { viewOf, type McpServerView } from "./view.ts";
import type { Way } from "./way.ts";

type Wish = EndpointRequest<Endpoints["mcp-server.create"]>["body"];
type OwnGrant = EndpointReply<Endpoints["me.acting"]>["servers"][number];
export type NewMcpServer = Omit<Wish, "account"> & Partial<Wish>;

/** Mints the permit of an administrator's act from a decision made now; wired in main. */
export type PermitAct = (
  principal: Principal,
  action: string,
  resource: { readonly type: string; readonly id: string },
) => Result<Permit>;

export interface McpServersOptions {
  readonly ledger: Ledger;
  readonly registry: Registry;
  readonly deps: McpDeps;
  readonly permitAct: PermitAct;
  /** The administrator who connected a server, as they are now. */
  readonly principalOf: (personId: string) => Promise<Result<Principal>>;
  /** Where people's browsers find Stead, for those who sign in to a server. */
  readonly origin?: string | undefined;
}

const STREAM = "tools";
const SERVERS_MAX = 200;
const ACTION = "mcp-server.create";
/** Of whoever signs in with an account of their own. */
const OWN_ACTION = "source.link";
const RESOURCE = { type: "Platform", id: "stead" };

export class McpServers {
  readonly #options: McpServersOptions;
  readonly #servers = new Map<string, McpServer>();
  /** Those of them that administrators connected, in whatever process. */
  readonly #stored = new Set<string>();
  /** Those that come with the installation. */
  readonly #ours = new Set<string>();
  readonly signIn: McpSignIn;
  #syncing: Promise<Result<void>> | undefined;
  #again = false;

  constructor(options: McpServersOptions) {
    const { ledger, deps, origin, permitAct } = options;
    this.signIn = new McpSignIn({
      ledger,
      egress: deps.egress,
      origin,
      permitOwn: (principal) => permitAct(principal, OWN_ACTION, RESOURCE),
    });
    const door: DoorDeps = {
      people: this.signIn,
      learned: (id, place) => this.#learned(id, place),
    };
    this.#options = { ...options, deps: { ...deps, door } };
  }

  /** Of every process: where one signs in is what administrators see, and what they are held to. */
  async #learned(serverId: string, place: SignInPlace): Promise<void> {
    const { ledger } = this.#options;
    const { issuer, resource, scope = "" } = place;
    const data = { serverId, issuer, resource, scope };
    const done = await this.#append([{ type: "mcp-server.signs-in", data }], async (tx) => {
      const signIn = JSON.stringify(place);
      await updateSignIn({ db: tx, orgId: ledger.orgId }, { id: serverId, signIn });
      return ok();
    });
    if (!done.ok) ledger.log("warn", "where one signs in was not kept", { serverId });
  }

  /** A person's own grants, at each server that wants one. */
  async accountsOf(personId: string): Promise<Result<OwnGrant[]>> {
    const found = await this.signIn.accounts(personId);
    if (!found.ok) return found;
    const signed = [...this.#servers.values()].flatMap(({ door }) => door?.signed ?? []);
    const grants = signed.map(({ id, name, place }): OwnGrant => {
      const own = found.value.find(({ serverId }) => serverId === id);
      const since = own?.createdAt.toISOString() ?? null;
      return { serverId: id, name, issuer: place.issuer, state: own?.state ?? "none", since };
    });
    return ok(grants);
  }

  /** A server that people sign in to. */
  signed(id: string): Result<Signed> {
    const server = this.#servers.get(id);
    if (!server) return unknown();
    const signed = server.door?.signed;
    return signed ? ok(signed) : fail("request.invalid", "Nobody has to sign in to this server.");
  }

  /** Whether programs are started without a network of their own. */
  get sandboxed(): boolean {
    return this.#options.deps.sandbox?.kind === "bubblewrap";
  }

  /**
   * Takes over what administrators connected, accepted and disconnected, here or in another process,
   * without connecting: the accepted tools stand. Changes that come meanwhile are looked at after.
   */
  async sync(): Promise<Result<void>> {
    this.#again = true;
    this.#syncing ??= this.#sync().finally(() => (this.#syncing = undefined));
    return this.#syncing;
  }

  async #sync(): Promise<Result<void>> {
    while (this.#again) {
      this.#again = false;
      const { ledger } = this.#options;
      const rows = await whileAvailable(() => selectServers(ledger));
      if (!rows.ok) return rows;
      const contracts = await whileAvailable(() => reviewedContracts(ledger));
      if (!contracts.ok) return contracts;
      for (const row of rows.value) this.#take(row, contracts.value.get(row.id) ?? new Map());
      const ids = new Set(rows.value.map(({ id }) => id));
      for (const id of this.#stored) if (!ids.has(id)) await this.#drop(id);
    }
    return ok();
  }

  #take(row: McpServerRow, reviewed: ReviewedContracts): void {
    const tools = storedToolsSchema.parse(row.tools);
    const known = this.#servers.get(row.id);
    this.#stored.add(row.id);
    if (known) takePlace(known, row.sign_in);
    const isReviewed = known?.review(reviewed) === true;
    if (known && !isReviewed && sameTools(known.definitions, tools)) return;
    const transport = transportSchema.parse(row.transport);
    const watchWay = (): Promise<Way | undefined> => this.#watchWay(row.created_by);
    const { id, name, account } = row;
    const server = known ?? this.#make({ id, name, account, transport, watchWay });
    takePlace(server, row.sign_in);
    server.review(reviewed);
    this.#register(server, server.accept(tools));
  }

  async #drop(id: string): Promise<void> {
    const server = this.#servers.get(id);
    this.#servers.delete(id);
    this.#stored.delete(id);
    this.#options.registry.removeOf(id);
    await server?.close();
  }

  /** Public keys of every process that may be acting now. */
  async actingKeys(): Promise<Result<PublicKey[]>> {
    const { ledger } = this.#options;
    const found = await whileAvailable(() => publishedKeys(ledger, ledger.clock.now()));
    return found.ok ? ok(found.value.map((jwk) => actingKeySchema.parse(jwk))) : found;
  }

  /** A server that comes with the installation: started and listed now, its contracts ours. */
  async registerMcp(setup: McpSetup): Promise<Result<McpServerView>> {
    const server = this.#make(setup);
    const tools = await server.refresh(null);
    if (!tools.ok) {
      this.#servers.delete(setup.id);
      return tools;
    }
    this.#ours.add(setup.id);
    this.#register(server, tools.value);
    return ok(viewOf(server));
  }

  /** Those that may be reviewed, and those that come with the installation. */
  all(): readonly { readonly server: McpServer; readonly ours: boolean }[] {
    return [...this.#servers.values()].map((server) => ({
      server,
      ours: this.#ours.has(server.setup.id),
    }));
  }

  get ledger(): Ledger {
    return this.#options.ledger;
  }

  /** A tool by its name here, whoever brings it. */
  toolNamed(name: string): Tool | undefined {
    return this.#options.registry.get(name)?.tool;
  }

  /** Asks a server what it has now; accepts nothing. */
  async look(principal: Principal, id: string): Promise<Result<McpServer>> {
    const server = this.#servers.get(id);
    if (!server) return unknown();
    const looked = await this.#asAdmin(server, principal, (way) => server.look(way));
    return looked.ok ? ok(server) : looked;
  }

  /** Takes one tool as it is looked at, along with whatever says that it was reviewed. */
  async acceptTool(
    server: McpServer,
    tool: StoredTool,
    review: { readonly event: NewEvent; readonly also: (tx: Tx) => Promise<Result<void>> },
  ): Promise<Result<void>> {
    const { ledger } = this.#options;
    const { id } = server.setup;
    const others = server.definitions.filter(({ name }) => name !== tool.name);
    const done = await this.#append([review.event], async (tx) => {
      const tools = JSON.stringify([...others, tool]);
      await updateTools(tx, { org_id: ledger.orgId, id, tools, accepted_at: ledger.clock.now() });
      return review.also(tx);
    });
    return done.ok ? await this.sync() : done;
  }

  list(): McpServerView[] {
    return [...this.#servers.values()].map(viewOf);
  }

  /** `id` is the same for every repeat of the same request. */
  async create(
    principal: Principal,
    input: NewMcpServer,
    id: string,
  ): Promise<Result<McpServerView>> {
    const known = this.#servers.get(id);
    if (known) return ok(viewOf(known));
    const { transport, name, account = "" } = input;
    if (transport.kind === "stdio" && !principal.roles.includes("administrator"))
      return fail("policy.denied", "Only administrators may start programs on the server.");
    if (this.#servers.size >= SERVERS_MAX)
      return fail("request.conflict", `There are ${SERVERS_MAX} MCP servers already.`);
    if ([...this.#servers.values()].some((server) => server.setup.name === name))
      return fail("request.conflict", `There is an MCP server called ${name} already.`);
    if (this.#options.registry.list().some((tool) => tool.name.startsWith(`${name}.`)))
      return fail(
        "request.conflict",
        `There are tools of another origin called ${name}.… already.`,
      );
    const watchWay = (): Promise<Way | undefined> => this.#watchWay(principal.personId);
    const server = this.#make({ id, name, account, transport, watchWay });
    const done = await this.#connect(server, principal);
    if (done.ok) return ok(viewOf(server));
    this.#servers.delete(id);
    await server.close();
    return done;
  }

  /** Lists again and accepts what is there now. */
  async refresh(principal: Principal, id: string): Promise<Result<McpServerView>> {
    const server = this.#servers.get(id);
    if (!server) return unknown();
    const before = hashes(server);
    const way = this.#adminWay(principal);
    if (!way.ok) return way;
    const place = await server.door?.look(way.value);
    if (place && !place.ok) return place;
    const tools = await this.#list(server, principal);
    if (!tools.ok) return tools;
    const { ledger } = this.#options;
    const event = {
      type: "mcp-server.refreshed",
      data: {
        by: principal.personId,
        serverId: id,
        name: server.setup.name,
        before,
        after: hashes(server),
      },
    };
    const done = await this.#append([event], async (tx) => {
      await updateTools(tx, {
        org_id: ledger.orgId,
        id,
        tools: JSON.stringify(server.definitions),
        accepted_at: ledger.clock.now(),
      });
      return ok();
    });
    if (!done.ok) return done;
    this.#register(server, tools.value);
    return ok(viewOf(server));
  }

  async delete(principal: Principal, id: string): Promise<Result<void>> {
    const server = this.#servers.get(id);
    if (!server) return unknown();
    const { name } = server.setup;
    const way = this.#adminWay(principal);
    if (way.ok && server.door?.place) await this.signIn.withdrawAll(id, way.value);
    const data = { by: principal.personId, serverId: id, name };
    const done = await this.#append([{ type: "mcp-server.deleted", data }], async (tx) => {
      await deleteServer(tx, this.#options.ledger.orgId, id);
      return ok();
    });
    if (done.ok) await this.#drop(id);
    return done;
  }

  async close(): Promise<void> {
    // What looks at the database is not left behind without one.
    await this.#syncing?.catch(() => undefined);
    await Promise.all([...this.#servers.values()].map((server) => server.close()));
  }

  #make(setup: McpSetup): McpServer {
    const server = new McpServer(setup, this.#options.deps);
    this.#servers.set(setup.id, server);
    return server;
  }

  async #connect(server: McpServer, principal: Principal): Promise<Result<void>> {
    const listed = await this.#list(server, principal);
    // One that wants to be signed in to is there without tools until an administrator has done so.
    const tools = !listed.ok && server.door?.place ? ok([]) : listed;
    if (!tools.ok) return tools;
    const { ledger } = this.#options;
    const { id, name, transport, account = "" } = server.setup;
    const at = ledger.clock.now();
    const target: Json =
      transport.kind === "http"
        ? { kind: "http", url: transport.url }
        : {
            kind: "stdio",
            command: transport.command,
            args: [...transport.args],
            hosts: [...(transport.hosts ?? [])],
          };
    const data = {
      by: principal.personId,
      serverId: id,
      name,
      transport: target,
      account,
      tools: hashes(server),
    };
    const done = await this.#append([{ type: "mcp-server.created", data }], async (tx) => {
      const inserted = await insertServer(tx, {
        org_id: ledger.orgId,
        id,
        name,
        transport: JSON.stringify(target),
        account,
        tools: JSON.stringify(server.definitions),
        created_by: principal.personId,
        created_at: at,
        accepted_at: at,
        sign_in: server.door?.place ? JSON.stringify(server.door.place) : null,
      });
      return inserted ? ok() : fail("request.conflict", `There is an MCP server ${name} already.`);
    });
    if (done.ok) this.#register(server, tools.value);
    return done;
  }

  async #list(server: McpServer, principal: Principal): Promise<Result<RegisteredTool[]>> {
    return this.#asAdmin(server, principal, (way) => server.refresh(way));
  }

  /** With the administrator's own grant, where the server wants one. */
  async #asAdmin<T>(
    server: McpServer,
    principal: Principal,
    work: (way: Way) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const { personId } = principal;
    const plain = this.#adminWay(principal);
    if (!plain.ok) return plain;
    const entered = (await server.door?.enter(plain.value, personId)) ?? plain;
    if (!entered.ok) return entered;
    const way = entered.value;
    const done = await work(way);
    if (done.ok || !way.challenge || !server.door) return done;
    return way.bearer ? server.door.turnedAway(way, personId) : server.door.learn(way);
  }

  #adminWay(principal: Principal): Result<Way> {
    const { ledger, permitAct } = this.#options;
    const permit = permitAct(principal, ACTION, RESOURCE);
    if (!permit.ok) return permit;
    return ok(adminWay(permit.value, adminJournal(ledger, { subjects: [principal.personId] })));
  }

  /** While they may still connect servers, theirs are watched in their name. */
  async #watchWay(personId: string): Promise<Way | undefined> {
    const { ledger, permitAct, principalOf } = this.#options;
    const principal = await principalOf(personId).catch(() => undefined);
    if (!principal?.ok) return undefined;
    const permit = permitAct(principal.value, ACTION, RESOURCE);
    const journal = adminJournal(ledger, { subjects: [personId] });
    return permit.ok ? adminWay(permit.value, journal) : undefined;
  }

  #register(server: McpServer, tools: readonly RegisteredTool[]): void {
    const { registry, deps } = this.#options;
    registry.removeOf(server.setup.id, new Set(tools.map(({ tool }) => tool.name)));
    for (const tool of tools) {
      const added = registry.add(tool);
      if (!added.ok)
        deps.log("warn", "a tool was left out", {
          tool: tool.tool.name,
          why: added.failure.detail,
        });
    }
  }

  async #append(events: NewEvent[], also: AppendInput["also"]): Promise<Result<void>> {
    const { ledger } = this.#options;
    const done = await append(ledger, {
      stream: STREAM,
      after: "tail",
      events,
      ...(also ? { also } : {}),
    });
    return done.ok ? ok() : done;
  }
}

function takePlace(server: McpServer, stored: unknown): void {
  const place = placeSchema.safeParse(stored);
  if (server.door) server.door.place = place.success ? place.data : null;
}

function unknown(): Result<never> {
  return fail("resource.not_found", "There is no such MCP server.");
}
