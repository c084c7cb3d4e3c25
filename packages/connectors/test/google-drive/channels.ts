// Drive's notification channels as Google publishes them: who opens one, what each call carries, its end.
import { SourceError, type HttpRequest } from "@stead/sdk";
import type { drive_v3 } from "@googleapis/drive";
import { z } from "zod";

const channelSchema = z.object({
  id: z.string().regex(/^[\w+/=-]{1,64}$/),
  type: z.enum(["web_hook", "webhook"]),
  address: z.url({ protocol: /^https$/ }),
  token: z.string().max(256).optional(),
  expiration: z.string().optional(),
});
const stopSchema = z.object({ id: z.string(), resourceId: z.string() });
const WEEK_MS = 7 * 24 * 3_600_000;

interface Channel {
  readonly id: string;
  readonly resourceId: string;
  readonly address: string;
  readonly token: string | undefined;
  readonly untilMs: number;
  readonly asUser: string;
  /** A shared drive's id, or null for what a person sees. */
  readonly drive: string | null;
  number: number;
}

export interface Delivery {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export class FakeChannels {
  readonly live = new Map<string, Channel>();
  /** What was sent to the address, `sync` first. */
  readonly sent: Delivery[] = [];
  /** Of these the service takes no channel. */
  readonly refused = new Set<string>();
  refusal = new SourceError("forbidden", "403 notAuthorizedToWatch");
  /** The longest that one lasts. */
  longestMs = WEEK_MS;

  open(asked: {
    query: NonNullable<HttpRequest["query"]>;
    body: unknown;
    asUser: string;
  }): drive_v3.Schema$Channel {
    const { query, body, asUser } = asked;
    if (this.refused.has(asUser)) throw this.refusal;
    if (query["pageToken"] === undefined) throw new SourceError("malformed", "400 pageToken");
    const given = channelSchema.parse(body);
    if (this.live.has(given.id)) throw new SourceError("malformed", "400 channelIdNotUnique");
    const drive = query["driveId"] === undefined ? null : String(query["driveId"]);
    // An hour unless it is asked for more.
    const wantedMs =
      given.expiration === undefined ? 3_600_000 : Number(given.expiration) - Date.now();
    const channel: Channel = {
      id: given.id,
      resourceId: `res-${asUser}-${drive ?? ""}`,
      address: given.address,
      token: given.token,
      untilMs: Date.now() + Math.min(wantedMs, this.longestMs),
      asUser,
      drive,
      number: 0,
    };
    this.live.set(channel.id, channel);
    this.send(channel, "sync");
    return {
      kind: "api#channel",
      id: channel.id,
      resourceId: channel.resourceId,
      resourceUri: `https://www.googleapis.com/drive/v3/changes?alt=json&pageToken=1`,
      ...(channel.token !== undefined && { token: channel.token }),
      expiration: String(channel.untilMs),
    };
  }

  /** By whoever opened it, under both of its ids. */
  stop(body: unknown, asUser: string): unknown {
    const { id, resourceId } = stopSchema.parse(body);
    const channel = this.live.get(id);
    if (channel?.resourceId !== resourceId || channel.asUser !== asUser)
      throw new SourceError("missing", "404 Channel not found");
    this.live.delete(id);
    return {};
  }

  /** Something has changed in what this person sees, or in this shared drive: one call a channel. */
  tell(of: { user: string } | { drive: string }): Delivery[] {
    const isOf = (one: Channel) =>
      "drive" in of ? one.drive === of.drive : one.drive === null && one.asUser === of.user;
    return [...this.live.values()].filter(isOf).map((channel) => this.send(channel, "change"));
  }

  private send(channel: Channel, state: "sync" | "change"): Delivery {
    // Always 1 for `sync`; then they grow, with gaps.
    channel.number += state === "sync" ? 1 : 3;
    const delivery = {
      headers: {
        "content-type": "application/json; utf-8",
        "content-length": "0",
        "x-goog-channel-id": channel.id,
        ...(channel.token !== undefined && { "x-goog-channel-token": channel.token }),
        "x-goog-channel-expiration": new Date(channel.untilMs).toUTCString(),
        "x-goog-resource-id": channel.resourceId,
        "x-goog-resource-uri": "https://www.googleapis.com/drive/v3/changes",
        "x-goog-resource-state": state,
        "x-goog-message-number": String(channel.number),
      },
      body: new Uint8Array(),
    };
    this.sent.push(delivery);
    return delivery;
  }
}
