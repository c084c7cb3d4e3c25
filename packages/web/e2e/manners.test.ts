// How the console behaves for everybody: keyboard, refusals, narrow screens, contrast, weight.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openHouse, picture } from "./browser.ts";
import type { House } from "./browser.ts";
import { contrasts } from "./contrast.ts";

const FIRST_LOAD_BYTES_MAX = 250_000;
const PAGES =
  "/ask /inbox /runs /agents /agents/new /tools /tools?tab=servers /people /policies " +
  "/policies?tab=try /ledger /egress /keys";

describe.skipIf(chromiumPath === null)("the console's manners", () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
  }, 180_000);
  afterAll(async () => house?.close());

  test("without a session it says how to sign in", async () => {
    const page = await house.browser.newPage();
    await page.goto(`${house.baseUrl}/runs`);
    await page.getByRole("heading", { name: "Sign in with a login link" }).waitFor();
    await page.close();
  });

  test("a refusal says what is not allowed and whom to ask; the menu has no such place", async () => {
    const { page } = await house.visit("employee");
    await page.goto("/ledger");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/ledger\.search[^]*ask the administrators/i);
    const menu = page.getByRole("navigation", { name: "Screens" });
    expect(await menu.getByRole("link", { name: "Ledger" }).count()).toBe(0);
    expect(await menu.getByRole("link", { name: "Inbox" }).count()).toBe(1);
  });

  test("the keyboard goes anywhere, and single keys can be turned off", async () => {
    const { page, faults } = await house.visit("administrator");
    await page.goto("/ask");
    await page.getByRole("heading", { name: "Ask", level: 1 }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: /Go to/ }).fill("poli");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Policies", level: 1 }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await page.getByRole("heading", { name: "People", level: 1 }).waitFor();
    await page.getByRole("table", { name: "People" }).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/people?person=*");
    await page.keyboard.press("?");
    await page.getByRole("checkbox", { name: /Single keys act/ }).uncheck();
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("i");
    expect(new URL(page.url()).pathname).toBe("/people");
    expect(faults).toEqual([]);
  });

  test("who signs in for a question comes back to it, once", async () => {
    const { page, faults } = await house.visit("employee");
    await page.goto("/runs");
    for (const landing of ["/mine?linked=desk", "/accounts?linked=desk"]) {
      // Written when the browser leaves for the provider.
      await page.evaluate(
        (until) => sessionStorage.setItem("stead.came-from", `${until} /runs?status=answered`),
        Date.now() + 60_000,
      );
      await page.goto(landing);
      await page.waitForURL("**/runs?status=answered");
      await page.goto(landing);
      await page
        .getByRole("status")
        .filter({ hasText: /signed in|linked/ })
        .waitFor();
    }
    expect(faults).toEqual([]);
  });

  test("on a narrow screen nothing runs over the edge, and every control has a name", async () => {
    const { page, faults } = await house.visit("auditor", {
      viewport: { width: 390, height: 800 },
    });
    const wrong: string[] = [];
    for (const path of PAGES.split(" ")) {
      await page.goto(path);
      await page.locator("main h1, main [role=alert]").first().waitFor();
      await page.waitForLoadState("networkidle");
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) wrong.push(`${path} runs over by ${over}`);
      for (const name of await page.evaluate(namelessControls)) wrong.push(`${path}: ${name}`);
    }
    expect(wrong).toEqual([]);
    expect(faults).toEqual([]);
  });

  test.each(["light", "dark"] as const)("its %s colours keep to WCAG AA", async (colorScheme) => {
    const { page } = await house.visit("employee", { colorScheme });
    await page.goto("/ask");
    await page.getByRole("heading", { name: "Ask", level: 1 }).waitFor();
    const found = await contrasts(page);
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter((pair) => pair.ratio < pair.needed)).toEqual([]);
  });

  test("the first load is light, and nothing comes from elsewhere", async () => {
    const { page } = await house.visit("employee");
    const weights: number[] = [];
    const hosts = new Set<string>();
    page.on("response", async (response) => {
      hosts.add(new URL(response.url()).host);
      if (!/\.(js|css)$/.test(new URL(response.url()).pathname)) return;
      weights.push(gzipSync(await response.body()).byteLength);
    });
    await page.goto("/ask");
    await page.getByRole("heading", { name: "Ask", level: 1 }).waitFor();
    await page.waitForLoadState("networkidle");
    expect([...hosts]).toEqual([new URL(house.baseUrl).host]);
    const weight = weights.reduce((sum, bytes) => sum + bytes, 0);
    expect(weight).toBeGreaterThan(50_000);
    expect(weight).toBeLessThan(FIRST_LOAD_BYTES_MAX);
  });

  test("a builder makes, tries and publishes an agent", async () => {
    const { page, faults } = await house.visit("agent builder");
    await page.goto("/agents/new");
    await page.getByLabel("Name", { exact: true }).fill("Order helper");
    await page.getByLabel("Instructions").fill("Look orders up for people.");
    await page.getByLabel("Add a tool").selectOption("order.find");
    await page.getByRole("button", { name: "Make the draft" }).click();
    await page.getByRole("heading", { name: "Order helper" }).waitFor();
    await page.getByLabel("Ask the draft").fill("Where is order ORD-1042?");
    await page.keyboard.press("Enter");
    await page.getByText("Answered", { exact: true }).waitFor();
    await picture(page, "agent");
    await page.getByRole("button", { name: "Publish" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/^Note/).fill("First.");
    await dialog.getByRole("button", { name: "Publish" }).click();
    await page.getByRole("table", { name: "Versions" }).getByText("First.").waitFor();
    await page.getByText("may call order.find, acting as the caller").waitFor();
    expect(faults).toEqual([]);
  });
});

/** Runs in the page: what a screen reader could only call "button" or "edit". */
function namelessControls(): string[] {
  // It travels to the page as text, so it brings all it needs.
  // oxlint-disable-next-line unicorn/consistent-function-scoping
  const named = (element: Element): boolean =>
    (element.getAttribute("aria-label") ?? "") !== "" ||
    element.getAttribute("aria-labelledby") !== null ||
    (element.textContent ?? "").trim() !== "" ||
    (element instanceof HTMLInputElement && (element.labels?.length ?? 0) > 0) ||
    (element instanceof HTMLSelectElement && element.labels.length > 0) ||
    (element instanceof HTMLTextAreaElement && element.labels.length > 0);
  return Array.from(document.querySelectorAll("a, button, input, select, textarea"))
    .filter((element) => !named(element) && element.getAttribute("aria-hidden") !== "true")
    .map((element) => element.outerHTML.slice(0, 120));
}
