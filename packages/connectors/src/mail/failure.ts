// What the mail libraries throw, as what people can do about it; never in a server's own words.
import { SourceError } from "@stead/sdk";

const CODES = new Set(["EAUTH", "AUTHENTICATIONFAILED"]);

export function sourceErrorOf(error: unknown, where: "IMAP" | "SMTP"): SourceError {
  if (error instanceof SourceError) return error;
  if (isAbout(error, "authenticationFailed", true) || CODES.has(textOf(error, "code")))
    return new SourceError(
      "reconnect",
      "The mail server does not take the user name and password.",
    );
  if (/CERT|SELF_SIGNED|ETLS|SIGNATURE/.test(textOf(error, "code")))
    return new SourceError(
      "settings",
      `The ${where} server shows a certificate nobody vouches for.`,
    );
  if (textOf(error, "code") === "EENVELOPE")
    return new SourceError("forbidden", "The mail server does not take these recipients.");
  const code = numberOf(error, "responseCode");
  const said = code === 0 ? "" : ` (${code})`;
  return new SourceError("unavailable", `The ${where} server did not do it${said}.`);
}

function isAbout(error: unknown, name: string, value: unknown): boolean {
  return error instanceof Error && name in error && Reflect.get(error, name) === value;
}

function textOf(error: unknown, name: string): string {
  const value: unknown = error instanceof Error ? Reflect.get(error, name) : "";
  return typeof value === "string" ? value : "";
}

function numberOf(error: unknown, name: string): number {
  const value: unknown = error instanceof Error ? Reflect.get(error, name) : 0;
  return typeof value === "number" ? value : 0;
}
