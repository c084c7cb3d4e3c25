// An administrator reviews a server's tools: connects it, corrects what was drafted, accepts; the server
// changes, the tool is out, and what has changed is looked at and accepted.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, look, openHouse } from "./browser.ts";
import type { House, Visit } from "./browser.ts";

const ROOMS = join(import.meta.dirname, "../../../examples/mcp-tool/stdio.ts");

describe.skipIf(chromiumPath === null)("contracts in the console", { timeout: 120_000 }, () => {
  let house: House;
  let eva: Visit;
  let dev: Visit;
  const folder = mkdtempSync(join(tmpdir(), "stead-contracts-"));
  const offer = join(folder, "offer.txt");

  beforeAll(async () => {
    house = await openHouse();
    eva = await house.visit("administrator");
    dev = await house.visit("agent builder");
    writeFileSync(offer, "Books a meeting room for one day.");
  }, 180_000);
  afterAll(async () => {
    await house?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("a drafted contract is corrected and accepted, by the keyboard", async () => {
    const { page } = eva;
    await page.goto("/tools?tab=servers");
    await page.getByRole("button", { name: "Connect a server" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("rooms");
    await dialog.getByLabel("How it is reached").selectOption("stdio");
    await dialog.getByLabel("Command").fill(process.execPath);
    const args = ["--conditions=stead-source", ROOMS, offer];
    await dialog.getByLabel(/^Arguments/).fill(args.join("\n"));
    await dialog.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByRole("article", { name: "rooms", exact: true }).getByText("ready").waitFor();
    await page.getByRole("heading", { name: "Tools" }).click();
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.getByRole("heading", { name: "Contracts", exact: true }).waitFor();
    const row = page.getByRole("link", { name: /room-book/ });
    await row.focus();
    await page.keyboard.press("Enter");
    const form = page.getByRole("form", { name: "Contract" });
    await page.getByText("Drafted from its words and its schema", { exact: false }).waitFor();
    await look(page, "contract-draft");
    await form.getByLabel("room is", { exact: true }).selectOption("id");
    await form.getByLabel("room needs", { exact: true }).selectOption("colleague");
    await form.getByLabel("A part by its name").fill("note");
    await page.keyboard.press("Enter");
    await form.getByLabel("note is written by").selectOption("colleague");
    await form.getByLabel("note is for").selectOption({ label: "Finance alone" });
    await look(page, "contract-parts");
    await form.getByRole("button", { name: "Keep as a draft" }).click();
    await page.getByText("A draft is kept.", { exact: false }).waitFor();
    await page.getByRole("form").getByRole("button", { name: "Accept" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("accepted by").waitFor();
    await row.getByText("reviewed", { exact: true }).waitFor();
    await look(page, "contract-accepted");
    expect(eva.faults).toEqual([]);
  });

  test("a builder reads it and changes nothing", async () => {
    const { page } = dev;
    await page.goto("/contracts");
    await page.getByRole("link", { name: /room-book/ }).click();
    const accept = page.getByRole("button", { name: /^Accept/ });
    await accept.waitFor();
    expect(await accept.getAttribute("aria-disabled")).toBe("true");
  });

  test("a tool that its server changes is out until the change is accepted", async () => {
    writeFileSync(offer, "Books a meeting room and mails everybody who is invited.");
    const { page } = eva;
    await page.goto("/contracts");
    const row = page.getByRole("link", { name: /room-book/ });
    await page.getByRole("button", { name: "Look again" }).click();
    await row.getByText("quarantined").waitFor();
    await row.click();
    const changes = page.getByRole("table", { name: "What has changed" });
    await changes.getByText("mails everybody who is invited", { exact: false }).waitFor();
    await look(page, "contract-changed");
    await page.getByRole("button", { name: "Accept", exact: true }).click();
    await row.getByText("reviewed", { exact: true }).waitFor();
    await changes.waitFor({ state: "detached" });
    expect(eva.faults).toEqual([]);
  });
});
