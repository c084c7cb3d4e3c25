// One lane's simulated system as the harness sees it: put into a state, then asked what was done to it.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Done } from "./system.ts";

const lineSchema = z.object({
  play: z.number(),
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
});

export interface World {
  /** A new play, before which nothing has happened. */
  begin(state: unknown): void;
  /** What the system says was done to it in this play. */
  done(): Done[];
}

export function worldIn(folder: string): World {
  let play = 0;
  let from = 0;
  const file = join(folder, "done.jsonl");
  return {
    begin(state) {
      play++;
      if (play > 1) from = readFileSync(file).length;
      // In one step: the system never finds half a world.
      writeFileSync(join(folder, "next.json"), JSON.stringify({ play, state }));
      renameSync(join(folder, "next.json"), join(folder, "world.json"));
    },
    done() {
      const text = readFileSync(file).subarray(from).toString();
      const lines = text.split("\n").filter((line) => line !== "");
      const all = lines.map((line) => lineSchema.parse(JSON.parse(line)));
      return all.filter((line) => line.play === play);
    },
  };
}
