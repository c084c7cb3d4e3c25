// An organisation of one's own, started without the demo: the first administrator sets it up, adds a person
// with a role, makes groups; the person comes in by their link; nobody can lock everybody out.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, look, openHouse } from "./browser.ts";
import type { House, Visit } from "./browser.ts";

describe.skipIf(chromiumPath === null)("an organisation of one's own", { timeout: 120_000 }, () => {
  let house: House;
  let admin: Visit;
  let nia: Visit;

  beforeAll(async () => {
    house = await openHouse({ args: ["--no-demo"] });
    admin = await house.stranger();
    nia = await house.stranger({ colorScheme: "dark" });
  }, 180_000);
  afterAll(async () => house?.close());

  test("the setup link makes the first administrator, once", async () => {
    const { page } = admin;
    const setup = house.links().get("setup") ?? "";
    await page.goto(setup);
    await look(page, "setup");
    await page.getByLabel("Name").fill("Amy Stone");
    await page.getByLabel("E-mail").fill("amy@example.org");
    await page.getByRole("button", { name: "Set up Stead" }).click();
    await page.waitForURL("**/ask");
    await look(page, "ask-empty");
    const second = await house.stranger();
    await second.page.goto(setup);
    await second.page.getByLabel("Name").fill("Eve");
    await second.page.getByLabel("E-mail").fill("eve@example.org");
    await second.page.getByRole("button", { name: "Set up Stead" }).click();
    await second.page.getByText("used already", { exact: false }).first().waitFor();
    await second.page.close();
  });

  test("a person is added with a role, by the keyboard, and the link is shown once", async () => {
    const { page } = admin;
    await page.goto("/people");
    await page.getByRole("table", { name: "People" }).getByText("Amy Stone").waitFor();
    await page.getByRole("button", { name: "Add a person" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Nia Lund");
    await dialog.getByLabel("E-mail").fill("nia@example.org");
    await dialog.getByLabel("Department").fill("Ward 4");
    await dialog.getByLabel(/^builder/).check();
    await look(page, "add-person");
    await dialog.getByLabel("Department").press("Enter");
    const link = dialog.getByRole("button", { name: "Copy sign-in link" });
    await link.waitFor();
    await look(page, "invitation");
    const url = (await link.textContent())?.trim() ?? "";
    expect(url).toMatch(/\/join\/[\w-]{43}$/);
    await dialog.getByRole("button", { name: "I have it" }).click();
    await page.getByRole("table", { name: "People" }).getByText("Nia Lund").waitFor();
    await look(page, "people");

    await nia.page.goto(url);
    await look(nia.page, "join");
    await nia.page.getByRole("button", { name: "Sign in" }).click();
    await nia.page.waitForURL("**/ask");
    await nia.page.goto("/agents");
    await nia.page
      .getByRole("link", { name: /New agent|Make an agent/ })
      .first()
      .waitFor();
    await look(nia.page, "agents-empty");
    const again = await house.stranger();
    await again.page.goto(url);
    await again.page.getByRole("button", { name: "Sign in" }).click();
    await again.page.getByText("Ask an administrator for a new one", { exact: false }).waitFor();
    await look(again.page, "join-used");
    await again.page.close();
  });

  test("groups are made, filled, renamed and removed", async () => {
    const { page } = admin;
    await page.goto("/people?tab=groups");
    await page.getByText("There is no group yet").waitFor();
    await look(page, "groups-empty");
    for (const name of ["Nurses", "Night shift"]) {
      await page.getByRole("button", { name: "New group" }).click();
      await page.getByRole("dialog").getByLabel("Name").fill(name);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name, level: 2 }).waitFor();
    }
    await page.getByLabel("Put a person in").fill("nia");
    await page.getByRole("option", { name: /Nia Lund/ }).click();
    const members = page.getByRole("list").filter({ hasText: "Nia Lund" });
    await members.waitFor();
    await page.getByLabel("Put a group in").selectOption({ label: "Nurses" });
    await page.getByRole("button", { name: "Take Nurses out of Night shift" }).waitFor();
    await look(page, "group");
    await page.getByRole("link", { name: "Nurses", exact: true }).click();
    await page.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Nurses of ward 4");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Nurses of ward 4", level: 2 }).waitFor();
    await page.getByLabel("Put a group in").selectOption({ label: "Night shift" });
    await page.getByText("can't be inside itself", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("button", { name: "Really remove" }).click();
    await page.getByText("Pick a group").waitFor();
    await page.getByRole("list").getByText("Nurses of ward 4").waitFor({ state: "detached" });
  });

  test("a refusal says why and whom to ask; the last administrator stays", async () => {
    const { page } = admin;
    await page.goto("/people?search=Amy");
    await page.getByRole("link", { name: "Amy Stone" }).click();
    await page
      .getByRole("checkbox", { name: /^administrator/ })
      .uncheck({ force: true, noWaitAfter: true })
      .catch(() => {});
    await page.getByText("This is the last administrator", { exact: false }).waitFor();
    await look(page, "last-administrator");
    await page.getByRole("checkbox", { name: /^administrator/, checked: true }).waitFor();
    await page.goto("/people?search=Nia");
    await page.getByRole("link", { name: "Nia Lund" }).click();
    await page.getByRole("checkbox", { name: /^auditor/ }).click();
    await page.getByRole("checkbox", { name: /^auditor/, checked: true }).waitFor();
    await page.getByRole("checkbox", { name: /^administrator/ }).click();
    const alert = page.getByRole("alert").filter({ hasText: "does not also audit it" });
    expect(await alert.innerText()).toMatch(/ask the administrators/i);
    await look(page, "person");
  });

  test("who is shut out is out at once", async () => {
    const { page } = admin;
    await page.getByRole("button", { name: "Shut out" }).click();
    await look(page, "shut-out");
    await page.getByRole("dialog").getByRole("button", { name: "Shut out" }).click();
    await page.getByRole("button", { name: "Let in again" }).waitFor();
    await nia.page.goto("/agents");
    await nia.page.getByRole("heading", { name: "Sign in with a login link" }).waitFor();
    await look(nia.page, "sign-in");
    expect(admin.faults).toEqual([]);
    expect(nia.faults).toEqual([]);
  });
});
