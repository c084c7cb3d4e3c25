// Runs within a child's sandbox and starts the child: its own loopback leads to the one socket that leads out.
// It needs no rights and knows nothing; the judging is done at the other end.
import { spawn } from "node:child_process";
import { connect, createServer } from "node:net";

const [path = "", port = "", command = "", ...args] = process.argv.slice(2);
/** As it was given to the sandbox, and nothing beside. */
const { env } = process;

const server = createServer((client) => {
  const out = connect({ path });
  for (const [one, other] of [
    [client, out],
    [out, client],
  ] as const)
    one.on("error", () => other.destroy()).once("close", () => other.destroy());
  client.pipe(out).pipe(client);
});

server.listen(Number(port), "127.0.0.1", () => {
  const child = spawn(command, args, { env, stdio: "inherit" });
  child.once("error", (error) => {
    process.stderr.write(`${command}: ${error.message}\n`);
    process.exit(127);
  });
  child.once("exit", (code) => process.exit(code ?? 1));
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
    process.on(signal, () => child.kill(signal));
});
