// All SQL of what was done in somebody's name: what their runs' logs say of calls, without their bodies.
import type { Db } from "../../store/db.ts";

export interface CallFact {
  readonly stream: string;
  readonly at: string | number;
  readonly type: string;
  readonly data: unknown;
}

const TYPES = [
  "call.decided",
  "call.started",
  "call.finished",
  "approval.answered",
  "label.endorsement-revoked",
];
const FACTS_MAX = 5_000;

export async function callFacts(
  db: Db,
  orgId: string,
  runIds: readonly string[],
): Promise<CallFact[]> {
  if (runIds.length === 0) return [];
  return db
    .selectFrom("event")
    .select(["stream", "at", "type", "data"])
    .where("org_id", "=", orgId)
    .where("stream", "in", [...runIds])
    .where("type", "in", TYPES)
    .orderBy("stream")
    .orderBy("seq")
    .limit(FACTS_MAX)
    .execute();
}
