// What both one-time links share: who may try, how a form arrives, and how the browser enters.
import type { Context } from "hono";
import type { z } from "zod";
import { recordRefusal } from "../../identity/refuse.ts";
import { recogniseSession } from "../../identity/session/recognise.ts";
import type { Started } from "../../identity/session/sign-in.ts";
import { fail, ok, type Failure, type Result } from "../../lib/result.ts";
import { addressOf, tooMany } from "../authenticate.ts";
import { readBytes } from "../input/body.ts";
import type { Edge } from "../call.ts";
import { readCookie, sessionCookie } from "../cookie.ts";
import { errorBody, statusOf } from "../errors.ts";
import { fromOwnPage } from "../headers.ts";
import { escapeHtml, htmlPage } from "./html.ts";

const FORM_BYTES_MAX = 10_000;

/** Slows guessing down, and refuses forms that another site posts here. */
export function checkAttempt(c: Context, edge: Edge): Result<void> {
  const waitS = edge.gate.strangers.take(addressOf(c));
  if (waitS > 0) return tooMany(waitS);
  if (fromOwnPage(c.req.raw.headers)) return ok();
  return fail("auth.csrf", "The form was posted from another site.");
}

export async function readForm<T>(c: Context, schema: z.ZodType<T>): Promise<Result<T>> {
  const bytes = await readBytes(c.req.raw, FORM_BYTES_MAX);
  if (!bytes.ok) return bytes;
  const form = Object.fromEntries(new URLSearchParams(new TextDecoder().decode(bytes.value)));
  const parsed = schema.safeParse(form);
  if (parsed.success) return ok(parsed.data);
  const issues = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  return fail("request.invalid", issues.join("; "));
}

/** The session that this browser holds already: a new sign-in ends it. */
export async function presentSession(c: Context, edge: Edge): Promise<string | undefined> {
  const secret = readCookie(c.req.header("cookie"), edge.gate.secure);
  if (secret === undefined) return undefined;
  const found = await recogniseSession(edge.ctx, secret);
  return found.ok ? found.value.sessionId : undefined;
}

export function enter(edge: Edge, started: Started): Response {
  const cookie = sessionCookie(started.secret, edge.gate.secure);
  return new Response(null, {
    status: 303,
    headers: { location: "/", "set-cookie": cookie, "cache-control": "no-store" },
  });
}

export async function turnAway(
  c: Context,
  edge: Edge,
  refusal: { failure: Failure; method: "invitation" | "login-link" | "setup-link" },
): Promise<Response> {
  const { failure, method } = refusal;
  if (failure.code === "auth.invalid")
    await recordRefusal(edge.ctx, { method, address: addressOf(c) });
  const { error } = errorBody(failure);
  const hint = error.hint === null ? "" : `<p>${escapeHtml(error.hint)}</p>`;
  const body = `<p>${escapeHtml(error.detail)}</p>${hint}<p><a href="/">To the start page</a></p>`;
  return htmlPage({ title: error.message, body, status: statusOf(failure) });
}
