// The machine's Chromium, and people signed in to a server of their own; null where there is no Chromium.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const ARGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const ROOT = join(import.meta.dirname, "../../..");

export const chromiumPath = PLACES.find((path) => existsSync(path)) ?? null;

interface StageModule {
  startServer: (given: {
    dataDir: string;
    env?: Record<string, string>;
    args?: readonly string[];
  }) => Promise<Server>;
}

interface Server {
  baseUrl: string;
  /** What a persona is, as the terminal says it -> the path of their login link. */
  links: Map<string, string>;
  stop: () => Promise<void>;
}

export interface Visit {
  page: Page;
  /** What the page said went wrong. */
  faults: string[];
}

export interface House {
  baseUrl: string;
  browser: Browser;
  /** The paths that the server printed, by what it said of each; `setup` for the first administrator. */
  links: () => ReadonlyMap<string, string>;
  /** A page of nobody in particular. */
  stranger: (options?: BrowserContextOptions) => Promise<Visit>;
  /** A page of this persona, signed in by their link; each page has a window of its own. */
  visit: (persona: string, options?: BrowserContextOptions) => Promise<Visit>;
  stopServer: () => Promise<void>;
  /** Again, on the same data and port. */
  startServer: () => Promise<void>;
  close: () => Promise<void>;
}

export interface HouseOptions {
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
}

export async function openHouse({ args = [], env = {} }: HouseOptions = {}): Promise<House> {
  const stage: StageModule = await import(new URL("scripts/stage.mjs", `file://${ROOT}/`).href);
  const dataDir = mkdtempSync(join(tmpdir(), "stead-console-"));
  let server = await stage.startServer({ dataDir, args, env });
  const browser = await chromium.launch({ executablePath: chromiumPath ?? "", args: ARGS });
  const cookies = new Map<string, Awaited<ReturnType<typeof signIn>>>();
  const open = async (options: BrowserContextOptions): Promise<Visit> => {
    const viewport = { width: 1440, height: 900 };
    const context = await browser.newContext({ viewport, baseURL: server.baseUrl, ...options });
    const page = await context.newPage();
    return { page, faults: listen(page) };
  };
  return {
    baseUrl: server.baseUrl,
    browser,
    links: () => server.links,
    stranger: (options = {}) => open(options),
    visit: async (persona, options = {}) => {
      const state = cookies.get(persona) ?? (await signIn(browser, server, persona));
      cookies.set(persona, state);
      return open({ ...options, storageState: state });
    },
    stopServer: () => server.stop(),
    startServer: async () => {
      const again = { ...env, STEAD_PORT: new URL(server.baseUrl).port };
      server = await stage.startServer({ dataDir, args, env: again });
    },
    close: async () => {
      await browser.close();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Through the login page, as a person does. */
async function signIn(browser: Browser, server: Server, persona: string) {
  const link = [...server.links].find(([what]) => what.startsWith(persona))?.[1];
  if (link === undefined) throw new Error(`the server prints no link for "${persona}"`);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${server.baseUrl}${link}`);
  await page.waitForURL("**/ask");
  const state = await context.storageState();
  await context.close();
  return state;
}

/** A refusal that a test provokes is no fault; anything else that a browser reports is. */
function listen(page: Page): string[] {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() !== "error" || /status of (40[1349]|422)/.test(message.text())) return;
    faults.push(message.text());
  });
  return faults;
}

/** Pictures for the README are taken only when they are asked for. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env["STEAD_SCREENSHOTS"] !== "1") return;
  // Nothing hovered or focused, and time for what follows by itself (a list, a badge).
  await page.mouse.move(0, 0);
  await page.evaluate("document.activeElement?.blur()");
  await page.waitForTimeout(2500);
  await page.screenshot({ path: join(ROOT, "docs/screenshots", `${name}.png`) });
}

/** For eyes: each screen as it stands, in a folder that the one who looks names. */
export async function look(page: Page, name: string): Promise<void> {
  const folder = process.env["STEAD_LOOK"];
  if (folder === undefined) return;
  await page.waitForLoadState("networkidle");
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: join(folder, `${name}-${scheme}.png`) });
  }
}
