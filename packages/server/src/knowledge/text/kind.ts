// What kind of file it is, by its media type, its name and, when those say nothing, its first bytes.
const KINDS = ["pdf", "docx", "xlsx", "pptx", "html", "markdown", "mail", "csv", "plain"] as const;
export type TextKind = (typeof KINDS)[number];

const OFFICE = "application/vnd.openxmlformats-officedocument";
const BY_MEDIA_TYPE: Readonly<Record<string, TextKind>> = {
  "application/pdf": "pdf",
  [`${OFFICE}.wordprocessingml.document`]: "docx",
  [`${OFFICE}.spreadsheetml.sheet`]: "xlsx",
  [`${OFFICE}.presentationml.presentation`]: "pptx",
  "text/html": "html",
  "application/xhtml+xml": "html",
  "text/markdown": "markdown",
  "text/x-markdown": "markdown",
  "message/rfc822": "mail",
  "text/csv": "csv",
  "text/tab-separated-values": "csv",
};
const BY_EXTENSION: Readonly<Record<string, TextKind>> = {
  pdf: "pdf",
  docx: "docx",
  docm: "docx",
  xlsx: "xlsx",
  xlsm: "xlsx",
  pptx: "pptx",
  pptm: "pptx",
  html: "html",
  htm: "html",
  xhtml: "html",
  md: "markdown",
  markdown: "markdown",
  eml: "mail",
  csv: "csv",
  tsv: "csv",
};
const PLAIN_MEDIA_TYPE =
  /^text\/|^application\/(json|[\w.+-]*\+json|xml|[\w.+-]*\+xml|yaml|x-yaml|toml|sql|javascript|typescript|x-sh|graphql)$/;
const PLAIN_EXTENSION =
  /^(txt|text|log|json|jsonl|xml|ya?ml|toml|ini|cfg|conf|properties|env|sql|rst|adoc|org|tex|[cm]?[jt]sx?|py|rb|go|rs|java|kt|cs|c|h|cc|cpp|hpp|swift|php|pl|r|lua|sh|bash|ps1|bat|css|scss|less|vue|svelte|proto|graphql|tf|dockerfile|makefile)$/;
const SNIFFED_BYTES = 4096;

/** Undefined when it holds no text that could be read. */
export function kindOf(file: {
  readonly mediaType: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}): TextKind | undefined {
  const mediaType = (file.mediaType.split(";")[0] ?? "").trim().toLowerCase();
  const extension = (/\.?([^./\\]*)$/.exec(file.name.trim())?.[1] ?? "").toLowerCase();
  const named = BY_MEDIA_TYPE[mediaType] ?? BY_EXTENSION[extension];
  if (named) return named;
  if (PLAIN_MEDIA_TYPE.test(mediaType) || PLAIN_EXTENSION.test(extension)) return "plain";
  if (mediaType !== "" && mediaType !== "application/octet-stream") return undefined;
  return sniffed(file.bytes);
}

function sniffed(bytes: Uint8Array): TextKind | undefined {
  const start = bytes.subarray(0, SNIFFED_BYTES);
  if (String.fromCodePoint(...start.subarray(0, 5)) === "%PDF-") return "pdf";
  return start.length > 0 && start.every((byte) => byte >= 32 || (byte >= 9 && byte <= 13))
    ? "plain"
    : undefined;
}
