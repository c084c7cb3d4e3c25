// How long a run stands still when its worker is killed: from kill -9 until another worker claims it.
// The worker that dies is this file in a process of its own; its tool never answers.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { openStead, startOne } from "./stead.mjs";

const settings = JSON.parse(process.argv[2] ?? "{}");

if (settings.dying) {
  const opened = await openStead({ ...settings, slots: 1, answer: () => new Promise(() => {}) });
  const runId = await startOne(opened, `dying ${process.pid}`);
  const { live } = opened.stead.runs;
  live.subscribe(runId, ({ kind, event }) => {
    if (kind === "event" && event.type === "call.started") process.stdout.write(`${runId}\n`);
  });
} else {
  const child = spawn(
    process.execPath,
    [
      "--conditions=stead-source",
      import.meta.filename,
      JSON.stringify({ ...settings, dying: true }),
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const runId = await new Promise((resolve) =>
    createInterface({ input: child.stdout }).once("line", resolve),
  );
  const { stead } = await openStead({ ...settings, slots: 10, made: true });
  const claimed = new Promise((resolve) =>
    stead.runs.live.subscribe(runId, ({ kind, event }) => {
      if (kind === "event" && event.type === "run.claimed") resolve();
    }),
  );
  const killedMs = performance.now();
  child.kill("SIGKILL");
  await claimed;
  process.stdout.write(`${JSON.stringify({ takeOverMs: performance.now() - killedMs })}\n`);
  process.exit(0);
}
