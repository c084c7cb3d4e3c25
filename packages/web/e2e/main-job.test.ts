// The main job through the console: ask, wait, approve, done; as asker, approver and auditor.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openHouse, picture } from "./browser.ts";
import type { House, Visit } from "./browser.ts";

const QUESTION =
  'Please refund 250 dollars of order ORD-1042, because "the sensor arrived broken".';

describe.skipIf(chromiumPath === null)("the main job in the console", () => {
  let house: House;
  let ada: Visit;
  let carla: Visit;
  let runUrl = "";

  beforeAll(async () => {
    house = await openHouse();
    ada = await house.visit("employee");
    carla = await house.visit("finance", { colorScheme: "dark" });
  }, 180_000);
  afterAll(async () => house?.close());

  test("the asker sees the call wait, as whom it acts, which policy asks and who can approve", async () => {
    const { page } = ada;
    await page.goto("/ask");
    await page.getByRole("link", { name: /Refund desk/ }).click();
    await page.getByRole("textbox", { name: /Ask Refund desk/ }).fill(QUESTION);
    await page.keyboard.press("Enter");
    const waits = page.getByText("This call waits for a person.");
    await waits.waitFor();
    const card = page.getByRole("group").filter({ has: waits });
    await expect.poll(() => card.innerText()).toContain("as Ada Park, with their own rights");
    const text = await card.innerText();
    expect(text).toContain("ORD-1042");
    expect(text).toContain("25000");
    expect(text).toContain("refunds.above-100");
    expect(text).toContain("Finance approvers");
    await page.getByText("Waiting for approval", { exact: false }).first().waitFor();
    await picture(page, "ask");
  });

  test("while the server restarts the page says so, then takes the run up, nothing doubled", async () => {
    const { page } = ada;
    const steps = page.getByRole("list", { name: "Steps" });
    const before = withoutTimes(await steps.innerText());
    await house.stopServer();
    await page.getByText("Reconnecting", { exact: true }).waitFor();
    await page.getByText("Stead does not answer just now.", { exact: false }).waitFor();
    expect(withoutTimes(await steps.innerText())).toBe(before);
    await house.startServer();
    await page.getByText("Waiting for approval", { exact: true }).waitFor({ timeout: 60_000 });
    expect(withoutTimes(await steps.innerText())).toBe(before);
    // What the browser itself reports of a server that is away is no fault of the page.
    ada.faults.length = 0;
  }, 180_000);

  test("the approver sees the exact call and what is withheld, then approves", async () => {
    const { page } = carla;
    await page.goto("/inbox");
    await page.getByRole("link", { name: /Refund an order/ }).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    const call = page.getByRole("region", { name: "The exact call" });
    expect(await call.innerText()).toMatch(/orderId\s+ORD-1042\s+id, typed by Ada Park/);
    const authority = page.getByRole("list", { name: "Line of authority" });
    expect(await authority.innerText()).toMatch(/Ada Park[^]*Refund desk v1[^]*Ada Park/);
    await picture(page, "inbox-dark");

    await page.getByRole("link", { name: "open the trace" }).click();
    await page.getByText("You see it as an approver", { exact: false }).waitFor();
    await page.getByText("Withheld.", { exact: false }).waitFor();
    await page.goBack();

    await page.getByLabel(/^Note/).fill("Seen the photos.");
    await page.getByRole("button", { name: "Approve this call" }).click();
    await page.getByText("Approved by Carla Ruiz", { exact: false }).waitFor();
    expect(carla.faults).toEqual([]);
  });

  test("the asker's page goes on by itself to the answer, and the trace tells the whole", async () => {
    const { page } = ada;
    await page.getByText("Answered", { exact: true }).waitFor();
    await expect.poll(() => page.locator("main").innerText()).toMatch(/RF-[0-9A-F]{8}/);
    await page.getByRole("link", { name: "Open the trace" }).click();
    await page.waitForURL("**/runs/**");
    runUrl = new URL(page.url()).pathname;
    const tree = page.getByRole("region", { name: "What happened, in order" });
    await tree.getByRole("link", { name: /approval/ }).waitFor();
    await tree.getByRole("link", { name: /model/ }).first().click();
    await page.getByRole("heading", { name: /What the model saw/ }).waitFor();
    await page.getByRole("table", { name: "Context receipt" }).waitFor();
    await picture(page, "run");
    expect(ada.faults).toEqual([]);
  });

  test("the auditor opens it, finds that reading recorded, and the ledger verifies", async () => {
    const { page, faults } = await house.visit("auditor");
    await page.goto(runUrl);
    await page.getByText("That you opened it is recorded.", { exact: false }).waitFor();
    await page.goto("/ledger?type=run.read");
    await page.getByRole("table", { name: "Events" }).getByText("run.read").first().waitFor();
    await page.getByRole("button", { name: "Verify now" }).click();
    await page.getByText("verifies", { exact: true }).waitFor();
    await picture(page, "ledger");
    expect(faults).toEqual([]);
  });
});

function withoutTimes(text: string): string {
  return text.replaceAll(/\d+ (h|min|s)\b|just now|\d+ min\. ago/g, "");
}
