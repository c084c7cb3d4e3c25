// The few pages that the server writes itself: no framework, no foreign file, hashed scripts alone.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { contentSecurityPolicy } from "../headers.ts";

export interface Page {
  readonly title: string;
  /** Trusted markup; anything from outside goes through `escapeHtml` first. */
  readonly body: string;
  readonly script?: string;
  readonly status?: number;
}

const STYLE = readFileSync(new URL("page.css", import.meta.url), "utf8");

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64");
const STYLE_HASH = hashOf(STYLE);

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

export function htmlPage({ title, body, script, status = 200 }: Page): Response {
  const hashes = { styles: [STYLE_HASH], scripts: script ? [hashOf(script)] : [] };
  const text = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
${script ? `<script>${script}</script>` : ""}
</body>
</html>
`;
  return new Response(text, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      // With `no-referrer` a browser would post our own form with the origin "null".
      "referrer-policy": "same-origin",
      "content-security-policy": contentSecurityPolicy(hashes),
    },
  });
}
