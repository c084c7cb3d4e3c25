// A gate in front of an emulated vendor, which itself takes any token for somebody's: it knows those that were
// issued, and turns away what is unknown, has ended or was withdrawn. Every bearer token must pass it.
import { createServer } from "node:http";
import { createServer as createProbe } from "node:net";
import { createEmulator, type SeedConfig } from "emulate";
import { closers, listen } from "../../src/egress/egress.fixture.ts";
import { systemClock, type Clock } from "../../src/lib/clock.ts";

/** What one sign-in gave: all of it ends together. */
export interface Grant {
  readonly user: string;
  isWithdrawn: boolean;
}
export type Standing = "good" | "unknown" | "expired" | "revoked";

export interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export interface Answered {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export class Gate {
  readonly clock: Clock = { ...systemClock, now: () => systemClock.now() + this.skewMs };
  /** Moves the gate and whoever uses its clock. */
  skewMs = 0;
  readonly seen: Asked[] = [];
  readonly #access = new Map<string, { grant: Grant; untilMs: number }>();
  readonly #refresh = new Map<string, Grant>();
  readonly #dead = new Set<string>();
  origin = "";
  upstream = "";

  issue(grant: Grant, token: { access?: string; seconds?: number; refresh?: string }): void {
    const untilMs =
      token.seconds === undefined ? Infinity : this.clock.now() + token.seconds * 1000;
    if (token.access !== undefined) this.#access.set(token.access, { grant, untilMs });
    if (token.refresh !== undefined) this.#refresh.set(token.refresh, grant);
  }

  standingOf(token: string): Standing {
    const found = this.#access.get(token);
    if (!found) return "unknown";
    if (found.grant.isWithdrawn || this.#dead.has(token)) return "revoked";
    return found.untilMs <= this.clock.now() ? "expired" : "good";
  }

  grantOf(token: string): Grant | undefined {
    return this.#access.get(token)?.grant ?? this.#refresh.get(token);
  }

  mayRenew(refresh: string): boolean {
    const grant = this.#refresh.get(refresh);
    return grant !== undefined && !grant.isWithdrawn && !this.#dead.has(refresh);
  }

  /** This one alone; a renewed one's predecessor. */
  kill(token: string): void {
    this.#dead.add(token);
  }

  /** As if it had never been issued. */
  forget(token: string): void {
    this.#access.delete(token);
    this.#refresh.delete(token);
  }

  /** At the vendor, by the person or an administrator of theirs. */
  withdraw(user: string): void {
    for (const grant of [...this.#access.values()].map((one) => one.grant))
      if (grant.user === user) grant.isWithdrawn = true;
  }

  /** Changed by tests: the vendor does not answer. */
  isAway = false;

  async forward({ method, path, headers, body }: Asked): Promise<Answered> {
    if (this.isAway) throw new Error("away");
    const { host: _host, connection: _connection, "content-length": _length, ...rest } = headers;
    const answer = await fetch(`${this.upstream}${path}`, {
      method,
      headers: rest,
      redirect: "manual",
      ...(method === "GET" ? {} : { body }),
    });
    const type = answer.headers.get("content-type");
    const location = answer.headers.get("location");
    const given = { ...(type && { "content-type": type }), ...(location && { location }) };
    return { status: answer.status, headers: given, body: await answer.text() };
  }
}

export interface GateOptions {
  readonly service: "google" | "slack";
  readonly seed: SeedConfig;
  readonly answer: (gate: Gate, asked: Asked) => Promise<Answered>;
}

export async function openGate({ service, seed, answer }: GateOptions): Promise<Gate> {
  const gate = new Gate();
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "GET", url: path = "/" } = request;
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const asked = { method, path, headers, body: Buffer.concat(chunks).toString() };
      gate.seen.push(asked);
      answer(gate, asked).then(
        ({ status, headers: given, body }) => reply.writeHead(status, given).end(body),
        (error: unknown) => reply.writeHead(500).end(String(error)),
      );
    });
  });
  gate.origin = `http://127.0.0.1:${await listen(server)}`;
  const port = await freePort();
  gate.upstream = `http://127.0.0.1:${port}`;
  const emulator = await createEmulator({ service, port, baseUrl: gate.origin, seed });
  closers.push(() => emulator.close());
  return gate;
}

async function freePort(): Promise<number> {
  const probe = createProbe();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

export const json = (value: unknown, status = 200): Answered => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});

export function bearerOf({ headers }: Asked): string {
  return /^Bearer (.+)$/.exec(headers["authorization"] ?? "")?.[1] ?? "";
}

/** What a browser does on the vendor's page, where somebody picks who they are. */
export async function pickAs(url: string, who: string): Promise<URLSearchParams> {
  const page = await fetch(url);
  const html = await page.text();
  const form = html.split("<form").find((one) => one.includes(`>${who}</span>`));
  if (!page.ok || form === undefined)
    throw new Error(`${page.status} nobody is ${who}: ${html.match(/<h1[^]*?<\/p>/)?.[0] ?? ""}`);
  const fields = [...form.matchAll(/name="([^"]*)" value="([^"]*)"/g)].map(
    ([, name = "", value = ""]): [string, string] => [plain(name), plain(value)],
  );
  const action = plain(/action="([^"]*)"/.exec(form)?.[1] ?? "");
  const done = await fetch(new URL(action, url), {
    method: "POST",
    body: new URLSearchParams(fields),
    redirect: "manual",
  });
  return new URL(done.headers.get("location") ?? "").searchParams;
}

function plain(html: string): string {
  return html
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
