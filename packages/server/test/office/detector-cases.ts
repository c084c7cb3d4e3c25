// How each endpoint of detection is called in a test over all of them.
import type { LooseInput } from "@stead/sdk";
import { writePattern } from "../../src/egress/detect/queries.ts";
import type { Office } from "./office.ts";

type Case = () => LooseInput | Promise<LooseInput>;
type Names = "detector.list" | "detector.try" | "detector.save" | "detector.remove";

const WISH = { class: "project-x", source: "PX-\\d{4}" };

export function detectorCases({ ctx }: Office): Readonly<Record<Names, Case>> {
  return {
    "detector.list": () => ({}),
    "detector.try": () => ({ body: { text: "write to amy@example.org" } }),
    "detector.save": () => ({ params: { name: "PROJECT" }, body: WISH }),
    "detector.remove": async () => {
      const setAt = new Date(ctx.clock.now());
      await writePattern(ctx, { name: "GONE", ...WISH, setBy: "per_none", setAt });
      return { params: { name: "GONE" } };
    },
  };
}
