// How the shelf sends events, signed and timed, and how they are taken.
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { PushRequest } from "../../src/index.ts";

export const NOW_MS = 1_800_000_000_000;

export function signatureOf(secret: string, nowMs: number, body: Uint8Array): string {
  return createHmac("sha256", secret).update(`${nowMs}.`).update(body).digest("hex");
}

export function delivery(): PushRequest {
  const body = new TextEncoder().encode(JSON.stringify({ id: "ev1", note: "menu" }));
  const signature = signatureOf("shh", NOW_MS, body);
  return {
    headers: { "x-time": String(NOW_MS), "x-signature": signature },
    body,
    watch: { secret: "shh" },
    nowMs: NOW_MS,
  };
}

const watchSchema = z.strictObject({ secret: z.string().min(1) });
const eventSchema = z.strictObject({ id: z.string(), note: z.string() });

export function receive({ headers, body, watch, nowMs }: PushRequest) {
  const secret = watchSchema.safeParse(watch).data?.secret;
  const sent = Number(headers["x-time"]);
  if (secret === undefined || !(Math.abs(nowMs - sent) < 300_000))
    return { ok: false as const, reason: "no secret, or too old" };
  const due = Buffer.from(signatureOf(secret, sent, body));
  const given = Buffer.from(headers["x-signature"] ?? "");
  if (due.length !== given.length || !timingSafeEqual(due, given))
    return { ok: false as const, reason: "the signature is wrong" };
  return eventIn(body);
}

export function eventIn(body: Uint8Array) {
  const { id, note } = eventSchema.parse(JSON.parse(new TextDecoder().decode(body)));
  const change = { kind: "item" as const, id: note };
  return { ok: true as const, events: [{ id, change }] };
}
