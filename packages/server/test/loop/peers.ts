// MCP servers that a test changes and kills in the middle of runs, of each kind that there is.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort, startProcess, type Spawned } from "./processes.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures");
const CONDITION = "--conditions=stead-source";

export interface Peer {
  readonly transport: object;
  /** `host:port` that Stead must be allowed to reach; empty over stdio. */
  readonly host: string;
  /** Resolves once its tool `hang` has been called. */
  hangs(): Promise<void>;
  change(): void;
  kill(): Promise<void>;
  /** Up again, where it does not come back by itself. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export type PeerKind = "stdio" | "http" | "older http";

export async function startPeer(kind: PeerKind): Promise<Peer> {
  const place = mkdtempSync(join(tmpdir(), "stead-peer-"));
  const peer = kind === "stdio" ? stdioPeer(place) : await httpPeer(place, kind);
  const hangs = async (): Promise<void> => {
    while (!existsSync(join(place, "hangs"))) await sleep(20);
  };
  const stop = async (): Promise<void> => {
    await peer.stop();
    rmSync(place, { recursive: true });
  };
  return { ...peer, hangs, stop };
}

/** Stead starts it; it says in a file who it is. */
function stdioPeer(place: string): Omit<Peer, "hangs"> {
  const signal = (name: NodeJS.Signals): boolean =>
    process.kill(Number(readFileSync(join(place, "pid"), "utf8")), name);
  const args = [CONDITION, join(FIXTURES, "mcp-stdio.ts"), place];
  return {
    transport: { kind: "stdio", command: process.execPath, args },
    host: "",
    change: () => void signal("SIGUSR2"),
    kill: async () => void signal("SIGKILL"),
    restart: async () => undefined,
    stop: async () => undefined,
  };
}

async function httpPeer(place: string, kind: PeerKind): Promise<Omit<Peer, "hangs">> {
  const port = await freePort();
  const args = [place, String(port), kind === "http" ? "newer" : "older"];
  const start = (): Promise<Spawned> =>
    startProcess(args, {}, join(FIXTURES, "mcp-http-process.ts"));
  let spawned = await start();
  return {
    transport: { kind: "http", url: `http://127.0.0.1:${port}/mcp` },
    host: `127.0.0.1:${port}`,
    change: () => void spawned.child.kill("SIGUSR2"),
    kill: () => spawned.kill("SIGKILL"),
    restart: async () => {
      spawned = await start();
    },
    stop: () => spawned.kill("SIGKILL"),
  };
}
