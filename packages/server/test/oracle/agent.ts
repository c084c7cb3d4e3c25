// An agent's model that searches, lists and opens what it is told to, cites all that it was given, and
// keeps what its tools said: whatever a model hears has left Stead's hands.
import { z } from "zod";
import type { Script, Turn } from "../loop/model.ts";

const planSchema = z.object({
  queries: z.array(z.string()),
  ids: z.array(z.string()),
  /** So that no two plans are the same. */
  at: z.string(),
});
export type Plan = z.output<typeof planSchema>;

/** As many calls as a turn may have. */
const OPENS = 60;

export interface Heard {
  /** Of all queries. */
  readonly search: string;
  readonly list: string;
  /** By document. */
  readonly open: ReadonlyMap<string, string>;
}

export function liveModelIn(heard: Map<string, Heard>): Script {
  return ({ plan, turn, body }): Turn => {
    const { queries, ids } = planSchema.parse(JSON.parse(plan));
    if (turn === 0) {
      const searches = queries.map((query) => ({
        name: "documents.search",
        arguments: { query, limit: 20 },
      }));
      return { calls: [...searches, { name: "documents.list", arguments: { limit: 100 } }] };
    }
    const part = ids.slice((turn - 1) * OPENS, turn * OPENS);
    if (part.length > 0)
      return {
        calls: part.map((documentId) => ({ name: "documents.open", arguments: { documentId } })),
      };
    const told = body.messages.flatMap(({ role, content }) =>
      role === "tool" ? [content ?? ""] : [],
    );
    const [list = "", ...opened] = told.slice(queries.length);
    const search = told.slice(0, queries.length).join("\n");
    heard.set(plan, { search, list, open: new Map(ids.map((id, i) => [id, opened[i] ?? ""])) });
    const numbers = told.flatMap((text) => text.match(/^\[\d+\]/gm) ?? []);
    return { text: `As is said in ${[...new Set(numbers)].join(" ")}` };
  };
}
