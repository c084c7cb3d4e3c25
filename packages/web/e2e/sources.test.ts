// A source connected by clicking, its documents asked for by who may read them, and a right taken away in
// the source that is gone here. Against a Drive on a real port that keeps its own permissions.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Drive, serveDrive } from "../../../examples/ask-drive/drive.ts";
import { chromiumPath, look, openHouse, picture } from "./browser.ts";
import type { House, Visit } from "./browser.ts";

const PORT = 4791;
const HERE = `http://127.0.0.1:${PORT}`;
const TEAM = "patient-services@northwind.example";
const ADA = "ada.park@northwind.example";
const BEN = "ben.osei@northwind.example";
const EVA = "eva.lindqvist@northwind.example";
const QUESTION = "Within how many minutes is a caller with chest pain called back?";
const NAME = "Patient Services drive";

function furnished(): Drive {
  const drive = new Drive([
    { email: ADA, name: "Ada Park" },
    { email: BEN, name: "Ben Osei" },
    { email: EVA, name: "Eva Lindqvist" },
  ]);
  drive.groups.set(TEAM, new Set([ADA, BEN]));
  drive.add({
    id: drive.id,
    name: "Patient Services",
    parent: null,
    folder: true,
    grants: [
      { type: "user", email: BEN, role: "organizer" },
      { type: "group", email: TEAM, role: "reader" },
    ],
  });
  drive.add({
    id: "triage",
    name: "Telephone triage",
    parent: drive.id,
    text: "# Telephone triage\n\nA caller with chest pain is called back within 7 minutes.\n",
  });
  drive.add({ id: "managers", name: "Managers", parent: drive.id, folder: true, limited: true });
  drive.add({
    id: "reserve",
    name: "Reserve for locum nurses",
    parent: "managers",
    text: "# Reserve\n\nThe reserve for locum nurses is 84,000 USD.\n",
  });
  return drive;
}

async function ask(page: Page, question: string): Promise<void> {
  await page.goto("/ask");
  await page
    .getByRole("navigation", { name: "Agents to ask" })
    .getByRole("link", { name: /Handbook guide/ })
    .click();
  await page.getByRole("textbox", { name: /Handbook guide/ }).fill(question);
  await page.keyboard.press("Enter");
  await page.getByText("Answered", { exact: true }).waitFor();
}

