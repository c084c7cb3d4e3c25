// A worker that is killed in the middle loses nothing and doubles nothing: another one takes its work over.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase, type FreshDatabase } from "../../../test/database.ts";
import { library, PEOPLE } from "./crawler.fixture.ts";
import { connectorOf } from "./shelf.fixture.ts";
import { truthOf, underSync } from "./sync.fixture.ts";

let base: FreshDatabase;
let keysDir = "";
beforeAll(async () => {
  base = await freshDatabase();
  keysDir = mkdtempSync(join(tmpdir(), "stead-keys-"));
});
afterAll(async () => {
  rmSync(keysDir, { recursive: true });
  await base.close();
});

interface Crawler {
  /** Resolves at the nth line of this word. */
  said(word: string, times: number): Promise<void>;
  kill(): Promise<void>;
}

function crawler(orgId: string, workerId: string): Crawler {
  const settings = JSON.stringify({ connection: base.connection, orgId, keysDir, workerId });
  const file = join(import.meta.dirname, "crawler.fixture.ts");
  const args = ["--conditions=stead-source", file, settings];
  const child: ChildProcess = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = child.stdout && createInterface({ input: child.stdout });
  return {
    said: (word, times) =>
      new Promise((resolve, reject) => {
        let left = times;
        lines?.on("line", (line) => {
          if (line === word && --left === 0) resolve();
        });
        child.once("exit", (code) => reject(new Error(`the worker ended with ${code}`)));
      }),
    kill: async () => {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

const KILLS = [
  { name: "mid-listing", word: "page", times: [1, 3, 4] },
  { name: "mid-content", word: "file", times: [1, 9, 14] },
];

describe("a worker that is killed", () => {
  test.each(KILLS)(
    "$name has its work taken over, whole and once",
    async ({ word, times }) => {
      const shelf = library();
      const connector = connectorOf(shelf);
      const under = await underSync(base.db, { connector, people: PEOPLE, keysDir });
      const { orgId } = under.ctx;
      await under.request();
      for (const [at, count] of times.entries()) {
        const worker = crawler(orgId, `wrk_${at}`);
        await worker.said(word, count);
        await worker.kill();
      }
      const last = crawler(orgId, "wrk_last");
      await expect
        .poll(async () => (await under.texts()).size, { timeout: 60_000, interval: 200 })
        .toBe(48);
      await expect
        .poll(async () => (await under.job("items"))["ended_at"], { timeout: 60_000 })
        .toBeTruthy();
      await last.kill();
      expect(await under.readable()).toEqual(truthOf(shelf, PEOPLE));
      for (const [id, text] of await under.texts()) expect(text).toBe(`The text of ${id}.`);
      // Counted in the transactions that did it: each page took force once.
      expect(await under.job("items")).toMatchObject({ counts: { listed: 54, partial: 0 } });
    },
    120_000,
  );
});
