// For tests: a source whose connector points at a peer on loopback, with all that a connection needs.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { defineConnector, type AuthScheme, type OAuthScheme } from "@stead/sdk";
import { z } from "zod";
import type { FreshDatabase } from "../../../test/database.ts";
import { createEgress } from "../../egress/egress.ts";
import { closers, listen, record } from "../../egress/egress.fixture.ts";
import { createVault } from "../../egress/vault.ts";
import { insertPerson } from "../../identity/queries.ts";
import { temporaryKeys } from "../../ledger/ledger.fixture.ts";
import { systemClock, type Clock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import { jsonLog } from "../../lib/log.ts";
import { assert, ok } from "../../lib/result.ts";
import { decideAction } from "../../policy/decide.ts";
import { permitAction, type Permit } from "../../policy/permit.ts";
import { ADA, policiesOf } from "../../policy/policy.fixture.ts";
import { insertSource } from "../source/queries.ts";
import type { HostDeps } from "./deps.ts";

export const ORG = "org_1";
export const CANARY = "canary-4f1c9d";
export const REDIRECT = "http://127.0.0.1:9/callback";

export type Handler = (request: IncomingMessage, answer: ServerResponse, body: string) => void;

/** A peer that answers as `handler` says, which a test may change. */
export async function peerOf(handler: Handler) {
  const seen: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[] =
    [];
  const peer = { handler, seen, origin: "", host: "" };
  const server = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const { method = "", url = "", headers } = request;
      seen.push({ method, url, headers, body });
      peer.handler(request, answer, body);
    });
  });
  const port = await listen(server);
  peer.host = `127.0.0.1:${port}`;
  peer.origin = `http://${peer.host}`;
  return peer;
}

export const json = (answer: ServerResponse, status: number, value: unknown): void => {
  answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
};

export function oauthAt(origin: string, more: Partial<OAuthScheme> = {}): OAuthScheme {
  return {
    kind: "oauth",
    authorizationUrl: `${origin}/auth`,
    tokenUrl: `${origin}/token`,
    scopes: ["openid", "offline_access"],
    clientAuth: "basic",
    accountIn: "id_token.sub",
    ...more,
  };
}

export function connectorOf(scheme: AuthScheme, baseUrl: string) {
  return defineConnector({
    manifest: {
      name: "probe",
      title: "Probe",
      description: "",
      guide: "",
      crawl: scheme,
      acting: scheme,
      rights: "live",
      freshness: { pollMs: 1000, reconcileMs: 1000, objectiveMs: 1000 },
      limits: { concurrent: 4 },
      baseUrl,
    },
    settings: z.object({}).catchall(z.string()),
    test: async () => ({ account: "" }),
  });
}

export async function permitNow(nowMs: number): Promise<Permit> {
  const resource = { type: "Platform", id: "stead" };
  const question = { principal: ADA, action: "run.start", resource };
  const permit = permitAction(decideAction(await policiesOf(), question), { nowMs });
  assert(permit.ok, "a permit");
  return permit.value;
}

export interface Stage {
  readonly deps: HostDeps;
  readonly journal: ReturnType<typeof record>;
  readonly log: string[];
}

/** What one process has of a source `src_1`; a second one on another database pool shares the keys. */
export function stageOf(
  db: FreshDatabase["db"],
  given: {
    scheme: AuthScheme;
    baseUrl: string;
    allow: readonly string[];
    clock?: Clock;
    keys?: ReturnType<typeof temporaryKeys>;
  },
): Stage {
  const { clock = systemClock, keys = temporaryKeys() } = given;
  const ids = createIds(systemClock);
  const log: string[] = [];
  const journal = record();
  const ctx = {
    db,
    orgId: ORG,
    clock,
    ids,
    log: jsonLog(
      (line) => log.push(line),
      () => clock.now(),
    ),
  };
  const egress = createEgress({ ...ctx, clock: systemClock, allowPrivate: given.allow });
  closers.unshift(() => egress.close());
  const deps: HostDeps = {
    ctx,
    egress,
    vault: createVault(keys),
    connectors: new Map([["probe", connectorOf(given.scheme, given.baseUrl)]]),
    redirectUri: REDIRECT,
    wayOf: async () =>
      ok({
        permit: await permitNow(systemClock.now()),
        journal,
        label: { audience: [], classes: [], trust: "record" },
      }),
  };
  return { deps, journal, log };
}

export async function seed(
  db: FreshDatabase["db"],
  settings: Record<string, string> = {},
  id = "src_1",
): Promise<void> {
  for (const person of ["per_ada", "per_bob"]) {
    const email = `${person}@example.com`;
    await insertPerson(
      { db, orgId: ORG },
      { id: person, name: person, email, roles: ["employee"] },
    );
  }
  await insertSource(
    { db, orgId: ORG },
    {
      id,
      connector: "probe",
      name: `Probe ${id}`,
      settings,
      state: "live",
      stateReason: "",
      objectiveMs: 1000,
      failClosed: true,
      trustedDomains: [],
      createdBy: "per_ada",
      createdAt: new Date(0),
    },
  );
}
