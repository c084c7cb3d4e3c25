// Audiences in words, for whoever looks at what a run has read: "you alone", "you and 11 others", "everyone".
import type { Principal, TraceSpan } from "@stead/protocol";
import { spanReceiptSchema } from "@stead/protocol";
import { z } from "zod";
import { activePeople } from "../access/crowd/queries.ts";
import { onlyPersonOf } from "../access/label.ts";
import { readersOf } from "../access/readers.ts";
import type { Ctx } from "../store/context.ts";

const AUDIENCES_MAX = 30;
const receipt = z.object({ "stead.context.receipt": z.array(spanReceiptSchema) });

/** By access class, of what this reader is shown of the trace; as everything stands at this moment. */
export async function audienceWords(
  ctx: Ctx,
  reader: Principal,
  spans: readonly TraceSpan[],
): Promise<Record<string, string>> {
  const ids = new Set<string>();
  for (const { attributes } of spans)
    for (const line of receipt.safeParse(attributes).data?.["stead.context.receipt"] ?? [])
      for (const id of line.label.audience) ids.add(id);
  if (ids.size === 0) return {};
  const everyone = (await activePeople(ctx)).length;
  const words: Record<string, string> = {};
  for (const id of [...ids].toSorted().slice(0, AUDIENCES_MAX)) {
    const only = onlyPersonOf(id);
    if (only !== undefined) words[id] = only === reader.personId ? "you alone" : "the asker alone";
    else words[id] = told(await readersOf(ctx, [id]), reader.personId, everyone);
  }
  return words;
}

function told(readers: readonly string[], self: string, everyone: number): string {
  const count = readers.length;
  if (count === 0) return "nobody whom its source has not been asked about";
  if (count === everyone) return "everyone";
  if (!readers.includes(self)) return count === 1 ? "1 person" : `${count} people`;
  if (count === 1) return "you alone";
  return count === 2 ? "you and 1 other" : `you and ${count - 1} others`;
}
