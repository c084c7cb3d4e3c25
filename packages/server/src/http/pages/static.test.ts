// The console's files: what is served, for how long, and that nothing outside the folder is.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { consolePages } from "./static.ts";

let dir: string;
let app: ReturnType<typeof consolePages>;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "stead-web-"));
  const web = join(dir, "web");
  mkdirSync(join(web, "assets"), { recursive: true });
  writeFileSync(join(web, "index.html"), "<script>1</script><script src='/assets/a.js'></script>");
  writeFileSync(join(web, "assets", "a-1234.js"), "export {}");
  writeFileSync(join(web, "favicon.svg"), "<svg/>");
  writeFileSync(join(dir, "secret.txt"), "secret");
  symlinkSync(join(dir, "secret.txt"), join(web, "link.txt"));
  app = consolePages(web);
});
afterAll(() => rmSync(dir, { recursive: true }));

test("hashed files are kept for ever, others are asked about", async () => {
  const hashed = await app.request("/assets/a-1234.js");
  expect(hashed.headers.get("cache-control")).toContain("immutable");
  expect(hashed.headers.get("content-type")).toContain("text/javascript");
  const icon = await app.request("/favicon.svg");
  expect(icon.headers.get("cache-control")).toBe("no-cache");
  const etag = icon.headers.get("etag") ?? "";
  const again = await app.request("/favicon.svg", { headers: { "if-none-match": etag } });
  expect(again.status).toBe(304);
});

test("every page of the console is index.html, whose inline script alone is let in", async () => {
  for (const path of ["/", "/runs/run_1", "/agents"]) {
    const page = await app.request(path);
    expect(await page.text()).toContain("/assets/a.js");
    // SHA-256 of "1", base64.
    expect(page.headers.get("content-security-policy")).toContain(
      "script-src 'self' 'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='",
    );
    expect(page.headers.get("cache-control")).toBe("no-cache");
  }
});

test.each([
  "/missing.js",
  "/link.txt",
  "/../secret.txt",
  "/%2e%2e/secret.txt",
  "/..%2fsecret.txt",
  "/assets/..%2f..%2fsecret.txt",
  "/%00.js",
  "/%zz.js",
])("%s is not served", async (path) => {
  const response = await app.request(path);
  expect(response.status).toBe(404);
  expect(await response.text()).not.toBe("secret");
});

test("without a build it says so", async () => {
  const response = await consolePages(undefined).request("/");
  expect(response.status).toBe(404);
  expect(await response.text()).toContain("not built");
});
