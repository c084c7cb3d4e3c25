// The simulated system as a real MCP server over stdio. It finds its state in a folder and writes there,
// call by call, what was done to it.
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Server } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";
import { simulatedToolSchema } from "./suite.ts";
import { SimulatedSystem } from "./system.ts";

const folder = process.argv[2] ?? ".";
const tools = z.array(simulatedToolSchema).parse(read("tools.json"));
const worldSchema = z.object({ play: z.number(), state: z.unknown() });
const system = new SimulatedSystem(tools);
let play = -1;

function read(name: string): unknown {
  const found: unknown = JSON.parse(readFileSync(join(folder, name), "utf8"));
  return found;
}

/** The world that is played now; a new one begins with nothing done. */
function enter(): void {
  const world = worldSchema.parse(read("world.json"));
  if (world.play === play) return;
  play = world.play;
  system.reset(world.state);
}

function makeServer(): Server {
  const server = new Server({ name: "system", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", async () => ({
    tools: tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
  }));
  server.setRequestHandler("tools/call", async ({ params }) => {
    enter();
    const given = params.arguments ?? {};
    // Written before it is answered: what was done is known even when nobody hears of it.
    const line = { play, tool: params.name, arguments: given };
    appendFileSync(join(folder, "done.jsonl"), `${JSON.stringify(line)}\n`);
    const answer = system.call(params.name, given);
    const isError = "error" in answer;
    return { content: [{ type: "text", text: isError ? answer.error : answer.text }], isError };
  });
  return server;
}

serveStdio(makeServer);
