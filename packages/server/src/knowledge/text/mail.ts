// The text of a mail: who wrote to whom about what, then what they wrote. Attachments are named only.
import PostalMime, { type Address } from "postal-mime";
import { addHtml } from "./html.ts";
import { TextBuilder, type ExtractedText } from "./text.ts";

const NESTING_MAX = 20;
const HEADER_BYTES_MAX = 1024 * 1024;

export async function readMail(bytes: Uint8Array): Promise<ExtractedText> {
  const mail = await PostalMime.parse(bytes, {
    maxNestingDepth: NESTING_MAX,
    maxHeadersSize: HEADER_BYTES_MAX,
  });
  const builder = new TextBuilder();
  if (mail.subject) builder.heading(mail.subject, 1);
  const lines: [string, string | undefined][] = [
    ["Subject", mail.subject],
    ["From", mail.from && nameOf(mail.from)],
    ["To", mail.to?.map(nameOf).join(", ")],
    ["Cc", mail.cc?.map(nameOf).join(", ")],
    ["Date", mail.date],
  ];
  for (const [name, value] of lines) if (value) builder.add(`${name}: ${value}\n`);
  builder.paragraph();
  if (mail.text) builder.add(mail.text);
  else if (mail.html) addHtml(builder, mail.html);
  const files = mail.attachments.flatMap(({ filename }) => filename ?? []);
  if (files.length > 0) {
    builder.paragraph();
    builder.add(`Attached: ${files.join(", ")}`);
  }
  return builder.build();
}

function nameOf(address: Address): string {
  if (address.address) return `${address.name} <${address.address}>`.trimStart();
  return `${address.name}: ${(address.group ?? []).map(nameOf).join(", ")}`;
}
