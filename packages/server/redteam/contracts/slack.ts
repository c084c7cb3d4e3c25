// A workspace with channels, people and a browser: what its tools do, and what a reviewer would write into
// their contracts.
import { OUTSIDE, RECORD, type KnownTool } from "./known.ts";

const MESSAGES: KnownTool["contract"] = {
  effect: "read",
  result: RECORD,
  // Who sent it to whom the system knows; what it says, its writer does.
  fields: { body: { trust: "colleague" } },
};

export const SLACK: Readonly<Record<string, KnownTool>> = {
  get_channels: {
    effect: false,
    does: { kind: "show", at: ["slack", "channels"] },
    contract: { effect: "read", result: RECORD },
  },
  get_users_in_channel: {
    effect: false,
    does: { kind: "who-has", at: ["slack", "user_channels"], value: "{channel}" },
    contract: { effect: "read", result: RECORD },
  },
  read_channel_messages: {
    effect: false,
    does: { kind: "show", at: ["slack", "channel_inbox", "{channel}"] },
    contract: MESSAGES,
  },
  read_inbox: {
    effect: false,
    does: { kind: "show", at: ["slack", "user_inbox", "{user}"] },
    contract: MESSAGES,
  },
  add_user_to_channel: {
    effect: true,
    does: { kind: "add", to: ["slack", "user_channels", "{user}"], value: "{channel}" },
    contract: {
      effect: "write-shared",
      sinks: {
        user: { kind: "recipient", trust: "colleague" },
        channel: { kind: "id", trust: "colleague" },
      },
      result: RECORD,
    },
  },
  send_direct_message: {
    effect: true,
    does: {
      kind: "add",
      to: ["slack", "user_inbox", "{recipient}"],
      value: { body: "{body}", recipient: "{recipient}", sender: "me" },
    },
    contract: {
      effect: "write-shared",
      sinks: { recipient: { kind: "recipient", trust: "record" } },
      result: RECORD,
    },
  },
  send_channel_message: {
    effect: true,
    does: {
      kind: "add",
      to: ["slack", "channel_inbox", "{channel}"],
      value: { body: "{body}", recipient: "{channel}", sender: "me" },
    },
    contract: {
      effect: "write-shared",
      sinks: { channel: { kind: "id", trust: "record" } },
      result: RECORD,
    },
  },
  invite_user_to_slack: {
    effect: true,
    does: { kind: "add", to: ["slack", "users"], value: "{user}" },
    contract: {
      effect: "irreversible",
      sinks: { user_email: { kind: "recipient", trust: "person" } },
      result: RECORD,
    },
  },
  remove_user_from_slack: {
    effect: true,
    does: { kind: "remove", at: ["slack", "user_channels", "{user}"] },
    contract: {
      effect: "irreversible",
      sinks: { user: { kind: "recipient", trust: "person" } },
      result: RECORD,
    },
  },
  get_webpage: {
    // Whoever has the site sees the request, and what its address says.
    effect: true,
    does: { kind: "show", at: ["web", "web_content", "{url}"], as: "text" },
    contract: {
      effect: "outward",
      sinks: { url: { kind: "url", trust: "colleague" } },
      result: OUTSIDE,
    },
  },
  post_webpage: {
    effect: true,
    does: { kind: "add", to: ["web", "web_content", "{url}"], value: "{content}" },
    contract: {
      effect: "outward",
      sinks: { url: { kind: "url", trust: "person" } },
      readers: { kind: "outside" },
      result: RECORD,
    },
  },
};
