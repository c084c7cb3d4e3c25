// The built console: hashed files for ever, and index.html for every address that is a page of it.
import { readFile, realpath } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { Hono, type Context } from "hono";
import { fail } from "../../lib/result.ts";
import { errorResponse } from "../errors.ts";
import { contentSecurityPolicy } from "../headers.ts";
import { createHash } from "node:crypto";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
};
const NOT_BUILT = fail("resource.not_found", "The console is not built; the API is at /api.");
const NO_FILE = fail("resource.not_found", "There is no such file.");

export function consolePages(webDir: string | undefined): Hono {
  const app = new Hono();
  app.get("*", async (c) => {
    if (webDir === undefined) return errorResponse(NOT_BUILT.failure);
    const path = c.req.path;
    const file = extname(path) === "" ? undefined : await readInside(webDir, path);
    if (file) return fileResponse(c, path, file);
    if (extname(path) !== "") return errorResponse(NO_FILE.failure);
    const index = await readInside(webDir, "/index.html");
    return index ? indexResponse(index) : errorResponse(NOT_BUILT.failure);
  });
  return app;
}

/** Only files that really lie within the folder, also after links are followed. */
async function readInside(webDir: string, path: string): Promise<Buffer | undefined> {
  const name = decode(path);
  if (name === undefined || name.includes("\0")) return undefined;
  try {
    const root = await realpath(webDir);
    const file = await realpath(join(root, name));
    if (!file.startsWith(root + sep)) return undefined;
    return await readFile(file);
  } catch {
    return undefined;
  }
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function fileResponse(c: Context, path: string, bytes: Buffer): Response {
  const hashed = path.startsWith("/assets/");
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  const headers = {
    "content-type": TYPES[extname(path)] ?? "application/octet-stream",
    "cache-control": hashed ? "public, max-age=31536000, immutable" : "no-cache",
    etag,
  };
  if (c.req.header("if-none-match") === etag) return new Response(null, { status: 304, headers });
  return new Response(new Uint8Array(bytes), { headers });
}

/** The build may inline a small script (the colour scheme, before the first paint): its hash is let in. */
function indexResponse(bytes: Buffer): Response {
  const text = bytes.toString("utf8");
  const inline = [...text.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)];
  const hashes = inline.map(([, script = ""]) =>
    createHash("sha256").update(script).digest("base64"),
  );
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-cache",
    "content-security-policy": contentSecurityPolicy({ scripts: hashes }),
  };
  return new Response(text, { headers });
}
