// Files of a directory tree, with the owners, modes and access lists that the machine keeps for them.
import { defineConnector, SourceError } from "@stead/sdk";
import { accessSchema, readers, type Access } from "./access.ts";
import { groups, users } from "./people.ts";
import { read } from "./read.ts";
import { list, locate, rootItem, settingsSchema, type Settings } from "./tree.ts";

const GUIDE = `
1. Mount the tree on the machine that runs Stead, with the machine's users and groups resolved by \`getent\`.
2. Install the program \`getfacl\`, and let Stead's account read the whole tree.
3. People link the machine's users to themselves; root is nobody's account and is left out.
Symbolic links are never followed. A file system mounted below the directory is left out: connect
it by itself, as a source of its own. So are Stead's own keys and data. Rules of security modules beside modes and lists are not read.
`;

export const files = defineConnector<Settings, Access>({
  manifest: {
    name: "files",
    title: "Files",
    description: "A directory tree of this machine, with its owners, groups, modes and lists.",
    guide: GUIDE,
    crawl: { kind: "none" },
    acting: { kind: "none" },
    rights: "mirrored",
    // Every sync is a walk of the tree; nothing pushes.
    freshness: { pollMs: 60_000, reconcileMs: 60_000, objectiveMs: 900_000 },
    limits: { concurrent: 2 },
    programs: ["getent", "getfacl"],
  },
  settings: settingsSchema,
  async test(source) {
    await rootItem(source).catch((error: unknown) => {
      if (error instanceof SourceError) throw error;
      throw new SourceError("unavailable", "getfacl cannot be run here.");
    });
    return { account: "this machine" };
  },
  mirror: {
    access: accessSchema,
    list,
    item: async (source, id) => (await locate(source, id))?.item ?? null,
    fetch: read,
    readers,
    users,
    groups,
  },
});
