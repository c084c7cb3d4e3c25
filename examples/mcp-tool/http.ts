// The rooms over streamable HTTP, on this machine.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { createRooms, type Booking, type Offer } from "./rooms.ts";

const BODY_BYTES_MAX = 1_000_000;

export interface RoomsOptions {
  readonly port: number;
  readonly offer: Offer;
  readonly bookings: Booking[];
}

export async function serveRooms({
  port,
  offer,
  bookings,
}: RoomsOptions): Promise<{ close(): Promise<void> }> {
  const handler = createMcpHandler(() => createRooms(offer, bookings).server);
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
    close: async () => {
      await handler.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
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
