// The reference server for Slack. It lists no members, so who reads a channel can't be told: what not
// everybody may read is not posted through it. Apps and guests write into channels too.
import type { KnownServer, KnownTool } from "../known.ts";

const CHANNEL = { kind: "recipient", trust: "record" } as const;
const MESSAGE = { kind: "id", trust: "record" } as const;
const FACT = { trust: "record", classes: [] } as const;

function messages(names: string): KnownTool {
  return {
    arguments: names,
    contract: {
      effect: "read",
      keyed: true,
      result: { audience: [], classes: ["pii"], trust: "outside" },
      // By Slack, not by whoever wrote: who they are.
      fields: { user: { ...FACT, classes: [] } },
    },
  };
}

function lists(names: string, fields: readonly string[]): KnownTool {
  return {
    arguments: names,
    contract: {
      effect: "read",
      keyed: true,
      // Names, titles and topics are people's own words.
      result: { audience: [], classes: ["pii"], trust: "colleague" },
      fields: Object.fromEntries(fields.map((name) => [name, { ...FACT, classes: [] }])),
    },
  };
}

export const SLACK: KnownServer = {
  name: "the Slack reference server",
  tools: {
    slack_list_channels: lists("limit cursor", ["id", "name"]),
    slack_get_users: lists("cursor limit", ["id"]),
    slack_get_user_profile: lists("user_id", ["email"]),
    slack_get_channel_history: messages("channel_id limit"),
    slack_get_thread_replies: messages("channel_id thread_ts"),
    slack_post_message: {
      arguments: "channel_id text",
      contract: {
        effect: "outward",
        sinks: { channel_id: CHANNEL },
        readers: { kind: "channel", argument: "channel_id" },
        undo: "Delete the message in Slack; who has read it has read it.",
      },
    },
    slack_reply_to_thread: {
      arguments: "channel_id thread_ts text",
      contract: {
        effect: "outward",
        sinks: { channel_id: CHANNEL, thread_ts: MESSAGE },
        readers: { kind: "channel", argument: "channel_id" },
        undo: "Delete the message in Slack; who has read it has read it.",
      },
    },
    slack_add_reaction: {
      arguments: "channel_id timestamp reaction",
      contract: {
        effect: "write-shared",
        sinks: { channel_id: CHANNEL, timestamp: MESSAGE },
        undo: "Take the reaction back in Slack.",
      },
    },
  },
};
