// A child that means harm, in the real sandbox: no network, none of our files, nobody else's processes. Skipped
// where the system has no bubblewrap.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callTool } from "../tools.fixture.ts";
import { connectTo, READ, someWay, type Connected } from "./mcp.fixture.ts";
import { findSandbox, type Sandbox } from "./sandbox.ts";
import type { McpTransport } from "./server.ts";

const SCRIPT = join(import.meta.dirname, "hostile-child.fixture.ts");
const PATH = "/usr/bin:/bin";
const folder = mkdtempSync(join(tmpdir(), "stead-sandbox-"));
const dataDir = join(folder, "data");
const shared = join(folder, "shared");
/** Other names of the folder and of the keys. */
const link = `${folder}-link`;
const linkToKeys = `${folder}-keys`;
const sandbox = await findSandbox({ childSandbox: "auto", dataDir }, PATH);
const here = sandbox.kind === "bubblewrap";
const without = here ? "" : ` (skipped: ${sandbox.why})`;

/** The data folder stands within what the child is given, as in an installation from a checkout. */
const TRANSPORT: McpTransport = {
  kind: "stdio",
  command: process.execPath,
  args: [
    "--conditions=stead-source",
    SCRIPT,
    folder,
    link,
    join(dataDir, "keys"),
    `--keys=${join(dataDir, "keys/bodies.key")}`,
    linkToKeys,
  ],
  grants: { sockets: [{ from: join(folder, "granted.sock"), to: "/run/granted.sock" }] },
};

let peer: Connected;
let tcp: Server;
let port: number;
let granted: Server;

const listening = (server: Server, where: string | number): Promise<void> =>
  new Promise((resolve) => server.listen(where, resolve));
const trying = async (what: string, target = ""): Promise<string> => {
  const output = await callTool(peer.registry, "peer.try", { arguments: { what, target } });
  return output.ok ? output.value.text : output.failure.detail;
};

beforeAll(async () => {
  mkdirSync(join(dataDir, "keys"), { recursive: true });
  mkdirSync(shared);
  writeFileSync(join(dataDir, "keys/bodies.key"), "the key");
  symlinkSync(folder, link);
  symlinkSync(join(dataDir, "keys"), linkToKeys);
  writeFileSync(join(folder, ".env"), "OPENAI_API_KEY=sk-canary");
  writeFileSync(join(shared, "page.txt"), "a page");
  tcp = createServer((socket) => socket.end());
  await listening(tcp, 0);
  const address = tcp.address();
  port = typeof address === "object" && address ? address.port : 0;
  granted = createServer((socket) => socket.end());
  await listening(granted, join(folder, "granted.sock"));
  if (here)
    peer = await connectTo(TRANSPORT, {
      contracts: { try: READ },
      deps: { sandbox },
      environment: { HOME: "/root" },
    });
});
afterAll(async () => {
  await peer?.close();
  tcp.close();
  granted.close();
  for (const each of [link, linkToKeys]) rmSync(each);
  rmSync(folder, { recursive: true });
});

