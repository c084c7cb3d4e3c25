// What left, send by send: to where, of which class, for whom, what was replaced, what came of it.
import { RUN_EVENTS } from "@stead/protocol";
import type { EndpointReply, EndpointRequest, Endpoints, Send } from "@stead/protocol";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import { cursorAt, readCursor } from "../../ledger/search.ts";
import { whileAvailable } from "../../store/available.ts";
import { selectLogged, type LoggedRow } from "./queries.ts";

type Query = EndpointRequest<Endpoints["egress.log"]>["query"];

export async function listSends(
  { db, orgId }: Ledger,
  { limit, cursor, from, to, ...wish }: Query,
): Promise<Result<EndpointReply<Endpoints["egress.log"]>>> {
  const after = cursor === undefined ? null : readCursor(cursor);
  if (after === undefined) return fail("request.invalid", "`cursor` is not from this list");
  const wanted = {
    orgId,
    after,
    destination: wish.destination ?? null,
    class: wish.class ?? null,
    person: wish.person ?? null,
    run: wish.run ?? null,
    only: wish.only ?? null,
    fromMs: from === undefined ? null : Date.parse(from),
    toMs: to === undefined ? null : Date.parse(to),
    limit: limit + 1,
  };
  const rows = await whileAvailable(() => selectLogged(db, wanted));
  if (!rows.ok) return rows;
  const shown = rows.value.slice(0, limit);
  const last = rows.value.length > limit ? shown.at(-1) : undefined;
  return ok({ items: shown.map(sendView), next: last ? cursorAt(last) : null });
}

function sendView(row: LoggedRow): Send {
  const { stream, seq, person_id: personId, person_name: personName } = row;
  const sent = RUN_EVENTS["egress.sent"].parse(JSON.parse(row.data));
  const settled =
    row.settled === null ? null : RUN_EVENTS["egress.settled"].parse(JSON.parse(row.settled));
  return {
    stream,
    seq,
    at: new Date(row.at).toISOString(),
    destination: sent.destination,
    kind: sent.kind ?? null,
    name: sent.name ?? null,
    url: sent.url,
    method: sent.method,
    bytes: sent.bytes,
    classes: sent.classes,
    found: sent.found ?? [],
    replaced: sent.replaced ?? [],
    approvals: sent.cleared ?? [],
    detector: sent.detector,
    registry: sent.registry ?? null,
    hasBytes: row.bodies > 0,
    run: personId === null ? null : { id: stream, personId, personName: personName ?? personId },
    outcome: settled === null ? null : { status: settled.status, code: settled.code },
  };
}
