// A tool that hands a part of the work to a sub-run: what the server's own tools do with documents,
// with every tool of the suite.
import { z } from "zod";
import { joinLabels } from "../src/access/label.ts";
import { ok } from "../src/lib/result.ts";
import { toolOf } from "../src/tools/contract.ts";
import type { RegisteredTool } from "../src/tools/tool.ts";

export const DELEGATE = "team.delegate";

const inputSchema = z.object({ work: z.string().max(100_000) });

export function delegateTool(tools: readonly string[]): RegisteredTool {
  return {
    tool: toolOf({
      name: DELEGATE,
      title: "Hand over a part of the work",
      description: "Has another go about a part of the work, with the same tools.",
      inputSchema: z.toJSONSchema(inputSchema, { io: "input" }),
      contract: {
        effect: "read",
        sinks: {},
        keyed: true,
        result: { audience: [], classes: [], trust: "person" },
        resultForCallerOnly: false,
      },
      provider: "redteam",
    }),
    destination: "Stead",
    gated: true,
    async run(call) {
      const { work } = inputSchema.parse(call.arguments);
      const ends = await call.subRuns.all([{ input: work, opening: [], tools }]);
      if (!ends.ok) return ends;
      const text = ends.value.map((end) => end.text || end.why).join("\n\n");
      return ok({ text, label: joinLabels(ends.value.map(({ label }) => label)) });
    },
  };
}
