// A mail as text: its heads and what it says, however it was written.
import { Parser } from "htmlparser2";
import PostalMime from "postal-mime";

export interface Letter {
  readonly subject: string;
  readonly from: string;
  readonly to: string;
  readonly date: string;
  readonly messageId: string;
  readonly text: string;
  readonly attachments: readonly string[];
}

const HIDDEN = new Set(["style", "script", "head", "title", "template"]);
const CHARS_MAX = 100_000;
const HEAD_CHARS_MAX = 1_000;

export async function letterOf(source: Uint8Array): Promise<Letter> {
  const mail = await PostalMime.parse(source);
  const text = mail.text ?? textOf(mail.html ?? "");
  return {
    subject: head(mail.subject),
    from: people(mail.from ? [mail.from] : []),
    to: people([...(mail.to ?? []), ...(mail.cc ?? [])]),
    date: head(mail.date),
    messageId: head(mail.messageId),
    text: plain(text).slice(0, CHARS_MAX).trim(),
    attachments: mail.attachments.map((one) => head(one.filename ?? one.mimeType)),
  };
}

export function shown(letter: Letter): string {
  const { subject, from, to, date, attachments, text } = letter;
  const heads = [`From: ${from}`, `To: ${to}`, `Date: ${date}`, `Subject: ${subject}`];
  if (attachments.length > 0) heads.push(`Attached, not read: ${attachments.join(", ")}`);
  return `${heads.join("\n")}\n\n${text}`;
}

interface Party {
  readonly name?: string;
  readonly address?: string | undefined;
}

function people(parties: readonly Party[]): string {
  return head(parties.map(({ name, address }) => `${name ?? ""} <${address ?? ""}>`).join(", "));
}

/** One line: what a mail says of itself can't look like another head. */
function head(text: string | undefined): string {
  return plain(text ?? "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, HEAD_CHARS_MAX);
}

function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "").toWellFormed();
}

function textOf(html: string): string {
  let text = "";
  let hidden = 0;
  const parser = new Parser({
    onopentagname(name) {
      if (HIDDEN.has(name)) hidden += 1;
      if (/^(p|div|br|tr|li|h[1-6])$/.test(name)) text += "\n";
    },
    ontext(part) {
      if (hidden === 0 && text.length < CHARS_MAX) text += part;
    },
    onclosetag(name) {
      if (HIDDEN.has(name)) hidden -= 1;
    },
  });
  parser.end(html);
  return text.replaceAll(/\n\s*\n+/g, "\n\n");
}
