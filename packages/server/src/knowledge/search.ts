// Search as one person: full text over what they may read, and each found document checked again.
import { mayRead } from "../access/readable.ts";
import { freshen } from "../access/refresh.ts";
import { ok, type Result } from "../lib/result.ts";
import type { Ctx } from "../store/context.ts";
import { whileAvailable } from "../store/available.ts";
import { bestPassage, type Hit } from "./document.ts";
import { findDocuments } from "./queries.ts";

const QUERY_CHARS_MAX = 300;

export async function search(
  ctx: Ctx,
  personId: string,
  asked: { query: string; limit: number },
): Promise<Result<Hit[]>> {
  const query = asked.query.slice(0, QUERY_CHARS_MAX);
  const found = await whileAvailable(async () => {
    await freshen(ctx, personId);
    return findDocuments(ctx.db, ctx.orgId, { personId, query, limit: asked.limit });
  });
  if (!found.ok) return found;
  const hits: Hit[] = [];
  for (const { score, ...document } of found.value) {
    if (!(await mayRead(ctx, personId, [document.classId]))) continue;
    hits.push({ document, quote: bestPassage(document.text, query), score });
  }
  return ok(hits);
}
