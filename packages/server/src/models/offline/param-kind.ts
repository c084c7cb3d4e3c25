// What kind of value a parameter wants, told from its schema and the words of its name.
import { textOf } from "../wire/json-view.ts";
import type { Param } from "./tool-kind.ts";
import { rawWords, stem } from "./words.ts";

export type ParamKind =
  | "choice"
  | "switch"
  | "list"
  | "parts"
  | "money"
  | "duration"
  | "number"
  | "email"
  | "url"
  | "moment"
  | "date"
  | "time"
  | "id"
  | "search"
  | "path"
  | "currency"
  | "name"
  | "place"
  | "title"
  | "reason"
  | "body"
  | "text";

const WORDS: Readonly<Record<string, string>> = {
  money: "cent micro amount price total cost fee sum money budget salary payment",
  duration: "day hour minute week month duration",
  id: "id key number code ref reference sku uuid identifier serial iban no nr barcode",
  search: "query q search keyword term phrase filter",
  name: "name person employee assignee attendee guest who recipient manager owner contact colleague user",
  place: "room location city place department team building site",
  path: "path file filename directory folder",
  title: "title subject summary headline topic",
  reason: "reason why justification cause",
  body: "description body message note comment content detail purpose text",
  date: "date day deadline",
};
const SETS = new Map(
  Object.entries(WORDS).map(([kind, words]) => [kind, new Set(words.split(" ").map(stem))]),
);
const MOMENT = /\b(start|starts|begin|from|end|ends|until|till|to|through|due|since|by)\b/;

export function kindOf(param: Param): ParamKind {
  const { schema } = param;
  const type = textOf(schema, "type") ?? "string";
  if (param.identifies === true) return "id";
  if (schema["enum"] !== undefined || schema["const"] !== undefined) return "choice";
  if (type === "boolean") return "switch";
  if (type === "array") return "list";
  if (type === "object") return "parts";
  if (type === "integer" || type === "number") return numberKind(param);
  return textKind(param);
}

function numberKind(param: Param): ParamKind {
  if (has(param, "money")) return "money";
  const said = `${rawWords(param.name).join(" ")} ${param.description.toLowerCase()}`;
  if (has(param, "id") && !/\b(number|no|nr) of\b/.test(said)) return "id";
  return has(param, "duration") ? "duration" : "number";
}

function textKind(param: Param): ParamKind {
  const format = textOf(param.schema, "format") ?? "";
  const said = `${rawWords(param.name).join(" ")} ${param.description.toLowerCase()}`;
  if (format === "email" || /\be-?mail\b/.test(rawWords(param.name).join(" "))) return "email";
  if (/^ur[il]/.test(format) || /\b(url|link)\b/.test(said)) return "url";
  if (format === "date-time" || /date and time|iso 8601 (date-?)?time|timestamp/.test(said))
    return "moment";
  if (/\bcurrency\b/.test(said) && !has(param, "money")) return "currency";
  const last = param.words.at(-1) ?? "";
  if (SETS.get("id")?.has(last)) return "id";
  if (has(param, "search")) return "search";
  if (has(param, "path") && last !== "name") return "path";
  if (format === "date" || has(param, "date") || /yyyy-mm-dd/.test(said)) return "date";
  if (format === "time" || /\b(time|hh:mm)\b/.test(said)) return "time";
  if (has(param, "money")) return "money";
  if (MOMENT.test(rawWords(param.name).join(" ")) && /\b(date|day)\b/.test(said)) return "date";
  for (const kind of ["reason", "title", "body", "place", "name"] as const)
    if (has(param, kind)) return kind;
  return /\b(id|identifier)\b (such as|like|of)/.test(said) ? "id" : "text";
}

function has(param: Param, kind: string): boolean {
  const set = SETS.get(kind);
  return set !== undefined && param.words.some((word) => set.has(word));
}

/** The noun of an id: "ticketId" -> "ticket"; of a bare "id" nothing. */
export function nounsOf(param: Param): string[] {
  const ids = SETS.get("id");
  return param.words.filter((word) => !ids?.has(word));
}

export function isEnd(param: Param): boolean {
  return /\b(end|ends|until|till|to|through|finish|last|return|out)\b/.test(
    rawWords(param.name).join(" "),
  );
}

const LOOKED_UP: ReadonlySet<ParamKind> = new Set<ParamKind>([
  "id",
  "money",
  "email",
  "name",
  "place",
  "number",
  "date",
  "moment",
  "choice",
]);

/** Kinds that results of other tools may bring; the rest is the person's to say. */
export function canBeLookedUp(kind: ParamKind): boolean {
  return LOOKED_UP.has(kind);
}
