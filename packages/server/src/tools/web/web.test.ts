// The web's tools against a real server: what comes back, what is cited, and what is not read.
import { createServer, type RequestListener } from "node:http";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createEgress, type Egress } from "../../egress/egress.ts";
import { closeAll, listen } from "../../egress/egress.fixture.ts";
import { TextExtractor } from "../../knowledge/text/extract.ts";
import { systemClock } from "../../lib/clock.ts";
import { createIds } from "../../lib/ids.ts";
import type { JsonObject } from "../../lib/json.ts";
import { silentLog } from "../../lib/log.ts";
import { callTool, record, registryOf } from "../tools.fixture.ts";
import type { EngineSettings } from "./engine.ts";
import { webTools } from "./web.ts";

const ALLOWED = ["fetch", "search"]
  .map((name) => `permit (principal, action == Action::"unapproved:web.${name}", resource);`)
  .map((text, i) => `@id("web-${i}")\n@reason("The web may be read")\n${text}`)
  .join("\n");

const extractor = new TextExtractor();
afterAll(() => extractor.close());
let port = 0;
let answer: RequestListener = () => undefined;
const asked: { url: string; headers: Record<string, unknown> }[] = [];

beforeAll(async () => {
  port = await listen(
    createServer((request, response) => {
      asked.push({ url: request.url ?? "", headers: request.headers });
      answer(request, response);
    }),
  );
});
afterAll(closeAll);
afterEach(() => asked.splice(0));

function egressTo(allowPrivate: readonly string[]): Egress {
  const ids = createIds(systemClock);
  return createEgress({ clock: systemClock, ids, log: silentLog, allowPrivate });
}

async function call(name: string, given: JsonObject, search?: EngineSettings) {
  const egress = egressTo([`127.0.0.1:${port}`]);
  const registry = registryOf();
  const journal = record();
  for (const tool of webTools({ egress, extractor, clock: systemClock, search }))
    registry.add(tool);
  const result = await callTool(registry, name, { arguments: given, policies: ALLOWED, journal });
  await egress.close();
  return { result, events: journal.events };
}

const at = (path: string): string => `http://127.0.0.1:${port}${path}`;
const html =
  (body: string): RequestListener =>
  (_, response) =>
    void response.setHeader("content-type", "text/html; charset=utf-8").end(body);

test("a page is its article, with address, title and time to cite", async () => {
  const menu = "<nav><a href=/x>Home</a><a href=/y>Login</a></nav>";
  const words = "The clinic in the old town opens at eight in the morning and closes at five. ";
  const article = `<article><h1>Opening hours</h1><p>${words.repeat(20)}</p></article>`;
  answer = html(`<html><head><title>Clinic</title></head><body>${menu}${article}</body></html>`);
  const { result, events } = await call("web.fetch", { url: at("/hours#top") });
  expect(result).toMatchObject({
    ok: true,
    value: {
      citations: [{ number: 1, url: at("/hours"), title: "Clinic", documentId: at("/hours") }],
    },
  });
  const text = result.ok ? result.value.text : "";
  expect(text).toContain("opens at eight");
  expect(text).toMatch(/^\[1\] Clinic \(.*\), retrieved at 20\d\d-/);
  expect(text).not.toContain("Login");
  expect(asked.map(({ url }) => url)).toEqual(["/hours"]);
  expect(events.map(({ type }) => type)).toContain("egress.sent");
});

test("a long page is put aside, with its beginning to go by", async () => {
  answer = (_, response) =>
    void response.setHeader("content-type", "text/plain").end(`BEGIN ${"a ".repeat(45_000)}`);
  const { result } = await call("web.fetch", { url: at("/long") });
  expect(result).toMatchObject({ ok: true, value: { blobId: "blob_1" } });
  expect(result.ok && result.value.text).toContain("BEGIN");
});

