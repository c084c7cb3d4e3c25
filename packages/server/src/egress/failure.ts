// Errors of sockets, TLS and HTTP as failures: by their code alone, for messages may quote secrets.
import { fail, type Failure } from "../lib/result.ts";
import { blockedAddress, type Target } from "./request.ts";

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused the connection",
  ECONNRESET: "broke the connection off",
  EPIPE: "broke the connection off",
  UND_ERR_SOCKET: "broke the connection off",
  ENOTFOUND: "is a name that no name server knows",
  EAI_AGAIN: "could not be looked up just now",
  EHOSTUNREACH: "can't be reached from here",
  ENETUNREACH: "can't be reached from here",
  DEPTH_ZERO_SELF_SIGNED_CERT: "shows a certificate that nobody vouches for",
  SELF_SIGNED_CERT_IN_CHAIN: "shows a certificate that nobody vouches for",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "shows a certificate that nobody vouches for",
  ERR_TLS_CERT_ALTNAME_INVALID: "shows a certificate of another name",
  CERT_HAS_EXPIRED: "shows a certificate that has expired",
};
const BROKEN_OFF = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/** The code of an error, also of the one that caused it or the first of several. */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error instanceof Error && "code" in error && typeof error.code === "string")
    return error.code;
  return error instanceof Error && error.cause instanceof Error ? codeOf(error.cause) : "UNKNOWN";
}

/** True when the peer ended the connection, so that a repeat on a fresh one may help. */
export function brokeOff(failure: Failure): boolean {
  const code = failure.data?.["cause"];
  return typeof code === "string" && BROKEN_OFF.has(code);
}

export function failureOf(error: unknown, target: Pick<Target, "destination">): Failure {
  const code = codeOf(error);
  const { destination } = target;
  const data = { cause: code, destination };
  if (code === "EGRESS_BLOCKED") return failed(blockedAddress(target));
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT")
    return failed(fail("egress.timeout", `${destination} did not take the connection`, { data }));
  if (code === "UND_ERR_HEADERS_OVERFLOW" || code === "HPE_HEADER_OVERFLOW")
    return failed(fail("egress.too_large", `${destination} sent too large a head`, { data }));
  const words = code.startsWith("HPE_") ? "does not speak HTTP" : WORDS[code];
  const detail = `${destination} ${words ?? `could not be reached (${code})`}`;
  return failed(fail("egress.unreachable", detail, { data }));
}

function failed(result: ReturnType<typeof fail> | ReturnType<typeof blockedAddress>): Failure {
  if (result.ok) throw new Error("a failure was expected");
  return result.failure;
}
