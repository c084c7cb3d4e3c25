// Days, times and both together, for a beginning and an end.
import { addDays } from "./dates.ts";
import type { Entity } from "./entities.ts";
import type { Filler } from "./fill.ts";
import { isEnd, kindOf, type ParamKind } from "./param-kind.ts";
import { minutesOf } from "./quantities.ts";
import type { Param } from "./tool-kind.ts";

const DAY_MINUTES = 1440;

export function momentFor(param: Param, kind: ParamKind, filler: Filler): string | undefined {
  const of = (wanted: Entity["kind"]): Entity[] =>
    filler.entities.filter((entity) => entity.kind === wanted);
  const days = of("date");
  const times = of("time");
  const length = of("duration")[0];
  for (const entity of [...days, ...times]) filler.used.add(entity);
  // An end needs a beginning: alone it is simply the day.
  const end = isEnd(param) && filler.params.some((other) => isWhen(other) && !isEnd(other));
  if (length && (end || !filler.params.some(isEnd))) filler.used.add(length);
  const at = { days, times, length, end };
  if (kind === "date") return param.required || days.length > (end ? 1 : 0) ? dayOf(at) : undefined;
  if (kind === "time") return timeOf(at)?.time;
  const day = days[0]?.text;
  const moment = timeOf(at);
  if (day === undefined || moment === undefined) return undefined;
  const last = end && days[1] ? days[1].text : addDays(day, moment.days);
  return `${last}T${moment.time}:00`;
}

function isWhen(param: Param): boolean {
  return ["date", "time", "moment"].includes(kindOf(param));
}

interface At {
  readonly days: readonly Entity[];
  readonly times: readonly Entity[];
  readonly length: Entity | undefined;
  readonly end: boolean;
}

/** An end that nobody named: as many days on as were said, else the same day. */
function dayOf({ days, length, end }: At): string | undefined {
  const first = days[0]?.text;
  if (first === undefined || !end) return first;
  if (days[1]) return days[1].text;
  const minutes = length ? minutesOf(length) : 0;
  return minutes >= DAY_MINUTES ? addDays(first, Math.round(minutes / DAY_MINUTES) - 1) : first;
}

function timeOf({ times, length, end }: At): { time: string; days: number } | undefined {
  const first = times[0]?.text;
  if (first === undefined) return undefined;
  if (!end) return { time: first, days: 0 };
  if (times[1]) return { time: times[1].text, days: 0 };
  if (!length) return undefined;
  const [hours = 0, minutes = 0] = first.split(":").map(Number);
  const total = hours * 60 + minutes + minutesOf(length);
  const clock = total % DAY_MINUTES;
  const text = [Math.floor(clock / 60), clock % 60].map((part) => String(part).padStart(2, "0"));
  return { time: text.join(":"), days: Math.floor(total / DAY_MINUTES) };
}
