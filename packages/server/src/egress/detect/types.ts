// What the built-in detectors know, in words: each type with its class and by what it is told.
import { SCORE_MIN } from "./found.ts";
import { RECOGNISERS } from "./id-scan.ts";
import type { Recogniser } from "./identifier.ts";

interface BuiltIn {
  readonly type: string;
  readonly class: string;
  /** By what it is told, as a part of a sentence. */
  readonly by: string;
}

const WORD_BEFORE = "a number or code behind a word for it";

/** Beside the identity numbers, which say themselves what they are. */
const OTHERS: readonly (readonly [type: string, of: string, by: string])[] = [
  ["PERSON", "pii", "lists of names, titles and the words beside it"],
  ["STREET_ADDRESS", "pii", "a house number beside a street's name, up to the country"],
  ["EMAIL_ADDRESS", "pii", "its form"],
  ["PHONE_NUMBER", "pii", "its form, or groups of digits near a word for it"],
  ["IP_ADDRESS", "pii", "its form, versions 4 and 6"],
  ["MAC_ADDRESS", "pii", "its form"],
  ["LICENSE_NUMBER", "pii", WORD_BEFORE],
  ["VEHICLE_ID", "pii", WORD_BEFORE],
  ["DEVICE_ID", "pii", WORD_BEFORE],
  ["STUDENT_OR_STAFF_ID", "pii", WORD_BEFORE],
  ["MEDICAL_RECORD", "phi", WORD_BEFORE],
  ["HEALTH_PLAN", "phi", WORD_BEFORE],
  ["ACCOUNT_NUMBER", "financial", WORD_BEFORE],
  ["IBAN_CODE", "financial", "its form and check digits, for 82 countries"],
  ["CRYPTO", "financial", "its form and check sum"],
  ["SECRET_KEY", "secret", "its issuer's form, or a random run behind a word for a key"],
  ["SECRET_JWT", "secret", "its form"],
  ["PRIVATE_KEY", "secret", "the lines around it"],
  ["PASSWORD", "secret", "a word for it before it, or its place in a URL"],
  ["LOCATION", "quasi", "lists of places and the words beside it"],
  ["ORGANIZATION", "quasi", "words such as Bank, GmbH or University in its name"],
  ["NRP", "quasi", "lists of nationalities, religions and such"],
  ["DATE_TIME", "quasi", "its form or the name of a month or day; pii when it is of birth"],
  ["AGE", "quasi", "a number beside a word for age; pii above 89"],
  ["ZIP_CODE", "quasi", WORD_BEFORE],
  ["URL", "quasi", "its form"],
];

export const BUILT_IN: readonly BuiltIn[] = [
  ...OTHERS.map(([type, of, by]) => ({ type, class: of, by })),
  ...RECOGNISERS.map((each) => ({ type: each.type, class: each.class, by: toldBy(each) })),
];

function toldBy({ checked, score, formatted }: Recogniser): string {
  const form = checked ? "its form and check digits" : "its form";
  if (score >= SCORE_MIN) return form;
  if (formatted >= SCORE_MIN) return `${form}, written with its separators or near a word for it`;
  return `${form}, near a word for it`;
}
