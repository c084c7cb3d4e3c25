// Each connector against the checks that any author's has to pass, on the test systems that judge it.
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { checkConnector, type ConformanceOptions } from "@stead/sdk/conformance";
import { expect, test } from "vitest";
import { files, googleDrive, slack } from "../src/index.ts";
import { machineSource } from "./files/machine.ts";
import { FakeDrive } from "./google-drive/fake.ts";
import { FakeSlack } from "./slack/fake.ts";

async function failures(options: ConformanceOptions): Promise<string[]> {
  const results = await checkConnector(options);
  expect(results.filter(({ outcome }) => outcome === "passed").length).toBeGreaterThan(15);
  return results
    .filter(({ outcome }) => outcome === "failed")
    .map(({ name, why }) => `${name}: ${why}`);
}

test.skipIf(spawnSync("getfacl").error !== undefined)(
  "files keeps its promises (needs getfacl)",
  async () => {
    const root = mkdtempSync(join(tmpdir(), "stead-conformance-"));
    mkdirSync(join(root, "plans"));
    writeFileSync(join(root, "plans/budget.txt"), "Nine.");
    writeFileSync(join(root, "menu.txt"), "Soup.");
    let changes = 0;
    const found = await failures({
      connector: files,
      source: machineSource(root),
      inheritance: "narrows",
      mutations: {
        async content() {
          writeFileSync(join(root, "menu.txt"), "Stew.".repeat(++changes));
          return idOf(root, "menu.txt");
        },
        async removal() {
          const id = await idOf(root, "menu.txt");
          rmSync(join(root, "menu.txt"));
          return id;
        },
      },
    });
    rmSync(root, { recursive: true });
    expect(found).toEqual([]);
  },
);

async function idOf(root: string, path: string): Promise<string> {
  const page = await files.mirror?.list(machineSource(root), null);
  return page?.items.find((item) => item.path === path)?.id ?? "";
}

test("google-drive keeps its promises", async () => {
  const [ADA, BOB] = ["ada@a.test", "bob@a.test"];
  const fake = new FakeDrive();
  for (const owner of fake.users) fake.add({ id: `root ${owner}`, owner, folder: true });
  fake.groups.set("g0", new Set([BOB]));
  fake.add({ id: "mine", parent: `root ${ADA}`, folder: true });
  fake.add({ id: "plan", parent: "mine", grants: [{ type: "group", id: "g0", role: "reader" }] });
  fake.add({
    id: "team",
    drive: "team",
    folder: true,
    grants: [{ type: "user", id: BOB, role: "organizer" }],
  });
  fake.add({ id: "note", parent: "team" });
  const found = await failures({
    connector: googleDrive,
    source: fake.source(),
    inheritance: "adds",
    push: await driveDelivery(fake),
    mutations: {
      async access() {
        fake.at("plan").grants.push({ type: "user", id: BOB, role: "reader" });
        fake.log.push("plan");
        return "plan";
      },
      async removal() {
        fake.nodes.delete("plan");
        fake.log.push("plan");
        return "plan";
      },
    },
  });
  expect(found).toEqual([]);
});

test("slack keeps its promises", async () => {
  const fake = new FakeSlack();
  fake.person("U1", "full");
  fake.person("U2", "full", ["T2"]);
  fake.person("U3", "restricted");
  fake.channel("C1", "public", [["U1"]]);
  fake.channel("G1", "private", [["U3"]]);
  fake.files.set("F1", { owner: "U1", shares: new Set(["G1"]), link: false });
  const found = await failures({
    connector: slack,
    source: fake.source(),
    inheritance: "none",
    push: delivery(),
    mutations: {
      async removal() {
        fake.files.delete("F1");
        return "F1";
      },
    },
  });
  expect(found).toEqual([]);
});

async function driveDelivery(fake: FakeDrive): Promise<NonNullable<ConformanceOptions["push"]>> {
  // Such that a day later it has ended: a call of Drive has no time of its own.
  fake.channels.longestMs = 3_600_000;
  const push = googleDrive.mirror?.push;
  const begun = await push?.start(fake.source(), "https://stead.example.org/push");
  const [told] = fake.channels.tell({ drive: "team" });
  if (begun === undefined || told === undefined) throw new Error("no channel");
  return { ...told, watch: begun.watch, nowMs: Date.now() };
}

function delivery(): NonNullable<ConformanceOptions["push"]> {
  const nowMs = 1_800_000_000_000;
  const event = { type: "member_left_channel", user: "U1", channel: "C1" };
  const body = JSON.stringify({ type: "event_callback", event_id: "Ev1", team_id: "T1", event });
  const hmac = createHmac("sha256", "shh").update(`v0:${nowMs / 1000}:${body}`);
  return {
    headers: {
      "X-Slack-Request-Timestamp": String(nowMs / 1000),
      "X-Slack-Signature": `v0=${hmac.digest("hex")}`,
    },
    body: new TextEncoder().encode(body),
    watch: { signingSecret: "shh" },
    nowMs,
  };
}
