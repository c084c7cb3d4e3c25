// A directory of this machine connected by clicking, with files that can't be read: what failed
// says what to do, each number opens its rows, and an administrator says which person a user is.
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, look, openHouse } from "./browser.ts";
import type { House, Visit } from "./browser.ts";

const GETENT = "getent";
const able = ["getfacl", GETENT].every((tool) => spawnSync(tool).error === undefined);
const isRoot = process.getuid?.() === 0;
/** Root is nobody's account: its files are given to another, as whom they are read. */
const UID = isRoot ? 1 : (process.getuid?.() ?? 0);
const USER =
  spawnSync(GETENT, ["passwd", `${UID}`])
    .stdout?.toString()
    .split(":")[0] ?? "";
const NAME = "Clinic share";

function write(path: string, text: string): void {
  writeFileSync(path, text);
  if (isRoot) chownSync(path, UID, UID);
  chmodSync(path, 0o400);
}

/** Beside what can be read: a kind without text, what only pretends to be a kind, and a name that hides. */
function furnish(root: string): void {
  chmodSync(root, 0o755);
  mkdirSync(join(root, "Triage"));
  chmodSync(join(root, "Triage"), 0o755);
  write(
    join(root, "Triage", "callback.md"),
    "# Callback\n\nChest pain is called back in 7 minutes.\n",
  );
  write(join(root, "Triage", "rota.txt"), "The rota of the triage nurses for the week.\n");
  write(join(root, "broken.pdf"), "%PDF-1.7 this is none");
  write(join(root, "scan.bin"), "\u0000\u0001\u0002\u0003");
  write(join(root, "new\nline.txt"), "A name of two lines.\n");
}

const canRun = chromiumPath !== null && able;

describe.skipIf(!canRun)("a directory of files in the console", { timeout: 120_000 }, () => {
  let house: House;
  let eva: Visit;
  let root = "";

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), "stead-clinic-"));
    furnish(root);
    house = await openHouse();
    eva = await house.visit("administrator");
  }, 180_000);
  afterAll(async () => {
    await house?.close();
    rmSync(root, { recursive: true, force: true });
  });

  test("is connected by clicking, and says what it reads and how fast", async () => {
    const { page } = eva;
    await page.goto("/sources");
    await page.getByRole("button", { name: "Connect the first one" }).click();
    await page.getByRole("button", { name: /^Files/ }).click();
    await page.getByLabel("Name").fill(NAME);
    await page
      .getByLabel(/directory/i)
      .first()
      .fill(root);
    await look(page, "files-register");
    await page.getByRole("button", { name: "Go on to signing in" }).click();
    await page.getByRole("heading", { name: NAME }).waitFor();
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText(/It works/).waitFor();
    await page.getByRole("button", { name: "Begin to read it" }).click();
    await page.getByRole("link", { name: "3 can be searched" }).waitFor();
    await page.getByText("in step", { exact: true }).first().waitFor();
    const work = page.getByRole("table", { name: "Work" });
    await work.getByRole("row", { name: /Contents.*5 files.*\/s/ }).waitFor();
    await page.getByText("everything is compared every minute").waitFor();
  });

  test("what failed says what to do", async () => {
    const { page } = eva;
    const failures = page.getByRole("table", { name: "Failures" });
    await failures.getByRole("row", { name: /broken\.pdf.*put back an earlier version/ }).waitFor();
    await failures.getByRole("row", { name: /scan\.bin.*Nothing, if nobody searches/ }).waitFor();
    await look(page, "files-live");
  });

  test("each number opens its rows, by its address too, and Escape closes them", async () => {
    const { page } = eva;
    await page.getByRole("link", { name: "1 failed" }).click();
    const panel = page.getByRole("dialog");
    await panel.getByText("broken.pdf").first().waitFor();
    expect(new URL(page.url()).searchParams.get("rows")).toBe("failed");
    await look(page, "files-rows");
    await page.reload();
    await panel.getByText("broken.pdf").first().waitFor();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    await page.getByRole("link", { name: "3 can be searched" }).click();
    await panel.getByRole("row", { name: /control characters/ }).waitFor();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
  });

  test("what a comparison finds is read, and it is said that the source tells of nothing", async () => {
    const { page } = eva;
    write(join(root, "Triage", "late.txt"), "Late news.\n");
    await page.getByRole("button", { name: "Compare everything" }).click();
    await page.getByRole("link", { name: "4 can be searched" }).waitFor();
    await page.getByText("it tells of no change").waitFor();
  });

  test("a user of the machine is a person by an administrator's word, and nobody before", async () => {
    const { page } = eva;
    const row = page.getByRole("row", { name: new RegExp(`^${USER}\\b.*nobody`) });
    await row.getByRole("button", { name: "Say who it is" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Person").fill("Ada Park");
    await page.getByRole("option", { name: /Ada Park/ }).click();
    await dialog.getByRole("button").last().click();
    await page.getByText("by an administrator's word").first().waitFor();
    await page.goto("/see-as");
    await page.getByLabel("Person").fill("Ada Park");
    await page.getByRole("option", { name: /Ada Park/ }).click();
    await page.getByRole("row", { name: /callback\.md/ }).waitFor();
    await page.getByLabel("Person").fill("Ben Osei");
    await page.getByRole("option", { name: /Ben Osei/ }).click();
    await page.getByText(`account in ${NAME}`, { exact: false }).waitFor();
    await look(page, "files-see-as");
    expect(eva.faults).toEqual([]);
  });
});
