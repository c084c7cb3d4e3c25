// Where data went, and what is cleared of each way there: by the very rule that the gate goes by.
import type { EndpointReply, Endpoints } from "@stead/protocol";
import { ok, type Result } from "../lib/result.ts";
import type { Ledger } from "../ledger/append.ts";
import { whileAvailable } from "../store/available.ts";
import { clearancesFor, type Said } from "./gate/clearances.ts";
import { isKind, standingOf } from "./gate/rule.ts";
import { SaidOfDestinations } from "./gate/said.ts";
import { selectWays, type WayRow } from "./queries.ts";

type Items = EndpointReply<Endpoints["egress.destinations"]>["items"];

export async function listSentTo(ledger: Ledger): Promise<Result<Items>> {
  const saying = new SaidOfDestinations(ledger);
  const said = await saying.reload();
  if (!said.ok) return said;
  const rows = await whileAvailable(() => selectWays(ledger));
  if (!rows.ok) return rows;
  const destinations = Map.groupBy(rows.value, ({ destination }) => destination);
  return ok([...destinations].map(([name, ways]) => destinationView(name, ways, saying.now)));
}

/** A send from before ways were recorded adds nothing to what later ones say. */
function destinationView(destination: string, all: readonly WayRow[], said: Said): Items[number] {
  const known = all.filter(({ kind }) => kind !== null);
  const ways = (known.length > 0 ? known : all).map((way) => wayView(way, said));
  const sum = (of: (way: WayRow) => number): number => all.reduce((now, way) => now + of(way), 0);
  return {
    destination,
    sends: sum(({ sends }) => sends),
    bytes: sum(({ bytes }) => bytes),
    failures: sum(({ failures }) => failures),
    lastAt: new Date(Math.max(...all.map(({ at }) => at))).toISOString(),
    ways: ways.toSorted((a, b) => wordOf(a).localeCompare(wordOf(b))),
  };
}

function wordOf({ kind, name }: { kind: string | null; name: string | null }): string {
  return `${kind ?? ""} ${name ?? ""}`;
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
