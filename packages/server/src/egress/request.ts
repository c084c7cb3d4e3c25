// What may be sent and what comes back; the checks that need no network.
import { isIP } from "node:net";
import type { Label, NewRunEvent } from "@stead/protocol";
import { fail, ok, type Failure, type Result } from "../lib/result.ts";
import { hostPort, type AddressRule } from "./address.ts";
import type { DestinationKind } from "./gate/rule.ts";

export interface OutRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** True when the body holds a credential: then only its length is written down. */
  readonly secretBody?: boolean;
  /** Credentials within a text: what is written down has their place alone. */
  readonly secretParts?: readonly string[];
  /** Sent, and nowhere else: in no event, log or error. */
  readonly secretHeaders?: Readonly<Record<string, string>>;
  /** The join of everything that the bytes were made from. */
  readonly label: Label;
  readonly purpose: string;
  /** What it goes to; left out: a place of the web that nobody has chosen. */
  readonly to?: Recipient;
  /** From the first byte out to the last byte in. */
  readonly timeoutMs: number;
  /** The longest silence within the answer's body. */
  readonly idleTimeoutMs: number;
  /** The longest wait for the answer's head; `timeoutMs` when left out. */
  readonly firstByteTimeoutMs?: number;
  /** Of the answer's body, after decompression. */
  readonly bytesMax: number;
  readonly signal?: AbortSignal;
  /** True when a repeat has no second effect: only then is a request that broke off repeated. */
  readonly idempotent: boolean;
}

/** Signing in carries credentials to whoever gave them, and is looked into by nobody. */
export interface Recipient {
  readonly kind: DestinationKind | "login";
  /** What it also goes by: the provider of a model, or `mcp:<server>`. */
  readonly name?: string;
}

export interface OutResponse {
  readonly status: number;
  /** Lower-case names; `set-cookie` is dropped, for nothing here keeps cookies. */
  readonly headers: Readonly<Record<string, string>>;
  /** Throws `BrokenBody` when the answer breaks off, takes too long or grows too large. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body as UTF-8 text, at most `bytesMax` bytes of it. */
  text(bytesMax?: number): Promise<Result<string>>;
}

/** How a body's iteration fails: the one place where a failure travels as an exception. */
export class BrokenBody extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.detail);
    this.failure = failure;
  }
}

export type EgressEvent = Extract<NewRunEvent, { type: "egress.sent" | "egress.settled" }>;

/** Where the record of a send goes: a run's own log, or an administrative stream. */
export interface Journal {
  /** Resolves when committed, together with anything deferred before. */
  now(events: readonly EgressEvent[]): Promise<Result<void>>;
  /** Commits with what comes next. */
  later(events: readonly EgressEvent[]): void;
}

export interface Target {
  readonly url: URL;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** `host:port`. */
  readonly destination: string;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
// The framing of a message is ours alone, else two parsers could read one request as two.
const OURS = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
const URL_CHARS_MAX = 8192;
const HEADERS_MAX = 64;
const HEADER_CHARS_MAX = 16_384;

/** The target of a URL, or why it can't be one. */
export function targetOf(text: string, rule: AddressRule): Result<Target> {
  if (text.length > URL_CHARS_MAX) return fail("egress.blocked", "the address is too long");
  if (!URL.canParse(text)) return fail("egress.blocked", "the address is not a URL");
  const url = new URL(text);
  const secure = url.protocol === "https:";
  if (!secure && url.protocol !== "http:")
    return fail("egress.blocked", `addresses of the kind ${url.protocol} are not sent to`);
  if (url.username !== "" || url.password !== "")
    return fail("egress.blocked", "the address carries a user name or a password");
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  const target = { url, host, port, secure, destination: hostPort(host, port) };
  const named = rule.isNamed(host, port);
  if (!secure && !named)
    return fail("egress.blocked", `${target.destination} speaks plain HTTP; only HTTPS leaves`, {
      hint: "An administrator can allow a local target by naming its host and port.",
    });
  if (isIP(host) !== 0 && !rule.permits(host, port, host)) return blockedAddress(target);
  return ok(target);
}

export function blockedAddress(target: Pick<Target, "destination">): Result<never> {
  return fail("egress.blocked", `${target.destination} is an internal address`, {
    hint: "An administrator can allow a local target by naming its host and port.",
  });
}

/** Every header that goes out, or the first one that may not. Values are never quoted. */
export function headersOf(request: OutRequest): Result<Record<string, string>> {
  if (!METHODS.has(request.method)) return fail("egress.blocked", "that HTTP method is not sent");
  const all: Record<string, string> = {};
  const entries = [
    ...Object.entries(request.headers),
    ...Object.entries(request.secretHeaders ?? {}),
  ];
  if (entries.length > HEADERS_MAX) return fail("egress.blocked", "there are too many headers");
  for (const [name, value] of entries) {
    const lower = name.toLowerCase();
    if (!TOKEN.test(name) || OURS.has(lower))
      return fail("egress.blocked", `the header ${JSON.stringify(name.slice(0, 60))} is not sent`);
    if (!VALUE.test(value) || value.length > HEADER_CHARS_MAX)
      return fail("egress.blocked", `the header ${lower} has a value that can't be sent`);
    if (lower in all) return fail("egress.blocked", `the header ${lower} stands there twice`);
    all[lower] = value;
  }
  all["accept-encoding"] ??= "identity";
  all["user-agent"] ??= "stead";
  return ok(all);
}
