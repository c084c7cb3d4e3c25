// Slack: what is said and shared, for those who read the conversation.
import { defineConnector, SourceError } from "@stead/sdk";
import { accessSchema, readers } from "./access.ts";
import { ask, settingsSchema } from "./api.ts";
import { fetchItem, item, list } from "./list.ts";
import { group, groups, oneUser, users } from "./people.ts";
import { receive } from "./push.ts";
import { testSchema } from "./wire.ts";

const GUIDE = `
1. Create a Slack app of your own (not one from the Marketplace: those are held to few requests)
   and give it the scopes channels:read, channels:history, channels:join, groups:read,
   groups:history, im:read, im:history, mpim:read, mpim:history, users:read, users:read.email,
   files:read.
2. Install it, on a Grid for the whole organisation, and copy its token and its signing secret.
3. Invite it to each private channel that is to be searched; it sees no other.
4. Under Event Subscriptions enter the address that is shown here, and subscribe to
   message.channels, message.groups, message.im, message.mpim, member_joined_channel,
   member_left_channel, channel_*, group_*, user_change, team_join and file_*.
`;

export const slack = defineConnector({
  manifest: {
    name: "slack",
    title: "Slack",
    description: "Messages, threads and files, for those who read the conversation.",
    guide: GUIDE,
    crawl: {
      kind: "secret",
      fields: [
        {
          name: "token",
          title: "Token of the app",
          help: "Under OAuth & Permissions",
          secret: true,
          example: "xoxb-…",
        },
        {
          name: "signingSecret",
          title: "Signing secret",
          help: "Under Basic Information; events are checked with it",
          secret: true,
        },
      ],
      header: { name: "authorization", template: "Bearer {token}" },
    },
    acting: {
      kind: "oauth",
      authorizationUrl: "https://slack.com/oauth/v2/authorize",
      tokenUrl: "https://slack.com/api/oauth.v2.access",
      revocationUrl: "https://slack.com/api/auth.revoke",
      scopes: [],
      scopeSeparator: ",",
      params: { user_scope: "search:read,channels:history,groups:history,chat:write" },
      clientAuth: "post",
      tokenIn: "authed_user",
      accountIn: "authed_user.id",
    },
    rights: "mirrored",
    freshness: { pollMs: 60_000, reconcileMs: 3_600_000, objectiveMs: 14_400_000 },
    limits: { requestsPerMinute: 50, concurrent: 4 },
    baseUrl: "https://slack.com/api",
    origins: ["https://files.slack.com"],
  },
  settings: settingsSchema,
  async test(source) {
    return { account: (await ask(source, testSchema, { method: "auth.test" })).team };
  },
  mirror: {
    access: accessSchema,
    list,
    item,
    fetch: fetchItem,
    readers,
    users,
    user: oneUser,
    groups,
    group,
    push: {
      async start(source) {
        const signingSecret = source.secrets["signingSecret"];
        if (signingSecret === undefined) {
          throw new SourceError("settings", "Enter the app's signing secret to take its events.");
        }
        return { watch: { signingSecret }, expiresAtMs: null };
      },
      // Events are subscribed to in the app itself; without the secret none is believed any more.
      async stop() {},
      receive,
    },
  },
});
