// The non-egress report in three clicks: from the ledger, made, downloaded; and the file verifies here.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openHouse } from "./browser.ts";
import type { House } from "./browser.ts";

interface Verifier {
  checkReport: (bytes: Uint8Array) => { report: { answer: string; sends: unknown[] } };
}

describe.skipIf(chromiumPath === null)("the non-egress report in the console", () => {
  const provider = new LLMock({ port: 0 });
  let house: House;

  beforeAll(async () => {
    await provider.start();
    provider.on({ predicate: () => true }, { content: "There are 27 days." });
    const { host } = new URL(provider.url);
    house = await openHouse({
      env: {
        OPENAI_API_KEY: "sk-of-the-test",
        OPENAI_BASE_URL: `${provider.url}/v1`,
        OPENAI_MODELS: "outside-model",
        STEAD_ALLOW_PRIVATE: host,
      },
    });
    const { page } = await house.visit("employee");
    await page.goto("/ask");
    await page.getByRole("link", { name: /Handbook guide/ }).click();
    await page.getByRole("textbox", { name: /Ask Handbook guide/ }).fill("How many holidays?");
    await page.keyboard.press("Enter");
    await page.getByText("Answered", { exact: true }).waitFor();
  }, 240_000);
  afterAll(async () => {
    await house?.close();
    await provider.stop();
  });

  test("an auditor has it from the ledger, and keeps a file that verifies", async () => {
    const { page, faults } = await house.visit("auditor");
    await page.goto("/ledger");
    await page.getByRole("link", { name: "Non-egress report" }).click();
    await page.getByRole("button", { name: "Make the report" }).click();
    const answer = page.getByRole("region", { name: "The answer" });
    await answer.waitFor();
    const said = await answer.innerText();
    expect(said).toContain(new URL(provider.url).host);
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download the signed file" }).click();
    const path = await (await downloading).path();
    const script = join(import.meta.dirname, "../../../scripts/verify-report.mjs");
    const { checkReport }: Verifier = await import(script);
    const { report } = checkReport(readFileSync(path));
    expect(report.sends.length).toBeGreaterThan(0);
    const words: Record<string, string> = { no: "No", yes: "Yes", "not-proven": "Not proven" };
    expect(said.startsWith(words[report.answer] ?? "?")).toBe(true);
    expect(faults).toEqual([]);
  });

  test("an administrator sees where data went, and is offered no report", async () => {
    const { page, faults } = await house.visit("administrator");
    await page.goto("/egress?report=any");
    await page.getByRole("table", { name: "Destinations" }).waitFor();
    expect(await page.getByRole("button", { name: "Make the report" }).count()).toBe(0);
    expect(await page.getByRole("link", { name: "what reached it?" }).count()).toBe(0);
    expect(faults).toEqual([]);
  });
});
