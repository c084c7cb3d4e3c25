// A server of its own for stories and tests: started with fresh data on a free port, stopped with it.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createClient } from "@stead/sdk";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const READY_MS = 120_000;
const STOP_MS = 20_000;

/** Starts `npm start`'s own program; resolves when it prints that it is ready. */
export async function startServer({ env = {}, args = [], dataDir } = {}) {
  const data = dataDir ?? mkdtempSync(join(tmpdir(), "stead-"));
  const start = join(root, "scripts/start.mjs");
  // The database's own account must be able to pass through.
  chmodSync(data, 0o711);
  const child = spawn(process.execPath, ["--conditions=stead-source", start, ...args], {
    env: { ...process.env, STEAD_LOG: "warn", STEAD_PORT: "0", ...env, STEAD_DATA: data },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors = [];
  child.stderr.on("data", (chunk) => {
    errors.push(String(chunk));
    if (errors.length > 200) errors.shift();
  });
  const links = new Map();
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const baseUrl = await new Promise((resolve, reject) => {
    const fail = (why) => reject(new Error(`${why}\n${errors.join("")}`));
    const late = setTimeout(() => fail("the server did not become ready"), READY_MS);
    child.once("exit", (code) => fail(`the server ended with ${code}`));
    let url = "";
    createInterface({ input: child.stdout }).on("line", (line) => {
      url = /ready: (http\S+)/.exec(line)?.[1] ?? url;
      const link = /(\/(?:login|setup|join)\/\S+)(?: {2}(.*))?/.exec(line);
      if (link) links.set(link[2] ?? link[1].split("/")[1], link[1]);
      if (!line.startsWith("Ctrl-C")) return;
      clearTimeout(late);
      resolve(url);
    });
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const killer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(killer);
    if (dataDir === undefined) rmSync(data, { recursive: true, force: true });
  };
  return { baseUrl, links, child, dataDir: data, errors, stop };
}

/** Follows a login link as a browser would; the client carries the session's cookie. */
export async function signInByLink(baseUrl, path) {
  const answer = await fetch(`${baseUrl}${path}`, {
    method: "POST",
    redirect: "manual",
    headers: { origin: baseUrl, "sec-fetch-site": "same-origin" },
  });
  let cookie = cookieOf(answer);
  if (cookie === "") throw new Error(`signing in failed with ${answer.status}`);
  return createClient({
    baseUrl,
    fetch: async (url, init) => {
      const headers = new Headers(init?.headers);
      headers.set("cookie", cookie);
      headers.set("origin", baseUrl);
      const response = await fetch(url, { ...init, headers });
      cookie = cookieOf(response) || cookie;
      return response;
    },
  });
}

function cookieOf(response) {
  const found = response.headers.getSetCookie().find((text) => text.startsWith("stead_session="));
  return found?.split(";")[0] ?? "";
}
