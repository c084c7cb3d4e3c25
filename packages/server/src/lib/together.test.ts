// Questions asked at once share one look-up; who asks later gets a later one; a fault reaches all.
import { expect, test } from "vitest";
import { Together } from "./together.ts";

function lookUps() {
  const asked: string[][] = [];
  const together = new Together(async (keys) => {
    asked.push([...keys]);
    await new Promise((resolve) => setImmediate(resolve));
    return new Map(keys.filter((key) => key !== "nobody").map((key) => [key, asked.length]));
  });
  return { asked, together };
}

test("what is asked at once goes together, each key once", async () => {
  const { asked, together } = lookUps();
  const answers = await Promise.all(["a", "b", "a", "nobody"].map((key) => together.ask(key)));
  expect(answers).toEqual([1, 1, 1, undefined]);
  expect(asked).toEqual([["a", "b", "nobody"]]);
});

test("an answer is never older than its question", async () => {
  const { asked, together } = lookUps();
  const first = together.ask("a");
  while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
  // The first look-up is under way: what it finds may be from before this question.
  const second = together.ask("a");
  expect(await Promise.all([first, second])).toEqual([1, 2]);
});

test("a fault reaches those who asked, and the next question is asked anew", async () => {
  let times = 0;
  const together = new Together(async (keys) => {
    if (++times === 1) throw new Error("away");
    return new Map(keys.map((key) => [key, times]));
  });
  const failed = await Promise.allSettled([together.ask("a"), together.ask("b")]);
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await together.ask("a")).toBe(2);
});
