// The check of licences: what it lets pass, and that it can say no.
import { expect, test } from "vitest";
// @ts-expect-error -- a script in plain JavaScript, run before anything is installed
import { isPermissive, judge } from "../../../scripts/licences.mjs";

test.each([
  ["MIT", true],
  ["(AFL-2.1 OR BSD-3-Clause)", true],
  ["MIT AND ISC", true],
  ["MIT AND GPL-3.0-only", false],
  ["GPL-3.0-only OR (MIT AND ISC)", true],
  ["(GPL-3.0-only OR AGPL-3.0-only) AND MIT", false],
  ["Apache-2.0 WITH LLVM-exception", true],
  ["SEE LICENSE IN LICENSE.md", false],
  ["UNLICENSED", false],
  ["(MIT", false],
  ["", false],
])("%s: %s", (expression, wanted) => {
  expect(isPermissive(expression)).toBe(wanted);
});

test("what is wrong, odd or not here is told apart", () => {
  const packages = {
    "": {},
    "packages/own": {},
    "node_modules/own": { link: true },
    "node_modules/good": {},
    "node_modules/good/node_modules/bad": { license: "MIT" },
    "node_modules/silent": {},
    "node_modules/old": {},
    "node_modules/lightningcss": { dev: true },
    "node_modules/elsewhere-darwin": { optional: true },
  };
  const manifests: Record<string, object> = {
    "node_modules/good": { license: "MIT" },
    // What is installed counts, not what the lockfile says of it.
    "node_modules/good/node_modules/bad": { license: "AGPL-3.0-only" },
    "node_modules/silent": {},
    "node_modules/old": { licenses: [{ type: "GPL-2.0" }, { type: "MIT" }] },
    "node_modules/lightningcss": { license: "MPL-2.0" },
  };
  const found = judge(packages, (path: string) => manifests[path]);
  expect(found).toMatchObject({
    plain: ["good", "old"],
    odd: [{ name: "lightningcss" }],
    wrong: ["bad: AGPL-3.0-only", "silent: no licence given"],
    unread: ["elsewhere-darwin"],
  });
  const shipped = judge({ "node_modules/lightningcss": {} }, () => ({ license: "MPL-2.0" }));
  expect(shipped.wrong).toEqual(["lightningcss: MPL-2.0"]);
});
