// The sandbox of a child process (bubblewrap): no network, nothing of the machine but what a program needs to
// run, none of Stead's data or keys, no other processes, a folder of its own for what is temporary.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import type { Transport } from "@modelcontextprotocol/client";
import { basename, delimiter, dirname, isAbsolute, join, relative, resolve } from "node:path";

/** What a child may see beyond the program itself; set by main, never by a model or a server. */
export interface SandboxGrants {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  /** Sockets of Stead's own, and where the child finds each. */
  readonly sockets?: readonly { readonly from: string; readonly to: string }[];
}

export interface SandboxedChild {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants?: SandboxGrants;
  /** What starts it within the sandbox, and stands before the command. */
  readonly through?: readonly string[];
}

export type Sandbox =
  | { readonly kind: "bubblewrap"; readonly program: string; readonly hidden: readonly string[] }
  /** There is none here, and why; `required`: then no child starts. */
  | { readonly kind: "none"; readonly why: string; readonly required: boolean };

type None = Extract<Sandbox, { kind: "none" }>;

export const NO_SANDBOX: None = {
  kind: "none",
  why: "a child process with a network of its own",
  required: false,
};

/** Of the system, what programs are made of and read; nothing that holds a secret. */
const SYSTEM = words(`
  /usr /bin /sbin /lib /lib32 /lib64 /opt /nix/store /etc/alternatives /etc/ssl/certs
  /etc/ssl/openssl.cnf /etc/ca-certificates /etc/pki/tls/certs /etc/ld.so.cache /etc/ld.so.conf
  /etc/ld.so.conf.d /etc/localtime /etc/mime.types /etc/passwd /etc/group /etc/nsswitch.conf`);
/** Everything of its own: users, processes, network, names, messages; no way to more. */
const ALONE = words(`
  --unshare-all --unshare-user --disable-userns --uid 1000 --gid 1000 --cap-drop ALL
  --die-with-parent --new-session --hostname child --proc /proc --dev /dev --tmpfs /tmp --tmpfs /run`);
const PROBE_MS = 5_000;

export interface SandboxWish {
  /** `require`: without a sandbox no child starts. */
  readonly childSandbox: "auto" | "require" | "off";
  /** Never seen by a child, wherever it is. */
  readonly dataDir: string;
}

/** Whether children can be started in a sandbox here: tried, not guessed. */
export async function findSandbox(
  { childSandbox, dataDir }: SandboxWish,
  path = "",
): Promise<Sandbox> {
  const required = childSandbox === "require";
  const none = (why: string): Sandbox => ({
    kind: "none",
    why: `${NO_SANDBOX.why}: ${why}`,
    required,
  });
  if (childSandbox === "off") return none("the sandbox is turned off");
  const program = onPath("bwrap", path);
  if (program === undefined) return none("bubblewrap is not installed");
  const system = SYSTEM.flatMap((each) => ["--ro-bind-try", each, each]);
  const works = await succeeds(program, [...system, ...ALONE, "--", "true"]);
  if (!works) return none("this system lets no bubblewrap start");
  return { kind: "bubblewrap", program, hidden: [dataDir] };
}

function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return new Promise((answer) => {
    const child = spawn(program, args, {
      stdio: "ignore",
      timeout: PROBE_MS,
      env: { PATH: "/usr/bin:/bin" },
    });
    child.once("error", () => answer(false));
    child.once("exit", (code) => answer(code === 0));
  });
}

/** The same child, started through the sandbox. */
export function sandboxed(
  { program, hidden }: Extract<Sandbox, { kind: "bubblewrap" }>,
  child: SandboxedChild,
): Pick<SandboxedChild, "command" | "args" | "environment"> {
  const { command, args, grants = {}, through = [] } = child;
  const cwd = resolve(child.cwd ?? ".");
  const own = [...programPaths(child), ...args.flatMap((arg) => argumentPaths(arg, cwd))];
  const wanted = [...new Set([...own, ...(grants.read ?? [])])].filter((path) => existsSync(path));
  const read = wanted.filter((path) => !hidden.some((each) => isWithin(real(path), real(each))));
  const options = [
    ...SYSTEM.flatMap((path) => ["--ro-bind-try", path, path]),
    ...ALONE,
    ...read.flatMap((path) => ["--ro-bind-try", path, path]),
    ...read.flatMap((path) => within(path, hidden)).flatMap((path) => ["--tmpfs", path]),
    ...read.flatMap(environmentFiles).flatMap((path) => ["--ro-bind", "/dev/null", path]),
    ...(grants.write ?? []).flatMap((path) => ["--bind", path, path]),
    ...(grants.sockets ?? []).flatMap(({ from, to }) => ["--ro-bind", from, to]),
    "--dir",
    cwd,
    "--chdir",
    cwd,
  ];
  const home = "HOME" in child.environment ? { HOME: "/tmp" } : {};
  const environment = { ...child.environment, ...home, TMPDIR: "/tmp" };
  return { command: program, args: [...options, "--", ...through, command, ...args], environment };
}

/** What stands for a child that may not start. */
export function notStarted(why: string): Transport {
  const refuse = (): Promise<never> => Promise.reject(new Error(why));
  return { start: refuse, send: refuse, close: () => Promise.resolve() };
}

function onPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

/** The program, and what stands beside it: its package, or the libraries of its prefix. */
function programPaths({ command, environment }: SandboxedChild): string[] {
  const found = command.includes("/")
    ? resolve(command)
    : onPath(command, environment["PATH"] ?? "");
  if (found === undefined || !existsSync(found)) return [];
  return [found, realpathSync(found)].flatMap((file) => {
    if (SYSTEM.some((root) => isWithin(file, root))) return [];
    const library = join(dirname(dirname(file)), "lib");
    const beside = basename(dirname(file)) === "bin" && existsSync(library) ? [library] : [];
    return [packageOf(file) ?? file, ...beside];
  });
}

/** A file or folder that an administrator named; a script with its package and what that is built from. */
function argumentPaths(word: string, cwd: string): string[] {
  const arg = word.startsWith("-") ? word.slice(word.indexOf("=") + 1) : word;
  if (!isAbsolute(arg) && !/[./]/.test(arg)) return [];
  const path = resolve(cwd, arg);
  if (dirname(path) === path || !existsSync(path)) return [];
  if (statSync(path).isDirectory()) return [path];
  return [packageOf(path) ?? path, ...modulesAbove(path)];
}

/** The folder of the package that a file belongs to. */
function packageOf(file: string): string | undefined {
  return above(file).find((folder) => existsSync(join(folder, "package.json")));
}

function modulesAbove(file: string): string[] {
  return above(file)
    .map((folder) => join(folder, "node_modules"))
    .filter((folder) => existsSync(folder));
}

function above(file: string): string[] {
  const folders: string[] = [];
  for (let at = dirname(file); dirname(at) !== at; at = dirname(at)) folders.push(at);
  return folders;
}

/** Files of a package's folder in which people keep secrets. */
function environmentFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder)
    .filter((name) => name === ".env" || name.startsWith(".env."))
    .map((name) => join(folder, name));
}

/** Where what is hidden would show under a folder, by whatever links that leads there. */
function within(folder: string, hidden: readonly string[]): string[] {
  return hidden
    .filter((path) => existsSync(path) && isWithin(real(path), real(folder)))
    .map((path) => join(folder, relative(real(folder), real(path))));
}

function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
