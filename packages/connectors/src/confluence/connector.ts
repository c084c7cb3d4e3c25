// Confluence Cloud: pages, posts and attachments, for those who may view the space, the page and all above it.
import { defineConnector, SourceError, type Answer } from "@stead/sdk";
import { accessSchema, readers } from "./access.ts";
import { ask, isItsOwn, settingsSchema, type ConfluenceSource } from "./api.ts";
import { changes } from "./changes.ts";
import { list } from "./list.ts";
import { group, groups, users } from "./people.ts";
import { fetchItem, item, split } from "./read.ts";
import { permissionCheckSchema, userSchema } from "./wire.ts";

const GUIDE = `
1. Make an account for Stead that may view every space and restricted page to be searched, with an
   API token of its own at https://id.atlassian.com/manage-profile/security/api-tokens. What this
   account does not see nobody finds; what it sees is never what anybody may read.
2. Enter the site, the account's address and the token.
3. Turn "anonymous" on only if the site's global permissions let people in who are not signed in.
4. For people's own accounts register an OAuth 2.0 (3LO) app at
   https://developer.atlassian.com/console with the scopes read:me and offline_access, and the
   address that is shown here as its callback.

Edits come in within a minute. Confluence tells a token of no webhook and gives no list of changed
permissions, so a changed permission, a move or a removal takes force when everything is read
again: each hour, and however long that takes. If the account is an administrator of Confluence,
turn "audit" on: what the audit log names is read again within a minute or so. It names things by
name alone, and which acts it holds depends on the plan, so the hourly reading goes on. Moves and
removals wait for it.
`;

export const confluence = defineConnector({
  manifest: {
    name: "confluence",
    title: "Confluence",
    description: "Pages, posts and attachments, as the space, the page and all above it allow.",
    guide: GUIDE,
    crawl: {
      kind: "secret",
      fields: [
        {
          name: "email",
          title: "Address of the account",
          help: "The account that the token is of",
          secret: false,
          example: "stead@acme.test",
        },
        {
          name: "token",
          title: "API token",
          help: "Under Atlassian account, Security, API tokens",
          secret: true,
        },
      ],
      header: { name: "authorization", template: "Basic {basic:email:token}" },
    },
    acting: {
      kind: "oauth",
      authorizationUrl: "https://auth.atlassian.com/authorize",
      tokenUrl: "https://auth.atlassian.com/oauth/token",
      scopes: ["read:me", "offline_access"],
      params: { audience: "api.atlassian.com", prompt: "consent" },
      clientAuth: "post",
      // Atlassian's tokens are JWTs whose subject is the account.
      accountIn: "access_token.sub",
    },
    rights: "mirrored",
    freshness: { pollMs: 60_000, reconcileMs: 3_600_000, objectiveMs: 14_400_000 },
    limits: { requestsPerMinute: 300, concurrent: 6 },
  },
  settings: settingsSchema,
  async test(source) {
    const user = await ask(source, userSchema, { url: "rest/api/user/current" });
    // The anonymous user would be answered, too, and be taken for the account.
    if (user.accountType !== "atlassian") {
      throw new SourceError("reconnect", "The address and the token are not those of an account.");
    }
    return { account: user.displayName ?? user.accountId };
  },
  mirror: {
    access: accessSchema,
    list,
    changes,
    item,
    fetch: fetchItem,
    readers,
    users,
    groups,
    group,
    check,
  },
});

const CHECKED = new Set(["page", "blogpost", "attachment"]);

async function check(
  source: ConfluenceSource,
  user: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  for (const id of ids) {
    const { type, own } = split(id);
    if (!CHECKED.has(type)) continue;
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, within the limits
      const { hasPermission } = await ask(source, permissionCheckSchema, {
        method: "POST",
        url: `rest/api/content/${encodeURIComponent(own)}/permission/check`,
        body: { subject: { type: "user", identifier: user }, operation: "read" },
      });
      answers.set(id, hasPermission ? "yes" : "no");
    } catch (error) {
      if (!isItsOwn(error)) throw error;
      answers.set(id, "unknown");
    }
  }
  return answers;
}
