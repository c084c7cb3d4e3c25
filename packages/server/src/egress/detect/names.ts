// Names of people and places of seventy languages: the lists of `@faker-js/faker`, and the names
// that the spelling checker cspell knows.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type * as Faker from "@faker-js/faker";

type Read = (path: string, encoding: "utf8") => string;

interface Names {
  readonly given: ReadonlySet<string>;
  readonly surnames: ReadonlySet<string>;
  readonly places: ReadonlySet<string>;
  readonly countries: ReadonlySet<string>;
}

const PEOPLE = new URL("./dict/people-names.txt", import.meta.resolve("@cspell/dict-people-names"));
/** Shorter parts of names, such as "de" and "Al", say nothing by themselves. */
const PART_MIN = 2;

/** Not before the first text is looked at: it takes a fifth of a second. */
function locales(): typeof Faker.allLocales {
  const load = createRequire(import.meta.url);
  const lists: typeof Faker = load("@faker-js/faker");
  return lists.allLocales;
}

export function knownNames(read: Read): Names {
  const given = new Set<string>();
  const surnames = new Set<string>();
  const places = new Set<string>();
  const countries = new Set<string>();
  for (const { person, location } of Object.values(locales())) {
    addParts(given, person?.first_name);
    addParts(surnames, person?.last_name);
    addWhole(places, location?.city_name);
    addWhole(places, location?.state);
    addWhole(places, location?.county);
    addWhole(countries, location?.country);
  }
  const people = read(fileURLToPath(PEOPLE), "utf8").split("\n");
  addParts(
    surnames,
    people.filter((line) => !line.startsWith("#")),
  );
  return { given, surnames, places, countries };
}

/** Every string within, whatever the list's shape is (by gender, with weights). */
function* stringsOf(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const each of value) yield* stringsOf(each);
  else if (typeof value === "object" && value)
    for (const each of Object.values(value)) yield* stringsOf(each);
}

function addParts(set: Set<string>, list: unknown): void {
  for (const name of stringsOf(list))
    for (const part of name.split(/[\s'’-]+/)) if (part.length > PART_MIN) set.add(part);
}

function addWhole(set: Set<string>, list: unknown): void {
  for (const name of stringsOf(list))
    if (/^\p{Lu}[\p{L}\p{M}. '-]{2,40}$/u.test(name)) set.add(name);
}
