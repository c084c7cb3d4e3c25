// A worker process for the test that kills it: syncs a shelf that is the same in every process.
import { openDatabase } from "../../store/db.ts";
import { systemClock } from "../../lib/clock.ts";
import { silentLog } from "../../lib/log.ts";
import { openListener } from "../../store/listen.ts";
import { startSync } from "../../worker/sync.ts";
import { connectorOf, plain, Shelf } from "./shelf.fixture.ts";
import { underSync } from "./sync.fixture.ts";

export const PEOPLE = ["ann", "bob"];

export function library(): Shelf {
  const shelf = new Shelf();
  shelf.page = 5;
  for (const id of PEOPLE) shelf.user(id);
  shelf.group("g0", ["ann"]);
  for (let c = 0; c < 6; c++) {
    const allow = c % 2 === 0 ? [{ group: "g0" }] : [{ user: "bob" }];
    shelf.put(`c${c}`, { parentId: c < 2 ? null : `c${c - 2}`, access: plain({ allow }) });
    for (let d = 0; d < 8; d++) shelf.put(`d${c}-${d}`, { parentId: `c${c}` });
  }
  return shelf;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const given = process.argv[2];
if (given?.startsWith("{")) {
  const { connection, orgId, keysDir, workerId } = JSON.parse(given);
  const { db } = openDatabase(connection, { log: silentLog, connectionsMax: 6 });
  const shelf = library();
  shelf.faults.late = async () => {
    say("page");
    await systemClock.sleep(5);
  };
  shelf.faults.fetch = () => {
    say("file");
    return undefined;
  };
  const connector = connectorOf(shelf);
  const under = await underSync(db, { connector, people: PEOPLE, keysDir, orgId });
  const listener = openListener(connection, { log: silentLog, clock: systemClock });
  await startSync(under.deps, { slots: 1, workerId, listener, leaseMs: 1_500 });
}
