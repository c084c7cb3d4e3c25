// Says a structured result in sentences: the field that was asked for, or what there is.
import type { Json } from "../../lib/json.ts";
import { isList, isView } from "../wire/json-view.ts";
import { joinWords, thingOf, type Field, type Thing } from "./fields.ts";
import { isKin, rawWords, stem, stems } from "./words.ts";

/** "effective from", "valid until". */
const ENDS_OPEN = / (?:from|until|till|to|by|at|on|in|for)$/;
const FIELDS_MAX = 16;
const LINES_MAX = 24;
const TITLES = /^(name|title|summary|subject|label|display name|full name)$/;

export function sayJson(question: string, json: Json, nouns: string): string {
  if (isList(json))
    return sayList(
      question,
      json.map((item) => thingOf(item)),
      nouns,
    );
  const thing = thingOf(json);
  const [only, other] = thing.lists;
  const extra = thing.fields.filter(({ raw }) => typeof raw === "string");
  if (only && !other && extra.length === 0) return sayList(question, only.things, only.label);
  return sayThing(question, thing);
}

/** True when it has a field that the question speaks of. */
export function tellsOf(question: string, json: Json): boolean {
  const things = isList(json) ? json.map((item) => thingOf(item)) : [thingOf(json)];
  return things.some(
    (thing) =>
      askedFields(question, flat(thing)).length > 0 ||
      thing.lists.some(({ label }) => speaksOf(question, label) > 0),
  );
}

function flat(thing: Thing): Field[] {
  return [...thing.fields, ...thing.lists.flatMap(({ things }) => things.flatMap(flat))];
}

function sayList(question: string, things: readonly Thing[], nouns: string): string {
  const about = things.filter((thing) => isNamed(question, thing));
  const [single] = about.length === 1 ? about : things;
  if (single && (things.length === 1 || about.length === 1)) return sayThing(question, single);
  const lines = things.slice(0, LINES_MAX).map((thing) => `- ${lineOf(thing)}`);
  const more = things.length > LINES_MAX ? `\n- and ${things.length - LINES_MAX} more` : "";
  return `I found ${things.length} ${nouns || "entries"}:\n${lines.join("\n")}${more}`;
}

/** One of several that the person spoke of by its name or id. */
function isNamed(question: string, { fields }: Thing): boolean {
  return fields.some(
    ({ raw }) => typeof raw === "string" && raw.length > 2 && question.includes(raw),
  );
}

function lineOf(thing: Thing): string {
  const title = thing.fields.find(({ label }) => TITLES.test(label));
  const rest = thing.fields.filter((field) => field !== title).slice(0, FIELDS_MAX);
  const told = rest.map(({ label, value }) => `${label} ${value}`.trim()).join(", ");
  return title === undefined ? told : told === "" ? title.value : `${title.value}: ${told}`;
}

function sayThing(question: string, thing: Thing): string {
  const subject = thing.fields.find(
    ({ raw, value }) => typeof raw !== "boolean" && value.length > 1 && question.includes(value),
  );
  const fields = thing.fields.filter((field) => field !== subject);
  const asked = askedFields(question, fields);
  const lists = thing.lists.filter(({ things }) => things.length > 0);
  if (asked.length > 0) return asked.map((field) => sentenceOf(field, subject?.value)).join(" ");
  const named = lists.filter(({ label }) => speaksOf(question, label) > 0);
  const shown = named.length > 0 ? named : lists;
  const rows = shown.map(
    ({ label, things }) =>
      `\n${capital(label)}:\n${things
        .slice(0, LINES_MAX)
        .map((each) => `- ${lineOf(each)}`)
        .join("\n")}`,
  );
  const told = fields.slice(0, FIELDS_MAX).map(({ label, value }) => `${label} ${value}`.trim());
  const opening = subject ? `Here is what I found on ${subject.value}` : "Here is what I found";
  if (told.length === 0 && rows.length === 0) return `${opening}: nothing more.`;
  return `${opening}${told.length > 0 ? `: ${joinWords(told)}.` : ":"}${rows.join("")}`;
}

/** The fields whose names the question speaks; those that share the most of its words. */
function askedFields(question: string, fields: readonly Field[]): Field[] {
  const scored = fields
    .map((field) => ({ field, score: speaksOf(question, field.label) }))
    .filter(({ score, field }) => score > 0 && !question.includes(field.value));
  const best = Math.max(0, ...scored.map(({ score }) => score));
  return scored.filter(({ score }) => score === best).map(({ field }) => field);
}

function speaksOf(question: string, label: string): number {
  const asked = [...stems(question), ...(/\bleft\b/.test(question) ? ["left"] : [])];
  return rawWords(label)
    .map(stem)
    .filter((word) => word.length > 2 && asked.some((each) => isKin(each, word))).length;
}

function sentenceOf({ label, value, raw }: Field, subject: string | undefined): string {
  const counted = rawWords(label).some((word) => /[^su]s$/.test(word) && word.length > 3);
  if (typeof raw === "boolean" && !label.includes(" "))
    return `${subject ?? "It"} is ${raw ? "" : "not "}${label}.`;
  if (typeof raw === "number" && counted)
    return subject === undefined
      ? `There are ${value} ${label}.`
      : `${subject} has ${value} ${label}.`;
  if (/^(on|in|at|by|is|has|for) /.test(label) || label === "")
    return `${subject === undefined ? "" : `For ${subject}: `}${label} ${value}.`.trim();
  if (ENDS_OPEN.test(label)) return `${subject ?? "It"} is ${label} ${value}.`;
  return `The ${label}${subject === undefined ? "" : ` of ${subject}`} is ${value}.`;
}

/** What an act brought, without what was said already: "The ticket id is T-9." */
export function sayOutcome(json: Json, told: readonly string[]): string {
  if (!isView(json)) return sayJson("", json, "entries");
  const thing = thingOf(json);
  const news = thing.fields.filter(
    ({ raw, value, label }) => raw !== true && !told.includes(value) && label !== "",
  );
  const parts = news.slice(0, FIELDS_MAX).map(({ label, value }) => `the ${label} is ${value}`);
  const rows = thing.lists
    .filter(({ things }) => things.length > 0)
    .map(
      ({ label, things }) =>
        `\n${capital(label)}:\n${things.map((each) => `- ${lineOf(each)}`).join("\n")}`,
    );
  return `${parts.length > 0 ? `${capital(joinWords(parts))}.` : ""}${rows.join("")}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
