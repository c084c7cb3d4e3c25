// What people do in the console beside the main job: refuse, edit and approve, connect a server and use its
// tool, share an agent, make a key and revoke it. One company, in the order in which it happens.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, look, openHouse } from "./browser.ts";
import type { House, Visit } from "./browser.ts";

const REFUND = 'Please refund 250 dollars of order ORD-1042, because "the sensor arrived broken".';
const BOOKING = 'Please book the room "ROOM-12" on 2026-12-24.';
const ROOMS = join(import.meta.dirname, "../../../examples/mcp-tool/stdio.ts");

const offered = (page: Page) => page.getByRole("navigation", { name: "Agents to ask" });

async function openCard(page: Page, title: RegExp): Promise<void> {
  await page.goto("/inbox");
  await page.getByRole("link", { name: title }).first().click();
  await page.getByRole("form", { name: "Your answer" }).waitFor();
}

describe.skipIf(chromiumPath === null)("everyday work in the console", { timeout: 120_000 }, () => {
  let house: House;
  let ada: Visit;
  let carla: Visit;
  let eva: Visit;
  let dev: Visit;
  const folder = mkdtempSync(join(tmpdir(), "stead-rooms-"));

  beforeAll(async () => {
    house = await openHouse();
    ada = await house.visit("employee");
    carla = await house.visit("finance");
    eva = await house.visit("administrator");
    dev = await house.visit("agent builder");
    writeFileSync(join(folder, "offer.txt"), "Books a meeting room for one day.");
  }, 180_000);
  afterAll(async () => {
    await house?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Asks in a thread of its own, and waits until a person is asked. */
  async function ask(agent: RegExp, question: string): Promise<void> {
    const { page } = ada;
    await page.goto("/ask");
    await offered(page).getByRole("link", { name: agent }).click();
    await page.getByRole("textbox", { name: agent }).fill(question);
    await page.keyboard.press("Enter");
    await page.getByText("This call waits for a person.").waitFor();
  }

  test("a refusal with its reason reaches who asked, and nothing is done", async () => {
    await ask(/Refund desk/, REFUND);
    const { page } = carla;
    await openCard(page, /Refund an order/);
    await look(page, "inbox");
    await page.getByLabel(/^Note/).fill("The sensor was never returned.");
    await page.getByRole("button", { name: "Refuse" }).click();
    await page.getByText("Refused by Carla Ruiz", { exact: false }).waitFor();
    await ada.page.getByText("Answered", { exact: true }).waitFor();
    const told = await ada.page.locator("main").innerText();
    expect(told).toContain("The sensor was never returned.");
    expect(told).not.toMatch(/RF-[0-9A-F]{8}/);
    await look(ada.page, "refused");
  });

  test("an edited call is decided anew, done as edited, and both see that it was", async () => {
    await ask(/Refund desk/, REFUND);
    const { page } = carla;
    await openCard(page, /Refund an order/);
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page.getByLabel("amountCents", { exact: true }).fill("lots");
    await page.getByRole("button", { name: "Approve as edited" }).click();
    await page.getByRole("form", { name: "Your answer" }).getByRole("alert").first().waitFor();
    await page.getByLabel("amountCents", { exact: true }).fill("12000");
    await look(page, "edit");
    await page.getByRole("button", { name: "Approve as edited" }).click();
    await page.getByText("Approved by Carla Ruiz", { exact: false }).waitFor();
    await page.getByRole("heading", { name: "approved, edited" }).waitFor();
    await ada.page.getByText("Answered", { exact: true }).waitFor();
    expect(await ada.page.locator("main").innerText()).toMatch(/RF-[0-9A-F]{8}/);
    // The card is headed by the tool's title, its name stands beside it.
    const card = ada.page.getByRole("group").filter({ hasText: "refund.create" }).first();
    expect(await card.innerText()).toMatch(/^Refund an order\s+refund\.create/);
    await card.getByText("Refund an order").click();
    await card.getByText("12000", { exact: true }).waitFor();
    await card.getByText("Approved as edited by Carla Ruiz", { exact: false }).waitFor();
    await look(ada.page, "edited");
  });

  test("an administrator connects a server; its tool is there, unreviewed", async () => {
    const { page } = eva;
    await page.goto("/tools?tab=servers");
    await page.getByRole("button", { name: "Connect a server" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("rooms");
    await dialog.getByLabel("How it is reached").selectOption("stdio");
    await dialog.getByLabel("Command").fill(process.execPath);
    const args = ["--conditions=stead-source", ROOMS, join(folder, "offer.txt")];
    await dialog.getByLabel(/^Arguments/).fill(args.join("\n"));
    await look(page, "connect-server");
    await dialog.getByRole("button", { name: "Connect", exact: true }).click();
    const server = page.getByRole("article", { name: "rooms", exact: true });
    await server.getByText("ready", { exact: true }).waitFor();
    await server.getByRole("button", { name: "Copy audience" }).waitFor();
    await look(page, "servers");
    await server.getByRole("link", { name: "rooms.room-book" }).click();
    await page.getByRole("heading", { name: /Book a room/ }).waitFor();
    await look(page, "tools");
  });

  test("a builder shares an agent: a colleague has it from then on", async () => {
    const { page } = dev;
    await page.goto("/agents/new");
    await page.getByLabel("Name", { exact: true }).fill("Room desk");
    await page.getByLabel("Purpose").fill("Books rooms.");
    await page.getByLabel("Instructions").fill("You book meeting rooms. Say what was done.");
    await page.getByLabel("Add a tool").selectOption("rooms.room-book");
    await page.getByLabel("Where building comes from").selectOption("identity.department");
    await look(page, "new-agent");
    await page.getByRole("button", { name: "Make the draft" }).click();
    await page.getByRole("heading", { name: "Room desk" }).waitFor();
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Publish" }).click();
    await page.getByRole("table", { name: "Versions" }).waitFor();

    await ada.page.goto("/ask");
    await offered(ada.page)
      .getByRole("link", { name: /Refund desk/ })
      .waitFor();
    expect(
      await offered(ada.page)
        .getByRole("link", { name: /Room desk/ })
        .count(),
    ).toBe(0);
    await page.getByRole("link", { name: "Who may use it" }).click();
    await page.getByLabel("Find a group").fill("patient serv");
    await page.getByLabel("Patient Services", { exact: false }).first().check();
    await look(page, "share");
    await page.getByRole("button", { name: "Save who may use it" }).click();
    await page.getByText("There is nothing to save.").first().waitFor({ state: "attached" });
    await ada.page.goto("/ask");
    await offered(ada.page)
      .getByRole("link", { name: /Room desk/ })
      .waitFor();
    await look(ada.page, "ask");
  });

  test("the colleague uses the server's tool, once an administrator has agreed", async () => {
    await ask(/Room desk/, BOOKING);
    const { page } = eva;
    await openCard(page, /Book a room/);
    await look(page, "inbox-unreviewed");
    await page.getByRole("button", { name: "Approve this call" }).click();
    await page.getByText("Approved by Eva Lindqvist", { exact: false }).waitFor();
    await ada.page.getByText("Answered", { exact: true }).waitFor();
    expect(await ada.page.locator("main").innerText()).toContain(
      "Booked ROOM-12 in Patient Services on 2026-12-24: BK-1",
    );
    await look(ada.page, "booked");
  });

  test("a key opens what its scopes name, until it is revoked", async () => {
    const { page } = ada;
    await page.goto("/keys");
    await page.getByText("You have no keys").waitFor();
    await page.getByRole("button", { name: "New key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("reports");
    await dialog.getByLabel(/run\.\*/).check();
    await look(page, "new-key");
    await dialog.getByRole("button", { name: "Make the key" }).click();
    const secret = dialog.getByRole("button", { name: "Copy API key" });
    const key = ((await secret.textContent()) ?? "").trim();
    expect(key).toMatch(/^stead_[\w-]{43}$/);
    await dialog.getByRole("button", { name: "I have it" }).click();
    await page.getByRole("table", { name: "API keys" }).getByText("reports").waitFor();
    await look(page, "keys");
    const status = async (path: string): Promise<number> => {
      const headers = { authorization: `Bearer ${key}` };
      return (await fetch(`${house.baseUrl}${path}`, { headers })).status;
    };
    expect(await status("/api/runs")).toBe(200);
    expect(await status("/api/threads")).toBe(403);
    await page.getByRole("button", { name: "Revoke reports" }).click();
    await page.getByRole("button", { name: "Really revoke reports" }).click();
    await page.getByText("You have no keys").waitFor();
    expect(await status("/api/runs")).toBe(401);
  });

  test("nobody's page had a fault", async () => {
    for (const place of ["/policies", "/policies?tab=try", "/egress", "/people", "/agents"]) {
      await eva.page.goto(place);
      await look(eva.page, `eva${place.replaceAll(/\W+/g, "-")}`);
    }
    expect([ada, carla, eva, dev].flatMap(({ faults }) => faults)).toEqual([]);
  });
});
