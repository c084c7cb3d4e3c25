// A team chat as a small MCP server: channels with members, and a tool that posts to one.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { z } from "zod";

export interface Post {
  readonly channel: string;
  readonly text: string;
}

/** By the channel's name: the mail addresses of who is in it. */
export type Channels = Record<string, string[]>;

export interface Chat {
  readonly url: string;
  /** What has really been posted, however it came about. */
  readonly posts: readonly Post[];
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 1_000_000;

export async function serveChat(port: number, channels: Channels): Promise<Chat> {
  const posts: Post[] = [];
  const handler = createMcpHandler(() => createChat(channels, posts));
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const response = await handler.fetch(await requestOf(incoming));
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body) for await (const part of response.body) outgoing.write(part);
    outgoing.end();
  };
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    posts,
    close: async () => {
      await handler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function createChat(channels: Channels, posts: Post[]): McpServer {
  const server = new McpServer({ name: "chat", version: "1.0.0" });
  const channel = z.string().max(80).describe("Name of a channel");
  server.registerTool(
    "channel-members",
    {
      title: "Who is in a channel",
      description: "Lists the members of a channel.",
      inputSchema: z.object({ channel }),
      annotations: { readOnlyHint: true },
    },
    async (input) =>
      said(JSON.stringify((channels[input.channel] ?? []).map((email) => ({ email })))),
  );
  server.registerTool(
    "channel-post",
    {
      title: "Post to a channel",
      description: "Posts a message, which everybody in the channel reads.",
      inputSchema: z.object({ channel, text: z.string().max(10_000) }),
    },
    async (input) => {
      posts.push(input);
      return said(`Posted to ${input.channel}.`);
    },
  );
  return server;
}

function said(text: string) {
  return { content: [{ type: "text" as const, text }] };
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of incoming) {
    if (!(part instanceof Buffer)) continue;
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("the request is too large");
    parts.push(part);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    if (typeof value === "string") headers.set(name, value);
  return new Request(`http://${incoming.headers.host}${incoming.url}`, {
    method: incoming.method ?? "GET",
    headers,
    ...(bytes > 0 ? { body: Buffer.concat(parts) } : {}),
  });
}
