// What every answer says to a browser, and which Host and Origin a request may name.
import { fail, ok, type Result } from "../lib/result.ts";

export interface InlineHashes {
  readonly scripts?: readonly string[];
  readonly styles?: readonly string[];
}

const allowed = (hashes: readonly string[]): string =>
  hashes.map((hash) => ` 'sha256-${hash}'`).join("");

/** Strict: own files alone, and what of a page itself is known by its SHA-256. */
export function contentSecurityPolicy({ scripts = [], styles = [] }: InlineHashes = {}): string {
  return [
    "default-src 'none'",
    `script-src 'self'${allowed(scripts)}`,
    // The components of the console set positions through style attributes; no rule can load a thing.
    `style-src 'self'${allowed(styles)}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
};

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export function isLoopbackName(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

export interface HostRules {
  /** The server listens on a loopback address alone. */
  readonly loopback: boolean;
  /** The public address, such as `https://stead.example.org`, when there is one. */
  readonly origin?: string | undefined;
}

/**
 * A page of another site can point its own name at 127.0.0.1 (DNS rebinding) and then talk to us as
 * "same origin"; its requests still carry that name as Host, and are refused.
 */
export function checkHost(host: string | undefined, rules: HostRules): Result<void> {
  const refused = fail("request.malformed", "This server does not answer to that host name.");
  const hostname = host === undefined ? undefined : nameOf(host);
  if (hostname === undefined) return refused;
  if (rules.origin !== undefined && new URL(rules.origin).host === host) return ok();
  if (rules.loopback) return isLoopbackName(hostname) ? ok() : refused;
  return rules.origin === undefined ? ok() : refused;
}

function nameOf(host: string): string | undefined {
  return /^([A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/.exec(host)?.[1]?.toLowerCase();
}

/**
 * True when a page of another site or port makes the browser ask. It could not read the answer, but it
 * could hold streams open, or have an auditor's reading written down.
 */
export function fromElsewhere(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  return site === "cross-site" || site === "same-site";
}

/** True when a person is led here, by whatever site: the page in their window becomes ours. */
export function isVisit(headers: Headers): boolean {
  return (
    headers.get("sec-fetch-mode") === "navigate" && headers.get("sec-fetch-dest") === "document"
  );
}

/** True when the browser, as far as it says, sends this from a page of our own. */
export function fromOwnPage(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  // No page can set this one; and a form of a page without referrer comes with the origin "null".
  if (site !== null) return site === "same-origin";
  const origin = headers.get("origin");
  if (origin === null) return true;
  return URL.canParse(origin) && new URL(origin).host === headers.get("host");
}
