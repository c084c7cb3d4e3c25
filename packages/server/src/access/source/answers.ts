// What a source answered when it was asked whether a person may read an item; believed for a while only.
import type { Answer } from "@stead/sdk";
import type { Tx } from "../../store/tx.ts";
import { isStorable } from "../leaf.ts";
import { lockAccess } from "../queries.ts";
import { settle } from "../refresh.ts";
import type { OrgCtx } from "./groups.ts";
import { deleteAnswers, upsertAnswers } from "./queries.ts";

const FRESH_MS = 15 * 60_000;

/** `unknown` takes back what was said before; of one item and person the last counts. */
export async function recordAnswers(
  ctx: OrgCtx,
  tx: Tx,
  given: {
    readonly sourceId: string;
    readonly answers: readonly {
      readonly itemId: string;
      readonly personId: string;
      readonly answer: Answer;
    }[];
    readonly freshMs?: number;
  },
): Promise<void> {
  const scope = { db: tx, orgId: ctx.orgId };
  const { sourceId } = given;
  const last = new Map(
    given.answers
      .filter(({ itemId }) => isStorable(itemId))
      .map((each) => [JSON.stringify([each.itemId, each.personId]), each]),
  );
  const answers = [...last.values()];
  const said = answers.flatMap(({ answer, ...of }) =>
    answer === "unknown" ? [] : [{ ...of, answer: answer === "yes" }],
  );
  const unsaid = answers.filter(({ answer }) => answer === "unknown");
  await lockAccess(scope);
  await deleteAnswers(scope, { sourceId, answers: unsaid });
  await upsertAnswers(scope, { sourceId, answers: said, freshMs: given.freshMs ?? FRESH_MS });
  await settle(ctx, tx);
}
