// Drive's notifications: a channel per log, of which each call says only that something has changed there.
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { SourceError, type Push, type PushRequest, type PushVerdict } from "@stead/sdk";
import { z } from "zod";
import { ask, drive, isRefusal, type DriveSource } from "./api.ts";
import { everyLog, logQuery, readerOf, startOf } from "./logs.ts";
import { channelSchema } from "./wire.ts";

/** The longest that Drive gives; what it gave is what counts. */
const LIFETIME_MS = 7 * 24 * 3_600_000;
/** What has no channel is polled alone. Shared drives come first: they are few, and many read them. */
const CHANNELS_MAX = 500;
const AT_ONCE = 8;
const BODY_BYTES_MAX = 16_384;

const watchSchema = z.strictObject({
  secret: z.string().min(32),
  channels: z.array(
    z.strictObject({
      id: z.string(),
      resourceId: z.string(),
      reader: z.string(),
      untilMs: z.number(),
    }),
  ),
});
type Watch = z.output<typeof watchSchema>;
type Channel = Watch["channels"][number];
type Start = Push<DriveSource["settings"]>["start"];

export const start: Start = async (source, callbackUrl, before) => {
  const logs = (await everyLog(source)).toSorted((a, b) => rank(a) - rank(b));
  if (logs.length > CHANNELS_MAX)
    source.log("Some of Drive's logs are polled alone", { polled: logs.length - CHANNELS_MAX });
  const secret = randomBytes(32).toString("base64url");
  const channels: Channel[] = [];
  let refusal: unknown;
  const opened = await eachOf(logs.slice(0, CHANNELS_MAX), async (log) => {
    try {
      const channel = await open(source, { log, secret, callbackUrl });
      if (channel !== null) channels.push(channel);
    } catch (error) {
      // That one person has no Drive is no reason to hear nothing of the others'.
      if (!isRefusal(error)) throw error;
      refusal = error;
    }
  });
  const failure = opened ?? (channels.length === 0 ? refusal : undefined);
  if (failure !== undefined) {
    await close(source, channels);
    throw failure;
  }
  const old = watchSchema.safeParse(before);
  const left = old.success ? await close(source, old.data.channels) : undefined;
  // What they still tell is refused, and they end soon.
  if (left !== undefined) source.log("Some of Drive's former channels could not be closed");
  const expiresAtMs =
    channels.length === 0 ? null : Math.min(...channels.map((one) => one.untilMs));
  return { watch: { secret, channels } satisfies Watch, expiresAtMs };
};

export async function stop(source: DriveSource, watch: unknown): Promise<void> {
  const known = watchSchema.safeParse(watch);
  const failure = known.success ? await close(source, known.data.channels) : undefined;
  if (failure !== undefined) throw failure;
}

/**
 * The body is empty or says nothing, and nobody signs it: what is believed is that the token is the one that
 * was given for this channel, and that the channel has not ended.
 */
export function receive({ headers, body, watch, nowMs }: PushRequest): PushVerdict {
  const known = watchSchema.safeParse(watch);
  if (!known.success) return { ok: false, reason: "No channel is open." };
  const given = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const id = given.get("x-goog-channel-id") ?? "";
  const token = Buffer.from(given.get("x-goog-channel-token") ?? "");
  const due = Buffer.from(tokenOf(known.data.secret, id));
  if (token.length !== due.length || !timingSafeEqual(token, due))
    return { ok: false, reason: "The channel's token is wrong." };
  const channel = known.data.channels.find((one) => one.id === id);
  if (channel === undefined || channel.resourceId !== given.get("x-goog-resource-id"))
    return { ok: false, reason: "The channel is not one of those that are open." };
  if (nowMs > channel.untilMs) return { ok: false, reason: "The channel has ended." };
  const number = given.get("x-goog-message-number") ?? "";
  if (!/^\d{1,20}$/.test(number)) return { ok: false, reason: "The event has no number." };
  if (!isNothing(body)) return { ok: false, reason: "The event has an unknown form." };
  // The first of a channel tells that it is open.
  if (given.get("x-goog-resource-state") === "sync") return { ok: true, events: [] };
  return { ok: true, events: [{ id: `${id} ${number}`, change: { kind: "poll" } }] };
}

function isNothing(body: Uint8Array): boolean {
  if (body.byteLength === 0) return true;
  if (body.byteLength > BODY_BYTES_MAX) return false;
  try {
    return z.object({ kind: z.string() }).safeParse(JSON.parse(new TextDecoder().decode(body)))
      .success;
  } catch {
    return false;
  }
}

interface Opening {
  readonly log: string;
  readonly secret: string;
  readonly callbackUrl: string;
}

async function open(
  source: DriveSource,
  { log, secret, callbackUrl }: Opening,
): Promise<Channel | null> {
  const reader = await readerOf(source, log);
  const pageToken = reader === null ? null : await startOf(source, log);
  if (reader === null || pageToken === null) return null;
  const id = randomUUID();
  const channel = await ask(source, channelSchema, {
    method: "POST",
    url: drive(source, "changes/watch"),
    query: { pageToken, ...logQuery(log) },
    body: {
      id,
      type: "web_hook",
      address: callbackUrl,
      token: tokenOf(secret, id),
      expiration: String(Date.now() + LIFETIME_MS),
    },
    asUser: reader,
  });
  if (channel.id !== id) throw new SourceError("malformed", "Google opened another channel.");
  return { id, resourceId: channel.resourceId, reader, untilMs: Number(channel.expiration) };
}

/** One that is gone is closed. */
function close(source: DriveSource, channels: readonly Channel[]): Promise<unknown> {
  return eachOf(channels, async ({ id, resourceId, reader }) => {
    try {
      await source.http({
        method: "POST",
        url: drive(source, "channels/stop"),
        body: { id, resourceId },
        asUser: reader,
      });
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  });
}

/** The first failure, after all that was under way has ended. */
async function eachOf<T>(all: readonly T[], run: (one: T) => Promise<void>): Promise<unknown> {
  const left = all.values();
  let failure: unknown;
  const lane = async (): Promise<void> => {
    for (const one of left) {
      if (failure !== undefined) return;
      // oxlint-disable-next-line no-await-in-loop -- a lane takes one after the other
      await run(one).catch((error: unknown) => (failure ??= error));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return failure;
}

function tokenOf(secret: string, id: string): string {
  return createHmac("sha256", secret).update(id).digest("base64url");
}

function rank(log: string): number {
  return log.startsWith("drive:") ? 0 : 1;
}