test("a redirect is followed to a public place or a named one, and nowhere else", async () => {
  answer = (request, response) => {
    if (request.url === "/here") response.writeHead(302, { location: "/there" }).end();
    else response.setHeader("content-type", "text/plain").end("There.");
  };
  const led = await call("web.fetch", { url: at("/here") });
  expect(led.result).toMatchObject({ ok: true, value: { citations: [{ url: at("/there") }] } });
  const inward = [
    "http://169.254.169.254/latest/meta-data",
    `http://localhost:${port}/`,
    "https://10.0.0.1/",
    "http://[::1]/",
    "file:///etc/passwd",
    "https://user:secret@example.com/",
  ];
  for (const location of inward) {
    answer = (_, response) => void response.writeHead(301, { location }).end();
    // oxlint-disable-next-line no-await-in-loop -- one server answers them all
    const { result } = await call("web.fetch", { url: at("/") });
    expect(result, location).toMatchObject({ ok: false, failure: { code: "egress.blocked" } });
  }
  answer = (_, response) => void response.writeHead(302, { location: "/round" }).end();
  const round = await call("web.fetch", { url: at("/round") });
  expect(round.result).toMatchObject({ ok: false, failure: { code: "tool.failed" } });
});

test("an address inside is not read, whoever asks for it", async () => {
  for (const url of ["http://127.0.0.1:1/", "https://192.168.0.1/", "ftp://example.com/", "none"]) {
    // oxlint-disable-next-line no-await-in-loop -- each on its own
    const { result } = await call("web.fetch", { url });
    expect(result, url).toMatchObject({ ok: false, failure: { code: "egress.blocked" } });
  }
  expect(asked).toEqual([]);
});

test("neither pictures, nor what is too large, nor what unpacks without end is read", async () => {
  answer = (_, response) => void response.setHeader("content-type", "image/png").end("png");
  const picture = await call("web.fetch", { url: at("/a.png") });
  expect(picture.result).toMatchObject({ failure: { code: "document.unsupported" } });
  answer = (_, response) => {
    response.setHeader("content-type", "text/plain");
    const piece = Buffer.alloc(1 << 20, "a");
    const more = (): void => {
      while (!response.destroyed && response.write(piece));
      if (!response.destroyed) response.once("drain", more);
    };
    more();
  };
  const large = await call("web.fetch", { url: at("/large") });
  expect(large.result.ok ? "" : large.result.failure.code).toMatch(/too_large$/);
});

test("a search is what the engine found, to be cited", async () => {
  const results = [
    { url: "https://a.example/1", title: "One", content: "The <strong>first</strong>." },
    { url: "javascript:alert(1)", title: "Two", content: "" },
    { url: "https://a.example/3", title: "Three", content: null },
  ];
  answer = (_, response) => void response.end(JSON.stringify({ results }));
  const engine = { engine: "searxng", url: at(""), key: undefined } as const;
  const { result } = await call("web.search", { query: "opening hours", limit: 2 }, engine);
  expect(result).toMatchObject({
    ok: true,
    value: {
      text: "[1] One (https://a.example/1)\nThe first.\n\n[2] Three (https://a.example/3)\n",
      citations: [{ number: 1, url: "https://a.example/1" }, { number: 2 }],
    },
  });
  expect(asked[0]?.url).toBe("/search?q=opening+hours&format=json");
});

test("an engine's key is sent to it, and stands in no record", async () => {
  answer = (_, response) => {
    const web = { results: [{ url: "https://b.example/", title: "B", description: "b" }] };
    response.end(JSON.stringify({ web }));
  };
  const engine = { engine: "brave", url: at(""), key: "k3y-0f-brave" } as const;
  const { result, events } = await call("web.search", { query: "b" }, engine);
  expect(result.ok).toBe(true);
  expect(asked[0]?.headers["x-subscription-token"]).toBe("k3y-0f-brave");
  expect(JSON.stringify([result, events])).not.toContain("k3y-0f-brave");
});

test("an engine that answers nonsense, or none at all, is said to", async () => {
  answer = (_, response) => void response.end("<html>");
  const engine = { engine: "searxng", url: at(""), key: undefined } as const;
  const odd = await call("web.search", { query: "a" }, engine);
  expect(odd.result).toMatchObject({ failure: { code: "tool.failed" } });
  const none = await call("web.search", { query: "a" });
  expect(none.result.ok ? "" : none.result.failure.detail).toContain("No search engine");
});

test("without a policy that allows it, the web is asked about first", async () => {
  const registry = registryOf();
  const egress = egressTo([]);
  for (const tool of webTools({ egress, extractor, clock: systemClock })) registry.add(tool);
  await expect(callTool(registry, "web.fetch", { arguments: { url: at("/") } })).rejects.toThrow(
    "no permit",
  );
  await egress.close();
});
