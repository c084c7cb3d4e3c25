// Any MCP server as a source: asked as each person, with their own token, each time.
import { defineConnector, SourceError } from "@stead/sdk";
import { hitsOf, openedOf } from "./answer.ts";
import { callTool, conversation } from "./client.ts";
import { settingsSchema, type McpSource } from "./settings.ts";

const GUIDE = `
1. Enter the server's address (streamable HTTP) and the names of its tools that search and open.
   Left as they are, that is "search" and "fetch", and their results are read as those of servers
   for research clients.
2. Each person enters a token of their own: the server answers them as it does elsewhere. There is
   no token for all, for then everybody would see what its owner may see.
3. Nothing of what it answers is indexed or kept. What it finds counts as foreign text.
`;

export const mcp = defineConnector({
  manifest: {
    name: "mcp",
    title: "MCP server",
    description: "Whatever a server finds for each person, asked at the time.",
    guide: GUIDE,
    crawl: { kind: "none" },
    acting: {
      kind: "secret",
      fields: [
        {
          name: "token",
          title: "Your token",
          help: "From the system behind the server; it acts as you and as nobody else",
          secret: true,
        },
      ],
      header: { name: "authorization", template: "Bearer {token}" },
    },
    rights: "live",
    freshness: { pollMs: 3_600_000, reconcileMs: 86_400_000, objectiveMs: 604_800_000 },
    limits: { concurrent: 8 },
  },
  settings: settingsSchema,
  test,
  live: {
    async search(source, query, limit) {
      const { settings } = source;
      const { tool, query: words, limit: most, fixed } = settings.search;
      const given = { ...fixed, [words]: query, ...(most === undefined ? {} : { [most]: limit }) };
      const call = { name: tool, arguments: given };
      const found = await conversation(source, (client) => callTool(source, client, call));
      return hitsOf(found, settings, limit);
    },
    async open(source, id) {
      const { settings } = source;
      const { tool, id: which, fixed } = settings.open;
      const call = { name: tool, arguments: { ...fixed, [which]: id } };
      const found = await conversation(source, (client) => callTool(source, client, call));
      return openedOf(found, settings, id);
    },
  },
});

/** Without anybody's token: that it is there is all that can be seen of a server that wants one. */
async function test(source: McpSource): Promise<{ readonly account: string }> {
  const { url, search, open } = source.settings;
  const account = new URL(url).host;
  try {
    const { tools } = await conversation(source, (client) => client.listTools());
    const names = new Set(tools.map(({ name }) => name));
    const missing = [search.tool, open.tool].filter((name) => !names.has(name));
    if (missing.length === 0) return { account };
    throw new SourceError("settings", `The server has no tool ${missing.join(", ")}.`);
  } catch (error) {
    const closed = error instanceof SourceError && /^(reconnect|forbidden)$/.test(error.code);
    if (closed) return { account };
    throw error;
  }
}
