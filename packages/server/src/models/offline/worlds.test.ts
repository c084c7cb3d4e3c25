// The stand-in over trades that its rules were not written for, in plain English.
import { describe, expect, test } from "vitest";
import { calendar } from "./worlds/calendar.fixture.ts";
import { codeHost } from "./worlds/code-host.fixture.ts";
import { desk } from "./worlds/desk.fixture.ts";
import { files } from "./worlds/files.fixture.ts";
import { garage } from "./worlds/garage.fixture.ts";
import { hotel } from "./worlds/hotel.fixture.ts";
import { laboratory } from "./worlds/laboratory.fixture.ts";
import { library } from "./worlds/library.fixture.ts";
import { fleet, museum, parcels } from "./worlds/parcels.fixture.ts";
import { people } from "./worlds/people.fixture.ts";
import { school } from "./worlds/school.fixture.ts";
import { travel } from "./worlds/travel.fixture.ts";
import { tryAsk } from "./worlds/trial.fixture.ts";
import { utility } from "./worlds/utility.fixture.ts";
import { warehouse } from "./worlds/warehouse.fixture.ts";
import { wiki } from "./worlds/wiki.fixture.ts";

/** The rules were improved by the first; the second were held out. */
const DEVELOPED = [warehouse, people, travel, files, calendar];
const HELD_OUT = [
  desk,
  parcels,
  fleet,
  museum,
  hotel,
  library,
  laboratory,
  garage,
  codeHost,
  school,
  wiki,
  utility,
];

describe.each([...DEVELOPED, ...HELD_OUT])("$trade", (trade) => {
  test.each(trade.asks)("$ask", async (trial) => {
    expect(await tryAsk(trade, trial)).toBe("");
  });
});