describe.skipIf(chromiumPath === null)("a source in the console", { timeout: 120_000 }, () => {
  const drive = furnished();
  let house: House;
  let served: { close(): Promise<void> };
  let ada: Visit;
  let eva: Visit;

  beforeAll(async () => {
    served = await serveDrive(drive, PORT);
    house = await openHouse({ env: { STEAD_ALLOW_PRIVATE: `127.0.0.1:${PORT}` } });
    ada = await house.visit("employee");
    eva = await house.visit("administrator");
  }, 180_000);
  afterAll(async () => {
    await house?.close();
    await served?.close();
  });

  test("is chosen, named, signed in to, tried and read, step by step", async () => {
    const { page } = eva;
    await page.goto("/sources");
    await look(page, "sources-empty");
    await page.getByRole("button", { name: "Connect the first one" }).click();
    await look(page, "sources-choose");
    await page.getByRole("button", { name: /Google Drive/ }).click();
    await page.getByLabel("Name").fill(NAME);
    await page.getByLabel("Administrator", { exact: true }).fill(EVA);
    for (const field of ["Drive's address", "Directory's address"])
      await page.getByLabel(new RegExp(`^${field}`)).fill(HERE);
    await page.getByLabel(/^Where tokens come from/).fill(`${HERE}/token`);
    await page.getByLabel(/^Mail domains/).fill("northwind.example");
    await look(page, "sources-register");
    await page.getByRole("button", { name: "Go on to signing in" }).click();
    await page.getByRole("heading", { name: NAME }).waitFor();

    await page.getByLabel("Service account").fill("somebody@else.test");
    await page.getByLabel("Private key").fill("no key");
    await page.getByRole("button", { name: "Keep it, sealed" }).click();
    await page.getByText("signed in", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText("The private key can't be read.").waitFor();
    await look(page, "sources-wrong-key");

    await page.getByText("Sign in again, or as another").click();
    await page.getByLabel("Service account").fill(drive.key.client_email);
    await page.getByLabel("Private key").fill(drive.key.private_key);
    await page.getByRole("button", { name: "Keep it, sealed" }).click();
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText(`It works; it takes Stead for ${EVA}.`).waitFor();
    await page.getByRole("button", { name: "Begin to read it" }).click();
    await page.getByText("2, 2 can be searched").waitFor();
    await page.getByText("in step", { exact: true }).first().waitFor();
    expect(await page.getByLabel("Private key").inputValue()).toBe("");
    await look(page, "sources-live");
  });

  test("a change is received by asking, and the figures of its way to force open it", async () => {
    const { page } = eva;
    drive.add({
      id: "rota",
      name: "Rota of the triage nurses",
      parent: drive.id,
      text: "# Rota\n\nThe rota of the triage nurses for the week.\n",
    });
    await page.getByRole("button", { name: "Compare everything" }).click();
    await page.getByRole("link", { name: "3 can be searched" }).waitFor();
    await page.getByRole("link", { name: /^\d+ changes?$/ }).click();
    const panel = page.getByRole("dialog");
    await panel.getByRole("row", { name: /poll/ }).first().waitFor();
    await look(page, "sources-changes");
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await picture(page, "sources");
  });

  test("answers who may read it, with a citation that opens at its passage", async () => {
    const { page } = ada;
    await ask(page, QUESTION);
    const cited = page.getByRole("region", { name: "Sources" });
    await cited.getByRole("button", { name: /^1 Telephone triage/ }).click();
    await page.locator("mark", { hasText: "7 minutes" }).waitFor();
    await look(page, "sources-cited");
    await page.keyboard.press("Escape");
    await cited.getByRole("button", { name: "who may see it: Telephone triage" }).click();
    const people = page.getByRole("dialog").getByRole("list", { name: "People" });
    await people.getByText("Ada Park").waitFor();
    await look(page, "sources-readers");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /Who may see this answer/ }).click();
    await people.getByText("Ada Park").waitFor();
    await page.keyboard.press("Escape");
    await ask(page, "What is the reserve for locum nurses?");
    expect(await page.locator("main").innerText()).not.toContain("84,000");
  });

  test("a right that is taken away there is gone here, in old answers, too", async () => {
    const thread = ada.page.url();
    await ask(ada.page, QUESTION);
    const answered = ada.page.url();
    expect(answered).not.toBe(thread);
    drive.groups.get(TEAM)?.delete(ADA);
    await eva.page.getByRole("button", { name: "Compare everything" }).click();
    await expect
      .poll(
        async () => {
          await ada.page.goto(answered);
          await ada.page.getByText("You may no longer read", { exact: false }).first().waitFor({
            timeout: 2_000,
          });
          return ada.page.locator("main").innerText();
        },
        { timeout: 60_000 },
      )
      .not.toContain("7 minutes");
    await ask(ada.page, QUESTION);
    expect(await ada.page.locator("main").innerText()).not.toContain("7 minutes");
  });

  test("an administrator sees what each would find, and why", async () => {
    const { page } = eva;
    await page.goto("/see-as");
    await page.getByLabel("Person").fill("Ben Osei");
    await page.getByRole("option", { name: /Ben Osei/ }).click();
    await page.getByRole("searchbox", { name: "Search as they would" }).fill("chest pain");
    const row = page.getByRole("row", { name: /Telephone triage/ });
    await row.getByRole("button", { name: "Why?" }).click();
    await page.getByText("Ben Osei may read it.").waitFor();
    await look(page, "see-as");
    await page.keyboard.press("Escape");
    await page.getByLabel("Person").fill("Ada Park");
    await page.getByRole("option", { name: /Ada Park/ }).click();
    await row.waitFor({ state: "detached" });
    await page.goto("/sources?tab=shares");
    await page.getByText("None stands out.").nth(2).waitFor();
    await look(page, "sources-shares");
  });

  test("everybody finds their own accounts; no page reported a fault", async () => {
    const { page } = ada;
    await page.goto("/accounts");
    await page.getByRole("heading", { name: NAME }).waitFor();
    await look(page, "accounts");
    expect(ada.faults).toEqual([]);
    expect(eva.faults).toEqual([]);
  });

  test("is disconnected only by its name, and nothing of it is left", async () => {
    const { page } = eva;
    await page.goto("/sources");
    await page.getByRole("link", { name: new RegExp(NAME) }).click();
    await page.getByRole("button", { name: "Disconnect" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/to say that you mean it/).fill(NAME);
    await dialog.getByRole("button", { name: "Disconnect" }).click();
    await page.getByText("No source is connected").waitFor();
  });
});
