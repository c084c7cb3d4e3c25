// What was found once by attacking, kept from coming back anywhere: read off the source itself.
import { expect, test } from "vitest";
import { codeOf, sourceFiles } from "../tidy/source.ts";

const product = sourceFiles().filter(
  ({ path, isTest }) => !isTest && /^packages\/[a-z]+\/(src|demo)\//.test(path),
);
const server = product.filter(({ path }) => path.startsWith("packages/server/src/"));

function where(rule: RegExp, files = product): string[] {
  return files.filter(({ text }) => rule.test(codeOf(text))).map(({ path }) => path);
}

test("foreign schemas are compiled in one place, where references are not written out", () => {
  const users = product.filter(({ imports }) => imports.some((name) => /^ajv($|\/)/.test(name)));
  expect(users.map(({ path }) => path)).toEqual(["packages/server/src/tools/validate.ts"]);
  expect(users[0]?.text).toContain("inlineRefs: false");
});

test("what a decision rests on is asked, never written down as given", () => {
  expect(where(/\b(granted|reviewed|approved|mayUse\w*): true\b/, server)).toEqual([]);
});

test("a header that any client can send says nothing of who it is or where", () => {
  const rule = /x-forwarded|x-real-ip|x-client-ip|["']forwarded["']|cf-connecting/i;
  expect(server.filter(({ text }) => rule.test(text)).map(({ path }) => path)).toEqual([]);
});

test("no text becomes markup in the console", () => {
  const rule = /dangerouslySetInnerHTML|\.(inner|outer)HTML\b|insertAdjacentHTML|document\.write/;
  expect(where(rule)).toEqual([]);
});

test("a child process starts with an environment of its own, and no shell", () => {
  const starters = server.filter(({ text }) => /\b(spawn|spawnSync|execFile\w*|fork)\(/.test(text));
  expect(starters.length).toBeGreaterThan(0);
  for (const { path, text } of starters) {
    expect(text, path).toMatch(/\benv(:|,)/);
    expect(text, path).not.toMatch(/shell: true|(?<!\.)\bexec(Sync)?\(/);
  }
});
