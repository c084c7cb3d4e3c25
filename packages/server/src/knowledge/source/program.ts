// Runs a program of this machine for a connector: no shell, nothing of our environment, bounded.
import { spawn } from "node:child_process";
import { SourceError, type RunProgram } from "@stead/sdk";

const TIMEOUT_MS = 60_000;
const OUTPUT_MAX = 64 * 1024 * 1024;
const STDERR_MAX = 64 * 1024;
const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C.UTF-8",
};

/** A connector that runs programs says which; any other is refused. */
export function createRun(programs: readonly string[], signal: AbortSignal): RunProgram {
  return (program, args, { input = "", timeoutMs = TIMEOUT_MS } = {}) => {
    return new Promise((resolve, reject) => {
      if (!programs.includes(program))
        throw new SourceError("forbidden", `${program} is none of the connector's programs.`);
      if ([program, ...args].some((arg) => arg.includes("\0")))
        throw new SourceError("malformed", `${program} can't be given a zero byte.`);
      const child = spawn(program, [...args], {
        env: ENVIRONMENT,
        shell: false,
        stdio: "pipe",
        timeout: timeoutMs,
        killSignal: "SIGKILL",
        signal,
      });
      const out: Buffer[] = [];
      let stderr = "";
      let bytes = 0;
      child.stdout.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > OUTPUT_MAX) child.kill("SIGKILL");
        else out.push(chunk);
      });
      child.stderr.on("data", (chunk: Buffer) => {
        if (stderr.length < STDERR_MAX) stderr += chunk.toString("utf8");
      });
      child.on("error", () => reject(new SourceError("unavailable", `${program} can't be run.`)));
      child.on("close", (code) => {
        if (bytes > OUTPUT_MAX)
          return reject(new SourceError("too_large", `${program} says too much.`));
        if (code === null)
          return reject(new SourceError("unavailable", `${program} did not end in time.`));
        return resolve({ code, stdout: Buffer.concat(out).toString("utf8"), stderr });
      });
      child.stdin.on("error", () => {});
      child.stdin.end(input);
    });
  };
}
