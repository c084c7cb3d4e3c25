// `stead login <link-or-key>`: keeps a key; a login link is used up to make one.
import { ENDPOINT_ROWS } from "@stead/protocol";
import { createClient } from "@stead/sdk";
import { saveSettings } from "../settings.ts";
import { EXIT, onlyOptions, textOption, UsageError } from "../usage.ts";
import type { CommandContext, Words } from "../usage.ts";

export const LOGIN_USAGE = "stead login <login link or API key> [--url address]";
const KEY_DAYS = 30;

export async function loginCommand(context: CommandContext, words: Words): Promise<number> {
  const [credential, ...rest] = words.positional;
  if (credential === undefined || rest.length > 0) throw new UsageError(LOGIN_USAGE);
  onlyOptions(words, ["url"]);
  const url = textOption(words, "url") ?? context.url;
  const { terminal, signal } = context;
  const place = /^https?:/.test(credential)
    ? await followLink(new URL(credential), signal)
    : { url, key: credential };
  const client = createClient({ baseUrl: place.url, key: place.key });
  const { principal } = await client.call("session.get", {}, { signal });
  const file = saveSettings(place);
  terminal.out(`Signed in as ${principal.name} at ${place.url}; kept in ${file}\n`);
  return EXIT.ok;
}

/** The link opens a session, the session makes a key, and then ends. */
async function followLink(link: URL, signal: AbortSignal): Promise<{ url: string; key: string }> {
  const url = link.origin;
  const headers = { origin: url };
  const entered = await fetch(link, { method: "POST", headers, redirect: "manual", signal });
  const cookie = entered.headers.getSetCookie()[0]?.split(";")[0];
  if (entered.status !== 303 || cookie === undefined)
    throw new UsageError("That link was used already or has expired.");
  const client = createClient({ baseUrl: url, fetch: withCookie(cookie) });
  const nouns = ENDPOINT_ROWS.map(({ endpoint }) => endpoint.action.split("."));
  const scopes = new Set(
    nouns.flatMap(([noun, verb]) => (verb === undefined ? [] : [`${noun}.*`])),
  );
  const body = { name: "stead command line", scopes: [...scopes], days: KEY_DAYS };
  const { secret } = await client.call("key.create", { body }, { signal });
  await client.call("session.end", {}, { signal });
  return { url, key: secret };
}

function withCookie(cookie: string): typeof fetch {
  return (target, init) => {
    const headers = new Headers(init?.headers);
    headers.set("cookie", cookie);
    return fetch(target, { ...init, headers });
  };
}
