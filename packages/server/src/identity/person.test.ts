// The chain of nested groups through which a person is in a group.
import { expect, test } from "vitest";
import { chains } from "./person.ts";

const edge = (groupId: string, below: string | null) => ({ groupId, name: groupId, below });

test("names the groups between, by the shortest way", () => {
  const edges = [edge("b", null), edge("c", "b"), edge("d", "c"), edge("d", "b"), edge("b", "d")];
  expect(chains(edges)).toEqual([
    { id: "b", name: "b", through: [] },
    { id: "c", name: "c", through: ["b"] },
    { id: "d", name: "d", through: ["b"] },
  ]);
});
