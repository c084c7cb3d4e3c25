// The few pages that the server writes itself: no framework, no foreign file, hashed scripts alone.
import { createHash } from "node:crypto";
import { contentSecurityPolicy } from "../headers.ts";

export interface Page {
  readonly title: string;
  /** Trusted markup; anything from outside goes through `escapeHtml` first. */
  readonly body: string;
  readonly script?: string;
  readonly status?: number;
}

/** The console's look, for the pages that people see before they are in. */
const STYLE = `:root{color-scheme:light dark;--paper:light-dark(oklch(.979 .004 170),oklch(.179 .007 200));
--surface:light-dark(#fff,oklch(.213 .008 200));--line:light-dark(oklch(.64 .012 200),oklch(.54 .014 200));
--ink:light-dark(oklch(.24 .016 210),oklch(.935 .006 180));--link:light-dark(oklch(.44 .12 250),oklch(.8 .09 240))}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--paper);color:var(--ink);
font:.9375rem/1.5 ui-sans-serif,system-ui,sans-serif}
main{box-sizing:border-box;width:min(26rem,calc(100vw - 2rem));padding:1.5rem;background:var(--surface);
border:1px solid color-mix(in oklch,var(--line) 45%,transparent);border-radius:8px}
h1{margin:0 0 .75rem;font-size:1.25rem}p{margin:.75rem 0}a{color:var(--link)}
label{display:block;font-weight:500}
input{display:block;box-sizing:border-box;width:100%;margin-top:.25rem;padding:.375rem .5rem;font:inherit;
color:inherit;background:var(--surface);border:1px solid var(--line);border-radius:5px}
button{padding:.375rem .875rem;font:inherit;font-weight:500;color:var(--paper);background:var(--ink);
border:0;border-radius:5px;cursor:pointer}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}`;

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
