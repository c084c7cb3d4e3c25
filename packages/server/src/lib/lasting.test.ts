// What never changes is looked up once, what failed again, and what was not used for long goes first.
import { expect, test } from "vitest";
import { Lasting } from "./lasting.ts";
import { fail, ok } from "./result.ts";

test("an answer lasts, a failure does not, and the bound holds", async () => {
  const asked: string[] = [];
  const lasting = new Lasting<string>(async (key) => {
    asked.push(key);
    return key === "bad" ? fail("resource.not_found", "none") : ok(`of ${key}`);
  }, 2);
  for (const key of ["a", "b", "a", "bad", "bad", "c", "a", "b"]) await lasting.get(key);
  expect(asked).toEqual(["a", "b", "bad", "bad", "c", "b"]);
  expect(await lasting.get("b")).toEqual(ok("of b"));
});
