// Keys: made once, for us alone; what is sealed opens only as itself.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadKeys, openBody, sealBody } from "./keys.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "stead-keys-"));
});
afterAll(() => rmSync(dir, { recursive: true }));

describe("keys", () => {
  it("are made once, readable to us alone", () => {
    const first = loadKeys(join(dir, "a"), "log.example/a");
    const again = loadKeys(join(dir, "a"), "log.example/a");
    for (const file of ["bodies.key", "checkpoints.key"])
      expect(statSync(join(dir, "a", file)).mode & 0o777).toBe(0o600);
    expect(again.signer.verifierKey).toBe(first.signer.verifierKey);
    const body = sealBody(first, Buffer.from("hello"), "org\0body_1");
    expect(openBody(again, body, "org\0body_1")?.toString()).toBe("hello");
  });

  it("open a body only as itself, only unaltered, only under the same key", () => {
    const keys = loadKeys(join(dir, "b"), "log.example/a");
    const body = sealBody(keys, Buffer.from("hello"), "org\0body_1");
    const twin = sealBody(keys, Buffer.from("hello"), "org\0body_2");
    expect(openBody(keys, body, "org\0body_2")).toBeUndefined();
    expect(openBody(keys, body, "other\0body_1")).toBeUndefined();
    expect(openBody(keys, { ...body, wrapped: twin.wrapped }, "org\0body_1")).toBeUndefined();
    expect(openBody(keys, { ...body, sealed: twin.sealed }, "org\0body_1")).toBeUndefined();
    for (const part of ["sealed", "wrapped"] as const)
      for (let at = 0; at < body[part].length; at++) {
        const altered = Buffer.from(body[part]);
        altered[at] = (altered[at] ?? 0) ^ 1;
        expect(openBody(keys, { ...body, [part]: altered }, "org\0body_1")).toBeUndefined();
      }
    expect(openBody(keys, { sealed: Buffer.alloc(3), wrapped: body.wrapped }, "org\0body_1")).toBe(
      undefined,
    );
    const strangers = loadKeys(join(dir, "c"), "log.example/a");
    expect(openBody(strangers, body, "org\0body_1")).toBeUndefined();
    expect(twin.sealed.equals(body.sealed)).toBe(false);
  });

  it("are rotated by a line more: the last wraps, the others still open", () => {
    const old = loadKeys(join(dir, "d"), "log.example/a");
    const body = sealBody(old, Buffer.from("hello"), "b");
    const path = join(dir, "d", "bodies.key");
    const fresh = loadKeys(join(dir, "e"), "log.example/a");
    writeFileSync(
      path,
      readFileSync(path, "utf8") + readFileSync(join(dir, "e", "bodies.key"), "utf8"),
    );
    const rotated = loadKeys(join(dir, "d"), "log.example/a");
    expect(openBody(rotated, body, "b")?.toString()).toBe("hello");
    const next = sealBody(rotated, Buffer.from("next"), "b");
    // A process that was there before reads the file again.
    expect(openBody(old, next, "b")?.toString()).toBe("next");
    expect(openBody(fresh, next, "b")?.toString()).toBe("next");
  });
});
