// Slack's events: signed, timed, and told on as what has to be looked at again.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { PushEvent, PushRequest, PushVerdict } from "@stead/sdk";
import { z } from "zod";
import { dayItem } from "./day.ts";

export const watchSchema = z.strictObject({ signingSecret: z.string().min(1) });
const WINDOW_S = 300;

const messageSchema = z.object({ ts: z.string(), thread_ts: z.string().optional() });
const eventSchema = z.object({
  type: z.string(),
  channel: z.union([z.string(), z.object({ id: z.string() })]).optional(),
  item: z.object({ channel: z.string().optional() }).optional(),
  user: z
    .union([
      z.string(),
      z.object({
        id: z.string(),
        team_id: z.string().optional(),
        enterprise_user: z.object({ teams: z.array(z.string()).optional() }).optional(),
      }),
    ])
    .optional(),
  file_id: z.string().optional(),
  ts: z.string().optional(),
  thread_ts: z.string().optional(),
  message: messageSchema.optional(),
  previous_message: messageSchema.optional(),
});
const bodySchema = z.object({
  type: z.string(),
  challenge: z.string().optional(),
  event_id: z.string().optional(),
  team_id: z.string().optional(),
  minute_rate_limited: z.number().optional(),
  event: eventSchema.optional(),
});

export function receive(request: PushRequest): PushVerdict {
  const refused = whyRefused(request);
  if (refused !== null) return { ok: false, reason: refused };
  const body = bodySchema.safeParse(jsonOf(request.body));
  if (!body.success) return { ok: false, reason: "The event has an unknown form." };
  const { type, challenge, event, event_id: id, team_id: team } = body.data;
  if (type === "url_verification") {
    return challenge === undefined
      ? { ok: false, reason: "The handshake has no challenge." }
      : { ok: true, events: [], reply: challenge };
  }
  if (type === "app_rate_limited") {
    const at = String(body.data.minute_rate_limited ?? "");
    return { ok: true, events: [{ id: `limited ${at}`, change: { kind: "poll" } }] };
  }
  if (id === undefined || event === undefined) {
    return { ok: false, reason: "The event has no id." };
  }
  const events = changesOf(event, team).map((change, at) => ({ id: `${id} ${at}`, change }));
  return { ok: true, events };
}

function whyRefused({ headers, body, watch, nowMs }: PushRequest): string | null {
  const known = watchSchema.safeParse(watch);
  if (!known.success) return "There is no signing secret.";
  const lower = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const sent = lower.get("x-slack-request-timestamp") ?? "";
  const signature = lower.get("x-slack-signature") ?? "";
  if (!/^\d{1,12}$/.test(sent)) return "The event has no time.";
  if (Math.abs(nowMs / 1000 - Number(sent)) > WINDOW_S) return "The event is too old or too new.";
  const hmac = createHmac("sha256", known.data.signingSecret).update(`v0:${sent}:`).update(body);
  const due = Buffer.from(`v0=${hmac.digest("hex")}`);
  const given = Buffer.from(signature);
  if (due.length !== given.length || !timingSafeEqual(due, given)) return "The signature is wrong.";
  return null;
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
}

type Change = PushEvent["change"];

function changesOf(event: z.output<typeof eventSchema>, team: string | undefined): Change[] {
  const { type, file_id: file, user } = event;
  const channel = typeof event.channel === "string" ? event.channel : event.channel?.id;
  if (type === "message" && channel !== undefined) {
    const said = event.message ?? event.previous_message ?? event;
    const ts = said.thread_ts ?? said.ts;
    return ts === undefined ? [] : [{ kind: "item", id: dayItem(channel, ts) }];
  }
  if (type.startsWith("file_")) return file === undefined ? [] : [{ kind: "item", id: file }];
  if (type === "user_change" || type === "team_join") {
    const grid = typeof user === "object" ? user.enterprise_user?.teams : undefined;
    const own = typeof user === "object" ? user.team_id : undefined;
    const teams = new Set([...(grid ?? []), own, team].filter((id) => id !== undefined));
    const id = typeof user === "object" ? user.id : user;
    const groups = [...teams].map((one): Change => ({ kind: "group", id: one }));
    return id === undefined ? groups : [{ kind: "user", id }, ...groups];
  }
  if (channel === undefined) return [];
  if (type.startsWith("member_")) return [{ kind: "group", id: channel }];
  if (/^(channel|group|im|mpim)_/.test(type)) {
    // A conversion or a share with others changes who is in it; a new name only what it is called.
    return [
      { kind: "group", id: channel },
      { kind: "item", id: channel },
    ];
  }
  return [];
}