describe.skipIf(!here)(`a hostile child in its sandbox${without}`, () => {
  test("is no path that is not gated", () => {
    expect(peer.ungated).toEqual([]);
    expect(peer.server.gated).toBe(true);
    expect(peer.registry.get("peer.try")).toMatchObject({ gated: true });
  });

  test("reaches no network: not this machine, not a name server, not the cloud's metadata", async () => {
    expect(await trying("interfaces")).toBe("lo");
    expect(await trying("tcp", `127.0.0.1 ${port}`)).toContain("ECONNREFUSED");
    for (const target of ["169.254.169.254 80", "1.1.1.1 443", "10.0.0.1 22"])
      expect(await trying("tcp", target)).toMatch(/ENETUNREACH|EHOSTUNREACH/);
    expect(await trying("udp", "1.1.1.1 53")).toMatch(/ENETUNREACH/);
    expect(await trying("tcp", "example.com 443")).toMatch(/EAI_AGAIN|ENOTFOUND/);
  });

  test("finds no socket but the one that it was given", async () => {
    expect(await trying("socket", "/run/granted.sock")).toBe("connected");
    expect(await trying("socket", "/var/run/docker.sock")).toMatch(/ENOENT|EACCES/);
    expect(await trying("list", "/run")).toBe("granted.sock");
  });

  test("reads what it was named, and neither keys, nor secrets, nor homes", async () => {
    expect(await trying("read", join(shared, "page.txt"))).toBe("a page");
    expect(await trying("list", dataDir)).not.toContain("keys");
    expect(await trying("read", join(dataDir, "keys/bodies.key"))).toContain("ENOENT");
    expect(await trying("read", join(link, "shared/page.txt"))).toBe("a page");
    for (const path of [join(link, "data/keys/bodies.key"), join(linkToKeys, "bodies.key")])
      expect(await trying("read", path)).toContain("ENOENT");
    expect(await trying("read", join(link, ".env"))).not.toContain("canary");
    expect(await trying("read", join(folder, ".env"))).not.toContain("canary");
    for (const path of ["/root", "/home", "/etc/shadow", "/var", "/sys", "/boot"])
      expect(await trying("list", path)).toMatch(/ENOENT|ENOTDIR|EACCES/);
    expect(await trying("environment")).toContain('"HOME":"/tmp"');
  });

  test("sees no process but its own", async () => {
    const seen = (await trying("list", "/proc")).split(" ").filter((name) => /^\d+$/.test(name));
    expect(seen.map(Number).every((pid) => pid < 20)).toBe(true);
    expect(await trying("read", `/proc/${process.pid}/environ`)).toContain("ENOENT");
    expect(await trying("read", "/proc/1/cmdline")).not.toContain("vitest");
  });

  test("writes nowhere but in a folder that ends with it", async () => {
    for (const path of [join(shared, "page.txt"), SCRIPT, "/usr/bin/env", "/etc/passwd"])
      expect(await trying("write", path)).toMatch(/EROFS|EACCES/);
    expect(await trying("write", join(dataDir, "keys/bodies.key"))).toContain("ENOENT");
    expect(await trying("write", "/tmp/note")).toBe("written");
    expect(readFileSync(join(dataDir, "keys/bodies.key"), "utf8")).toBe("the key");
    expect(readFileSync(join(shared, "page.txt"), "utf8")).toBe("a page");
  });
});

describe.skipIf(!here)(`a child for which a host was named${without}`, () => {
  let named: Connected;
  let echo: Server;
  let at: number;

  beforeAll(async () => {
    echo = createServer((socket) => void socket.pipe(socket).on("error", () => undefined));
    await listening(echo, 0);
    const address = echo.address();
    at = typeof address === "object" && address ? address.port : 0;
    const host = `127.0.0.1:${at}`;
    named = await connectTo(
      { ...TRANSPORT, hosts: [host] },
      { contracts: { try: READ }, deps: { sandbox }, allowPrivate: [host], watchWay: someWay },
    );
  });
  afterAll(async () => {
    await named?.close();
    echo.close();
  });

  const going = async (what: string, target: string): Promise<string> => {
    const output = await callTool(named.registry, "peer.try", { arguments: { what, target } });
    return output.ok ? output.value.text : output.failure.detail;
  };

  test("reaches it through egress, and nothing beside it", async () => {
    expect(await going("proxy", `127.0.0.1:${at}`)).toContain("bytes of the child's own");
    expect(await going("tcp", `127.0.0.1 ${at}`)).toContain("ECONNREFUSED");
    expect(await going("proxy", `127.0.0.1:${port}`)).toContain("an administrator names them");
    expect(await going("tcp", "1.1.1.1 443")).toMatch(/ENETUNREACH|EHOSTUNREACH/);
    expect(await trying("proxy", `127.0.0.1:${at}`)).toContain("ECONNREFUSED");
    expect(named.server.gated).toBe(true);
    expect(named.ungated).toEqual([]);
  });
});

const NONE: Sandbox = { kind: "none", why: "nothing here", required: true };

test("where a sandbox is required and there is none, no child starts and somebody is told why", async () => {
  await expect(
    connectTo(TRANSPORT, { contracts: { try: READ }, deps: { sandbox: NONE } }),
  ).rejects.toThrow(
    "policy.denied: Programs are started in a sandbox only; this would be nothing here.",
  );
});

test("why there is none is said", async () => {
  const off = await findSandbox({ childSandbox: "off", dataDir }, PATH);
  expect(off).toMatchObject({ kind: "none", required: false });
  const absent = await findSandbox({ childSandbox: "require", dataDir }, "/no/such/folder");
  expect(absent).toMatchObject({ kind: "none", required: true });
  expect(absent.kind === "none" && absent.why).toContain("bubblewrap is not installed");
});
