// The way out of a child that has no network: a socket over which it may ask for a connection to one of the
// hosts that an administrator named. What goes through a connection nobody here reads (it is the child's own
// TLS), so labels decide whether there is one, and a report can't prove what it carried.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Log } from "../../lib/log.ts";
import { fail, type Result } from "../../lib/result.ts";
import type { Permit } from "../../policy/permit.ts";
import type { Dialled } from "../dial.ts";
import type { Egress } from "../egress.ts";
import type { Journal } from "../request.ts";

/** In whose name it goes out; undefined while nobody may. */
export type ChildWay = () => Promise<
  { readonly permit: Permit; readonly journal: Journal } | undefined
>;

export interface WayOutOptions {
  readonly name: string;
  /** `host` (port 443) or `host:port`. */
  readonly hosts: readonly string[];
  readonly way: ChildWay;
  /** Of all that the child was ever told. */
  readonly classes: () => readonly string[];
  readonly egress: Pick<Egress, "dial">;
  readonly log: Log;
}

const TUNNELS_MAX = 50;
const IDLE_MS = 5 * 60_000;
const TARGET = /^([A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\]):(\d{1,5})$/;

export class WayOut {
  /** Where it listens: a socket in a folder of its own. */
  readonly path: string;
  readonly #folder: string;
  readonly #options: WayOutOptions;
  readonly #server: Server;
  readonly #hosts: ReadonlySet<string>;
  readonly #tunnels = new Set<Duplex>();
  #asking = 0;

  constructor(options: WayOutOptions) {
    this.#options = options;
    this.#hosts = new Set(options.hosts.map(withPort));
    this.#folder = mkdtempSync(join(tmpdir(), "stead-out-"));
    this.path = join(this.#folder, "out.sock");
    this.#server = createServer((_request, reply) =>
      reply.writeHead(403).end("Only connections of TLS go out: use CONNECT.\n"),
    );
    this.#server.on("connect", (request, client) => void this.#connect(request, client));
    this.#server.on("clientError", (_error, socket) => socket.destroy());
    // It is there when this returns, for the child's sandbox binds it.
    this.#server.listen(this.path);
    this.#server.unref();
  }

  /** Ends what is open: the child was told more, and asks again. */
  closeTunnels(): void {
    for (const each of this.#tunnels) each.destroy();
    this.#tunnels.clear();
  }

  async close(): Promise<void> {
    this.closeTunnels();
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #connect(request: IncomingMessage, client: Duplex): Promise<void> {
    client.on("error", () => client.destroy());
    const before = [...this.#options.classes()];
    const dialled = await this.#open(request.url ?? "");
    if (!dialled.ok) {
      const { code, detail } = dialled.failure;
      this.#options.log("warn", "a child's way out was refused", {
        server: this.#options.name,
        why: detail,
      });
      const status = code === "egress.unreachable" || code === "egress.timeout" ? 502 : 403;
      client.end(`HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain\r\n\r\n${detail}\n`);
      return;
    }
    const { socket } = dialled.value;
    // What it was told while it was being connected has not been judged.
    const isTold = this.#options.classes().some((each) => !before.includes(each));
    if (client.destroyed || isTold) {
      socket.destroy();
      client.destroy();
      return;
    }
    this.#join(client, socket);
  }

  async #open(target: string): Promise<Result<Dialled>> {
    const { name, egress, classes, way } = this.#options;
    const [, host = "", port = ""] = TARGET.exec(target) ?? [];
    if (!this.#hosts.has(`${host.toLowerCase()}:${port}`))
      return fail(
        "egress.blocked",
        `${target.slice(0, 260)} is not among the hosts of ${name}; an administrator names them.`,
      );
    if (this.#tunnels.size + this.#asking >= TUNNELS_MAX)
      return fail("egress.blocked", `${name} has ${TUNNELS_MAX} connections already.`);
    this.#asking++;
    try {
      const found = await way();
      if (!found)
        return fail("policy.denied", `Nobody vouches for ${name} any more: connect it anew.`);
      const purpose = `mcp:${name}`;
      const to = { kind: "tool" as const, name: purpose };
      const about = { protocol: "tunnel", purpose, classes: classes(), to };
      const bare = host.replace(/^\[|\]$/g, "");
      const asked = { ...about, host: bare, port: Number(port) };
      return await egress.dial(found.permit, asked, found.journal);
    } finally {
      this.#asking--;
    }
  }

  #join(client: Duplex, socket: Dialled["socket"]): void {
    this.#tunnels.add(client);
    const end = (): void => {
      this.#tunnels.delete(client);
      client.destroy();
      socket.destroy();
    };
    socket.setTimeout(IDLE_MS, end);
    for (const each of [client, socket]) each.on("error", end).once("close", end);
    client.write("HTTP/1.1 200 Connected\r\n\r\n");
    client.pipe(socket).pipe(client);
  }
}

function withPort(host: string): string {
  return /:\d+$/.test(host) ? host.toLowerCase() : `${host.toLowerCase()}:443`;
}
