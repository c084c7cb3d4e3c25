// Contracts that come with Stead: proposed where the tools are as they were, and nowhere else.
import { expect, test } from "vitest";
import { knownContract, knownServer } from "./known.ts";
import type { Listed } from "./listed.ts";

const TEXT = { type: "string" };
const tool = (name: string, names: string): Listed => ({
  name,
  inputSchema: {
    type: "object",
    properties: Object.fromEntries(names.split(" ").map((each) => [each, TEXT])),
  },
});
const SLACK = [
  tool("slack_post_message", "channel_id text"),
  tool("slack_get_users", "cursor limit"),
  tool("slack_list_channels", "cursor limit"),
];

test("a server is known by its tools and their arguments", () => {
  const [post] = SLACK;
  const server = knownServer(SLACK);
  if (!server || !post) throw new Error("not known");
  expect(server.name).toBe("the Slack reference server");
  expect(knownContract(server, post)).toMatchObject({
    effect: "outward",
    sinks: { channel_id: { kind: "recipient" } },
    readers: { kind: "channel", argument: "channel_id" },
  });
});

test("a borrowed name, an argument more or an argument less, and nothing is proposed", () => {
  expect(knownServer(SLACK.slice(0, 2))).toBeUndefined();
  const server = knownServer(SLACK);
  if (!server) throw new Error("not known");
  for (const names of ["channel_id text as_user", "text", "channel text"])
    expect(knownContract(server, tool("slack_post_message", names))).toBeUndefined();
  expect(knownContract(server, tool("constructor", "text"))).toBeUndefined();
});
