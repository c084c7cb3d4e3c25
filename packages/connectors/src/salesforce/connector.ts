// Salesforce: records, for those of whom Salesforce itself says that they may read them, asked each time.
import { defineConnector, NO_READER, SourceError, type OAuthScheme } from "@stead/sdk";
import { ask, settingsSchema } from "./api.ts";
import { changes } from "./changes.ts";
import { check } from "./check.ts";
import { known } from "./known.ts";
import { groups, list, users } from "./list.ts";
import { open, search } from "./live.ts";
import { accessSchema, fetchItem, item } from "./record.ts";
import { caseTool, updateTool } from "./tools.ts";
import { describeSchema, userInfoSchema } from "./wire.ts";

const GUIDE = `
1. Under App Manager make a connected app (an external client app) with the callback that is shown
   here and the scopes api and refresh_token.
2. Make an integration user with "View All Data", "View Setup and Configuration" and "API Enabled",
   and sign in as that user here. Salesforce leaves out of its answers what this user does not see,
   and what is left out nobody finds.
3. Choose the objects. Only a record's name and the fields listed here are indexed, and a record is
   found by those alone who may read all of them; any other field is read live, as the person.
4. To open cases through Stead, add the field Stead_Key__c to Case: text of 64 characters, unique,
   case sensitive, external id.

A changed permission is in force within twenty seconds: Salesforce is asked each time, and believed
no longer. Records come in within five minutes.
`;

const oauth: OAuthScheme = {
  kind: "oauth",
  authorizationUrl: "{instanceUrl}/services/oauth2/authorize",
  tokenUrl: "{instanceUrl}/services/oauth2/token",
  revocationUrl: "{instanceUrl}/services/oauth2/revoke",
  scopes: ["api", "refresh_token"],
  clientAuth: "post",
  // The address of the identity ends with the user's id.
  accountIn: "id/",
};

export const salesforce = defineConnector({
  manifest: {
    name: "salesforce",
    title: "Salesforce",
    description: "Records of the objects that you choose; Salesforce itself says who reads them.",
    guide: GUIDE,
    crawl: oauth,
    acting: oauth,
    rights: "asked",
    freshness: { pollMs: 300_000, reconcileMs: 86_400_000, objectiveMs: 172_800_000 },
    limits: { requestsPerMinute: 300, concurrent: 5 },
  },
  settings: settingsSchema,
  async test(source) {
    const reply = await source.http({
      url: `${source.settings.instanceUrl}/services/oauth2/userinfo`,
    });
    const read = userInfoSchema.safeParse(await reply.json());
    if (!read.success) throw new SourceError("malformed", "Salesforce did not say who signed in.");
    for (const { name, fields } of source.settings.objects) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, within the limits
      const described = await ask(source, describeSchema, { url: `sobjects/${name}/describe` });
      const governed = new Set(
        described.fields.filter((field) => field.permissionable).map((field) => field.name),
      );
      const bad = fields.filter((field) => !governed.has(field));
      if (bad.length === 0) continue;
      throw new SourceError(
        "settings",
        `${name} has no field of its own permission called ${bad.join(", ")}; leave it out.`,
      );
    }
    return { account: read.data.preferred_username };
  },
  mirror: {
    access: accessSchema,
    list,
    changes,
    item,
    fetch: fetchItem,
    readers: (_own, above) => (above.length === 0 ? "ask" : NO_READER),
    users,
    groups,
    check,
  },
  live: { search, open },
  known,
  tools: [updateTool, caseTool],
});
