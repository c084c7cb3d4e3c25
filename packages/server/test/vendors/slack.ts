// Slack behind the gate: emulate signs in and has the conversations; what it has not is said here.
import { slack } from "@stead/connectors";
import { z } from "zod";
import { bearerOf, json, openGate, type Answered, type Asked, type Gate } from "./gate.ts";
import { CLIENT, fresh, ledTo, REDIRECT } from "./stage.ts";

const HALF_A_DAY_S = 43_200;
const grantedSchema = z.object({
  ok: z.literal(true),
  access_token: z.string(),
  authed_user: z.object({ id: z.string(), access_token: z.string().optional() }).loose(),
});
const REFUSALS = {
  unknown: "invalid_auth",
  expired: "token_expired",
  revoked: "token_revoked",
} as const;

export class Slack {
  /** emulate rotates no tokens: with this its answers have what Slack's have then. */
  rotates = false;
  /** Asked before a call is let through; an error of Slack's that is answered instead. */
  refusing = (_method: string): string | undefined => undefined;
}

export async function openSlack() {
  const inside = new Slack();
  const client = { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret };
  const seed = {
    slack: {
      team: { name: "Acme", domain: "acme" },
      users: ["ada", "bob"].map((name) => ({ name, email: `${name}@a.test` })),
      channels: [{ name: "plans" }, { name: "board", is_private: true }],
      oauth_apps: [{ ...client, name: "Stead", redirect_uris: [REDIRECT] }],
    },
  };
  const answer = (gate: Gate, asked: Asked) => answerOf(gate, inside, asked);
  const gate = await openGate({ service: "slack", seed, answer });
  return Object.assign(inside, { gate, connector: ledTo(slack, ["slack.com"], gate) });
}

async function answerOf(gate: Gate, inside: Slack, asked: Asked): Promise<Answered> {
  const { pathname, searchParams } = new URL(asked.path, gate.origin);
  if (pathname.startsWith("/oauth/")) return gate.forward(asked);
  const method = pathname.slice("/api/".length);
  const form = new URLSearchParams(asked.body);
  if (method === "oauth.v2.access")
    return form.get("grant_type") === "refresh_token"
      ? renewed(gate, form.get("refresh_token") ?? "")
      : signedIn(gate, inside, asked);
  if (method === "auth.revoke") return revoked(gate, form.get("token") ?? bearerOf(asked));
  const refused = inside.refusing(method);
  if (refused !== undefined) return json({ ok: false, error: refused });
  const standing = gate.standingOf(bearerOf(asked));
  if (standing !== "good") return json({ ok: false, error: REFUSALS[standing] });
  if (asked.method === "POST") return gate.forward(asked);
  // Slack takes reading calls both ways, emulate as forms alone.
  const headers = { ...asked.headers, "content-type": "application/x-www-form-urlencoded" };
  return gate.forward({ method: "POST", path: pathname, headers, body: searchParams.toString() });
}

/** The app's own token and the person's are different grants. */
async function signedIn(gate: Gate, inside: Slack, asked: Asked): Promise<Answered> {
  const given = await gate.forward(asked);
  const read = grantedSchema.safeParse(JSON.parse(given.body));
  if (!read.success) return given;
  const { access_token: app, authed_user: person } = read.data;
  gate.issue({ user: "app", isWithdrawn: false }, { access: app });
  const access = person.access_token;
  if (access === undefined) return given;
  const grant = { user: person.id, isWithdrawn: false };
  if (!inside.rotates) {
    gate.issue(grant, { access });
    return given;
  }
  const refresh = `xoxe-1-${fresh()}`;
  gate.issue(grant, { access, refresh, seconds: HALF_A_DAY_S });
  const rotating = { refresh_token: refresh, expires_in: HALF_A_DAY_S };
  return json({ ...read.data, authed_user: { ...person, ...rotating } });
}

/** Not emulate's: as Slack's guide to token rotation has it, the new token is the whole answer. */
function renewed(gate: Gate, refresh: string): Answered {
  const grant = gate.grantOf(refresh);
  if (grant === undefined || !gate.mayRenew(refresh))
    return json({ ok: false, error: "invalid_refresh_token" });
  gate.kill(refresh);
  const next = { access: `xoxe.xoxp-1-${fresh()}`, refresh: `xoxe-1-${fresh()}` };
  gate.issue(grant, { ...next, seconds: HALF_A_DAY_S });
  return json({
    ok: true,
    access_token: next.access,
    refresh_token: next.refresh,
    expires_in: HALF_A_DAY_S,
    token_type: "user",
  });
}

/** Not emulate's: ends this one token, and says whether it did. */
function revoked(gate: Gate, token: string): Answered {
  const standing = gate.standingOf(token);
  const isRefresh = standing === "unknown" && gate.grantOf(token) !== undefined;
  if (isRefresh && !gate.mayRenew(token)) return json({ ok: false, error: "token_revoked" });
  if (!isRefresh && standing !== "good") return json({ ok: false, error: REFUSALS[standing] });
  gate.kill(token);
  return json({ ok: true, revoked: true });
}
