// Google Drive: files of people and of shared drives, with the permissions that Drive keeps for them.
import { defineConnector } from "@stead/sdk";
import { accessSchema, readers } from "./access.ts";
import { settingsSchema } from "./api.ts";
import { changes } from "./changes.ts";
import { findItem } from "./find.ts";
import { list } from "./list.ts";
import { groups, userList, users } from "./people.ts";
import { receive, start, stop } from "./push.ts";
import { fetchFile } from "./read.ts";

const GUIDE = `
1. In Google Cloud create a project, enable the Drive API and the Admin SDK API, and create a
   service account with a key (JSON).
2. In the Admin console, Security, API controls, Domain-wide delegation, add the service
   account's client id with the scopes below. It reads each person's files as that person,
   because Drive shows a file's permissions only to who may share it; and the directory as the
   administrator named in the settings.
3. Give each shared drive a manager in your organisation: only managers see its limited folders.
4. Where Stead has a public https address, Drive calls there as soon as something changes: Stead
   subscribes by itself and there is nothing to enter. Elsewhere Drive is asked every 30 seconds.
5. For people's own accounts register an OAuth client (web) with the scope drive.readonly.
`;

export const googleDrive = defineConnector({
  manifest: {
    name: "google-drive",
    title: "Google Drive",
    description: "Files and folders of people and of shared drives, with Drive's own permissions.",
    guide: GUIDE,
    crawl: {
      kind: "assertion",
      tokenUrl: "https://oauth2.googleapis.com/token",
      scopes: [
        "https://www.googleapis.com/auth/drive.readonly",
        "https://www.googleapis.com/auth/admin.directory.user.readonly",
        "https://www.googleapis.com/auth/admin.directory.group.readonly",
      ],
      fields: [
        {
          name: "client_email",
          title: "Service account",
          help: "`client_email` in the key file",
          secret: false,
        },
        {
          name: "private_key",
          title: "Private key",
          help: "`private_key` in the key file",
          secret: true,
        },
      ],
    },
    acting: {
      kind: "oauth",
      authorizationUrl: "https://accounts.google.com/o/oauth2/v2/auth",
      tokenUrl: "https://oauth2.googleapis.com/token",
      revocationUrl: "https://oauth2.googleapis.com/revoke",
      scopes: ["https://www.googleapis.com/auth/drive.readonly"],
      // Permissions name people by an id of Drive's own, which no token has.
      accountAt: {
        url: "{driveUrl}/drive/v3/about?fields=user(permissionId)",
        path: "user.permissionId",
      },
      // Without both there is no refresh token.
      params: { access_type: "offline", prompt: "consent" },
      clientAuth: "post",
    },
    rights: "mirrored",
    freshness: { pollMs: 30_000, reconcileMs: 86_400_000, objectiveMs: 3_600_000 },
    limits: { requestsPerMinute: 6_000, concurrent: 8 },
    baseUrl: "https://www.googleapis.com",
  },
  settings: settingsSchema,
  async test(source) {
    await userList(source, undefined);
    return { account: source.settings.admin };
  },
  mirror: {
    access: accessSchema,
    list,
    changes,
    item: (source, id) => findItem(source, id),
    fetch: fetchFile,
    readers,
    users,
    groups,
    push: { subscribes: true, start, stop, receive },
  },
});
