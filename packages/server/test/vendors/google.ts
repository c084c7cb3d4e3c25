// Google behind the gate: emulate signs in and keeps people's files; what it has not is said here.
import { createPublicKey } from "node:crypto";
import { SourceError } from "@stead/sdk";
import { jwtVerify } from "jose";
import { googleDrive } from "@stead/connectors";
import { z } from "zod";
import { FakeDrive } from "../../../connectors/test/google-drive/fake.ts";
import { bearerOf, json, openGate, type Answered, type Asked, type Gate } from "./gate.ts";
import { CLIENT, fresh, ledTo, REDIRECT } from "./stage.ts";

export const HOSTS = [
  "accounts.google.com",
  "oauth2.googleapis.com",
  "www.googleapis.com",
  "admin.googleapis.com",
];
const tokenSchema = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  expires_in: z.number(),
});

export class Google {
  /** Of the service account; null: its key was deleted. */
  key: string | null;
  /** In place of what emulate's Drive has not: `about`, permissions, changes, shared drives, the directory. */
  readonly drive = new FakeDrive();
  /** Called before this Drive answers. */
  before = (): void => undefined;
  constructor(key: string) {
    this.key = key;
  }
}

export async function openGoogle(publicKey: string) {
  const google = new Google(publicKey);
  const { drive } = google;
  drive.users.splice(2);
  for (const owner of drive.users) drive.add({ id: `root ${owner}`, owner, folder: true });
  drive.add({ id: "plan", parent: "root ada@a.test" });
  const users = ["ada", "bob"].map((name) => ({ email: `${name}@a.test`, name }));
  const client = { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret };
  const item = { mime_type: "text/plain", data: "Nine." };
  const seed = {
    google: {
      users,
      oauth_clients: [{ ...client, name: "Stead", redirect_uris: [REDIRECT] }],
      drive_items: [
        { ...item, id: "ada-plan", user_email: "ada@a.test", name: "ada-plan.txt" },
        { ...item, id: "bob-plan", user_email: "bob@a.test", name: "bob-plan.txt" },
      ],
    },
  };
  const answer = (gate: Gate, asked: Asked) => answerOf({ gate, google }, asked);
  const gate = await openGate({ service: "google", seed, answer });
  return Object.assign(google, { gate, connector: ledTo(googleDrive, HOSTS, gate) });
}

interface Inside {
  readonly gate: Gate;
  readonly google: Google;
}

async function answerOf(inside: Inside, asked: Asked): Promise<Answered> {
  const { gate } = inside;
  const path = new URL(asked.path, gate.origin).pathname;
  if (path.startsWith("/o/oauth2/v2/auth")) return gate.forward(asked);
  if (path === "/token") return tokenFor(inside, asked);
  if (path === "/revoke") return revoked(gate, asked);
  const token = bearerOf(asked);
  const grant = gate.grantOf(token);
  if (grant === undefined || gate.standingOf(token) !== "good")
    return json(
      { error: { code: 401, status: "UNAUTHENTICATED", message: "Invalid Credentials" } },
      401,
    );
  // A person's own files are emulate's to give: it has a store per user.
  const isOwn = grant.user.startsWith("own ") && !path.startsWith("/drive/v3/about");
  return isOwn ? gate.forward(asked) : fromFake(inside, asked, grant.user.replace("own ", ""));
}

async function tokenFor({ gate, google }: Inside, asked: Asked): Promise<Answered> {
  const form = new URLSearchParams(asked.body);
  const kind = form.get("grant_type") ?? "";
  if (kind.endsWith("jwt-bearer")) return asserted({ gate, google }, form.get("assertion") ?? "");
  const renews = form.get("refresh_token") ?? "";
  if (kind === "refresh_token" && !gate.mayRenew(renews))
    return json(
      { error: "invalid_grant", error_description: "Token has been expired or revoked." },
      400,
    );
  const given = await gate.forward({ ...asked, path: "/oauth2/token" });
  if (given.status !== 200) return given;
  const token = tokenSchema.parse(JSON.parse(given.body));
  const refresh = token.refresh_token;
  const grant = gate.grantOf(renews) ?? {
    user: `own ${await emailOf(gate, token.access_token)}`,
    isWithdrawn: false,
  };
  const kept = { access: token.access_token, seconds: token.expires_in };
  gate.issue(grant, refresh === undefined ? kept : { ...kept, refresh });
  return given;
}

async function emailOf(gate: Gate, token: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const asked = { method: "GET", path: "/oauth2/v2/userinfo", headers, body: "" };
  const { body } = await gate.forward(asked);
  return z.object({ email: z.string() }).parse(JSON.parse(body)).email;
}

/** emulate takes no signed assertion: a service account stands for whom its delegation names. */
async function asserted(
  { gate, google }: Pick<Inside, "gate" | "google">,
  assertion: string,
): Promise<Answered> {
  try {
    const key = createPublicKey(google.key ?? "");
    const audience = `${gate.origin}/token`;
    const { payload } = await jwtVerify(assertion, key, {
      audience,
      currentDate: new Date(gate.clock.now()),
    });
    const access = `sa-${fresh()}`;
    gate.issue({ user: String(payload.sub), isWithdrawn: false }, { access, seconds: 3600 });
    return json({ access_token: access, token_type: "Bearer", expires_in: 3600 });
  } catch {
    return json({ error: "invalid_grant", error_description: "Invalid JWT Signature." }, 400);
  }
}

/** The whole grant ends with any of its tokens; emulate says 200 to whatever it is given, Google does not. */
async function revoked(gate: Gate, asked: Asked): Promise<Answered> {
  const token = new URLSearchParams(asked.body).get("token") ?? "";
  const grant = gate.grantOf(token);
  if (grant === undefined || grant.isWithdrawn)
    return json({ error: "invalid_token", error_description: "Token expired or revoked" }, 400);
  grant.isWithdrawn = true;
  return gate.forward({ ...asked, path: "/oauth2/revoke" });
}

async function fromFake({ google }: Inside, asked: Asked, asUser: string): Promise<Answered> {
  const { pathname, searchParams } = new URL(asked.path, "http://drive.test");
  try {
    google.before();
    const reply = await google.drive.source().http({
      method: asked.method === "POST" ? "POST" : "GET",
      url: `https://www.googleapis.com${pathname}`,
      query: Object.fromEntries(searchParams),
      ...(asked.body === "" ? {} : { body: JSON.parse(asked.body) }),
      asUser,
    });
    return json(await reply.json());
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return json({ error: { message: error.message } }, error.code === "missing" ? 404 : 403);
  }
}
