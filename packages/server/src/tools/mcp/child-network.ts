// What network a sandboxed child has: none, or a way out to the hosts that an administrator named, for as long
// as what it has been told may go there.
import type { Label } from "@stead/protocol";
import { joinLabels, NEUTRAL } from "../../access/label.ts";
import { forwarded } from "../../egress/child/forwarded.ts";
import { WayOut } from "../../egress/child/way-out.ts";
import type { SandboxedChild } from "./sandbox.ts";
import type { McpDeps, McpSetup } from "./server.ts";

export class ChildNetwork {
  readonly #setup: McpSetup;
  readonly #deps: Pick<McpDeps, "egress" | "log">;
  /** Of all calls ever: what a process was told may be written down for the next. */
  #told: Label = NEUTRAL;
  #wayOut: WayOut | undefined;

  constructor(setup: McpSetup, deps: Pick<McpDeps, "egress" | "log">) {
    this.#setup = setup;
    this.#deps = deps;
  }

  /** The child with its way out, if it has one. */
  added(child: SandboxedChild): SandboxedChild {
    const { transport, name, watchWay } = this.#setup;
    const hosts = transport.kind === "stdio" ? (transport.hosts ?? []) : [];
    if (hosts.length === 0 || !watchWay) return child;
    this.#wayOut ??= new WayOut({
      ...this.#deps,
      name,
      hosts,
      way: watchWay,
      classes: () => this.#told.classes,
    });
    const { through, files, socket, environment } = forwarded(this.#wayOut.path);
    const { grants = {} } = child;
    return {
      ...child,
      through,
      environment: { ...child.environment, ...environment },
      grants: {
        ...grants,
        read: [...(grants.read ?? []), ...files],
        sockets: [...(grants.sockets ?? []), socket],
      },
    };
  }

  /** Before it is told: what is open was judged by less. */
  told(label: Label): void {
    const before = this.#told;
    this.#told = joinLabels([before, label]);
    if (this.#told.classes.length > before.classes.length) this.#wayOut?.closeTunnels();
  }

  async close(): Promise<void> {
    await this.#wayOut?.close();
    this.#wayOut = undefined;
  }
}
