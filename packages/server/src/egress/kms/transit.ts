// A key service that speaks the Transit API of HashiCorp Vault and OpenBao: encrypts and decrypts a key of ours
// under one of its own, which never leaves it.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { NEUTRAL } from "../../access/label.ts";
import type { KeyWrapper } from "../../ledger/key-file.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { OutRequest, OutResponse } from "../request.ts";

export interface TransitSettings {
  readonly url: string;
  /** Where the engine is mounted there, and the name of its key. */
  readonly mount: string;
  readonly key: string;
  readonly token: string | undefined;
  /** Read at each request: an agent of the service writes a new one in time. */
  readonly tokenFile: string | undefined;
  readonly namespace: string | undefined;
}

export interface TransitDeps {
  readonly settings: TransitSettings;
  /** What a key is bound to: it opens for no other organisation or installation. */
  readonly origin: string;
  readonly send: (request: OutRequest) => Promise<Result<OutResponse>>;
}

export interface Transit extends KeyWrapper {
  /** Lengthens the life of a token that stands in the settings; one in a file is its writer's. */
  renewToken(): Promise<Result<void>>;
}

const TIMEOUT_MS = 10_000;
const BYTES_MAX = 65_536;
const CIPHERTEXT = /^vault:v(\d+):[A-Za-z0-9+/=]+$/;

const encrypted = z.object({ data: z.object({ ciphertext: z.string().regex(CIPHERTEXT) }) });
const decrypted = z.object({ data: z.object({ plaintext: z.base64() }) });
const refusal = z.object({ errors: z.array(z.string()) });

export function createTransit(deps: TransitDeps): Transit {
  const { mount, key } = deps.settings;
  const associated = Buffer.from(deps.origin).toString("base64");
  return {
    name: "vault",
    async wrap(plain) {
      const plaintext = Buffer.from(plain).toString("base64");
      const path = `${mount}/encrypt/${key}`;
      const done = await ask(deps, path, { plaintext, associated_data: associated });
      if (!done.ok) return done;
      const answer = encrypted.safeParse(done.value);
      return answer.success ? ok(answer.data.data.ciphertext) : odd(deps);
    },
    async unwrap(wrapped) {
      const path = `${mount}/decrypt/${key}`;
      const done = await ask(deps, path, { ciphertext: wrapped, associated_data: associated });
      if (!done.ok) return done;
      const answer = decrypted.safeParse(done.value);
      return answer.success ? ok(Buffer.from(answer.data.data.plaintext, "base64")) : odd(deps);
    },
    isNewer: (one, than) => versionOf(one) > versionOf(than),
    async renewToken() {
      if (deps.settings.token === undefined) return ok();
      const done = await ask(deps, "auth/token/renew-self", {});
      return done.ok ? ok() : done;
    },
  };
}

function versionOf(ciphertext: string): number {
  return Number(CIPHERTEXT.exec(ciphertext)?.[1] ?? 0);
}

async function ask(
  { settings, send }: TransitDeps,
  path: string,
  body: Readonly<Record<string, string>>,
): Promise<Result<unknown>> {
  const token = tokenOf(settings);
  if (!token.ok) return token;
  const { url, namespace } = settings;
  const request: OutRequest = {
    url: `${url}/v1/${path}`,
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-vault-request": "true",
      ...(namespace === undefined ? {} : { "x-vault-namespace": namespace }),
    },
    secretHeaders: { "x-vault-token": token.value },
    body: JSON.stringify(body),
    secretBody: true,
    label: NEUTRAL,
    purpose: "kms",
    to: { kind: "login", name: "kms" },
    timeoutMs: TIMEOUT_MS,
    idleTimeoutMs: TIMEOUT_MS,
    bytesMax: BYTES_MAX,
    // Encrypting twice makes two texts of the same key, either of which will do.
    idempotent: true,
  };
  const answer = await send(request);
  if (!answer.ok) return away(settings, answer.failure.detail);
  const text = await answer.value.text(BYTES_MAX);
  if (!text.ok) return away(settings, text.failure.detail);
  const { status } = answer.value;
  return status === 200 ? ok(jsonOf(text.value)) : refused(settings, status, text.value);
}

function tokenOf({ token, tokenFile = "" }: TransitSettings): Result<string> {
  if (token !== undefined) return ok(token);
  try {
    const read = readFileSync(tokenFile, "utf8").trim();
    if (read !== "") return ok(read);
  } catch {
    // Said below.
  }
  return fail("store.unavailable", "STEAD_KMS_TOKEN_FILE holds no token that can be read.");
}

function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

const SERVED = "The key service";

function away({ url }: TransitSettings, why: string): Result<never> {
  return fail("store.unavailable", `${SERVED} at ${url} does not answer: ${why}.`);
}

function odd({ settings: { url } }: TransitDeps): Result<never> {
  return fail("store.unavailable", `${SERVED} at ${url} gave an answer that is none.`);
}

/** What it says is looked at for what it means, and never quoted. */
function refused(settings: TransitSettings, status: number, text: string): Result<never> {
  const { url, mount, key } = settings;
  const at = `${SERVED} at ${url}`;
  const said = refusal.safeParse(jsonOf(text));
  const words = said.success ? said.data.errors.join(" ") : "";
  if (status === 403)
    return no(`${at} refuses Stead's token: it is over, or may not use the key ${key}.`, {
      hint: `Its policy needs "update" on ${mount}/encrypt/${key} and ${mount}/decrypt/${key}.`,
    });
  if (status === 404) return no(`${at} has no Transit engine at ${mount}.`);
  if (status === 503 || /sealed/i.test(words)) return away(settings, "it is sealed");
  if (status >= 500 || status === 429) return away(settings, `status ${status}`);
  if (status >= 300 && status < 400)
    return away(settings, "it sends on to another address, which is not followed");
  if (/key not found/i.test(words)) return no(`${at} has no key ${key} at ${mount}.`);
  if (/too old|disallowed by policy/i.test(words))
    return no(`${at} has retired the version of ${key} that the file of keys was made with.`, {
      hint: "Lower min_decryption_version, start Stead once, and raise it again.",
    });
  return no(
    `${at} can't open the file of keys with ${key}: another key or another organisation made it.`,
  );
}

function no(detail: string, more: { hint?: string } = {}): Result<never> {
  return fail("config.invalid", detail, more);
}
