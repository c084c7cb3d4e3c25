// The gate: what a pass of it costs by size, and a proxy of an OpenAI-compatible provider with placeholders, its
// client and its provider in processes of their own.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { measureKnown } from "../../packages/server/src/egress/known/known.bench.ts";
import { measurePasses } from "../../packages/server/src/egress/gate/gate.bench.ts";

const { connection } = JSON.parse(process.argv[2]);
const FORMS = ["floor", "plain", "masked", "recorded"];
const WARM = 2_000;
const TIMES = 8_000;
const CORES = 2;

const figures = [...measureKnown(), ...measurePasses()];
const children = [];
const start = (name, ...args) => {
  const child = fork(join(import.meta.dirname, `gate/${name}.mjs`), args);
  children.push(child);
  return child;
};
const told = async (child) => (await once(child, "message"))[0];
const cpuOf = async (child) => {
  child.send("cpu");
  const { user, system } = (await told(child)).cpu;
  return user + system;
};

const { port: upstream } = await told(start("upstream"));
const load = start("load");
await told(load);
let from = 0;
async function ask(port, times) {
  load.send({ port, from, times });
  from += times;
  const { done, why } = await told(load);
  if (!done) throw new Error(why);
}

for (const form of FORMS) {
  const proxy = start("proxy", JSON.stringify({ form, upstream, connection }));
  const { port } = await told(proxy);
  await ask(port, WARM);
  const before = await cpuOf(proxy);
  const beganMs = performance.now();
  await ask(port, TIMES);
  const seconds = (performance.now() - beganMs) / 1_000;
  const cpuMs = ((await cpuOf(proxy)) - before) / 1_000 / TIMES;
  proxy.kill();
  figures.push(
    {
      name: `gate.proxy.${form}`,
      value: TIMES / seconds,
      unit: "requests/s, all processes on this machine",
    },
    { name: `gate.proxy.${form}.cpu`, value: cpuMs, unit: "ms of the proxy a request" },
    {
      name: `gate.proxy.${form}.of-two-cores`,
      value: (CORES * 1_000) / cpuMs,
      unit: "requests/s that its CPU allows",
    },
  );
}
for (const child of children) child.kill();
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit(0);
