// Where data went, and what is cleared of each way there: by the very rule that the gate goes by.
import type { EndpointReply, Endpoints } from "@stead/protocol";
import { ok, type Result } from "../lib/result.ts";
import type { Ledger } from "../ledger/append.ts";
import { whileAvailable } from "../store/available.ts";
import { clearancesFor, type Said } from "./gate/clearances.ts";
import { isKind, standingOf } from "./gate/rule.ts";
import { SaidOfDestinations } from "./gate/said.ts";
import { selectDestinations, selectWays, type WayRow } from "./queries.ts";

type Items = EndpointReply<Endpoints["egress.destinations"]>["items"];

export async function listSentTo(ledger: Ledger): Promise<Result<Items>> {
  const saying = new SaidOfDestinations(ledger);
  const said = await saying.reload();
  if (!said.ok) return said;
  const read = await whileAvailable(() =>
    Promise.all([selectDestinations(ledger), selectWays(ledger)]),
  );
  if (!read.ok) return read;
  const [rows, ways] = read.value;
  return ok(
    rows.map(({ at, ...row }) => ({
      ...row,
      lastAt: new Date(at).toISOString(),
      ways: waysTo(row.destination, ways).map((way) => wayView(way, saying.now)),
    })),
  );
}

/** A send from before ways were recorded adds nothing to what later ones say. */
function waysTo(destination: string, ways: readonly WayRow[]): WayRow[] {
  const own = ways.filter((way) => way.destination === destination);
  const known = own.filter(({ kind }) => kind !== null);
  return known.length > 0 ? known : own;
}

function wayView(way: WayRow, said: Said): Items[number]["ways"][number] {
  const { destination, kind, name } = way;
  const place = name === null ? { destination } : { destination, name };
  const { clearances } = clearancesFor(() => said, place, []);
  // Nobody looks into what signs in.
  const isLooked = kind === null || isKind(kind);
  if (!isLooked) return { kind, name, clearances: [], effects: [] };
  return {
    kind,
    name,
    clearances: clearances.map(({ id }) => id),
    effects: standingOf(kind, clearances),
  };
}
