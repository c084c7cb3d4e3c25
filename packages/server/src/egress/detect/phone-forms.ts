// The forms that telephone numbers are written in, and which of them a candidate can have at all.
import { SCORE_MIN } from "./found.ts";

export const DIGITS_MIN = 6;
export const DIGITS_MAX = 15;

export interface Form {
  readonly shape: RegExp;
  readonly score: number;
  /** What it may begin with. */
  readonly leads: string;
  /** How many groups of digits it has, and how many digits: at least and at most. */
  readonly groups: readonly [least: number, most: number];
  readonly digits: readonly [least: number, most: number];
}

const ANY_DIGIT = "0123456789";

function form(
  shape: RegExp,
  { leads = ANY_DIGIT, groups, digits = [DIGITS_MIN, DIGITS_MAX], score }: Partial<Form> & Told,
): Form {
  return { shape, leads, groups, digits, score };
}

type Told = Pick<Form, "groups" | "score">;

/** From the surest to the least sure; the first that fits decides. */
const FORMS: readonly Form[] = [
  form(/^\+(?=(?:\D*\d){8})\d{1,15}(?:[ .-]?\(\d{1,5}\) ?\d{0,13})?(?:[ .-]\d{1,13}){0,6}$/, {
    score: 0.75,
    leads: "+",
    groups: [1, 9],
    digits: [8, DIGITS_MAX],
  }),
  form(/^(?:(?:\+|00)?1[ .-]?)?\(\d{3}\) ?\d{3}[ .-]?\d{4}$/, {
    score: 0.75,
    leads: "+(01",
    groups: [2, 4],
    digits: [10, 13],
  }),
  form(/^(?:(?:001|1|91|0)[ .-])?\d{3}([.-])\d{3}\1\d{4}$/, {
    score: 0.65,
    groups: [3, 4],
    digits: [10, 13],
  }),
  form(/^\(?0(?!0)\d{1,5}\)?[ /.-]\d{2,4}(?:[ .-]\d{2,5}){1,4}$/, {
    score: 0.6,
    leads: "(0",
    groups: [3, 6],
  }),
  form(/^00\d{1,3}[ .-]\d{1,4}(?:[ .-]\d{2,5}){1,5}$/, {
    score: 0.65,
    leads: "0",
    groups: [3, 7],
  }),
  form(/^0\d{1,4}[-/]\d{5,8}$/, { score: 0.5, leads: "0", groups: [2, 2] }),
  form(/^\(\d{2,5}\)[ -]?\d{3,5}(?:[ .-]\d{2,5}){0,3}$/, {
    score: 0.6,
    leads: "(",
    groups: [2, 5],
  }),
  form(/^0(?!0)\d{1,5}[ /-]\d{4,8}$/, { score: 0.45, leads: "0", groups: [2, 2] }),
  form(/^\d{2}(?:[ .]\d{2}){4}$/, { score: 0.5, groups: [5, 5], digits: [10, 10] }),
  form(/^\d{3} \d{3} \d{4}$/, { score: 0.45, groups: [3, 3], digits: [10, 10] }),
  form(/^[2-9]\d{2}([ .-])\d{3}\1\d{2}\1\d{2}$/, {
    score: 0.35,
    leads: "23456789",
    groups: [4, 4],
    digits: [10, 10],
  }),
  form(/^0[579]\d{9}$/, { score: 0.5, leads: "0", groups: [1, 1], digits: [11, 11] }),
  form(/^(?:1[3-9]\d{9}|[2-5]\d{9}|0[1-9]\d{8,9})$/, {
    score: 0.25,
    leads: "012345",
    groups: [1, 1],
    digits: [10, 11],
  }),
  form(/^\d{1,4}(?:[ .-]\d{2,5}){1,5}$/, { score: 0.2, groups: [2, 6] }),
  form(/^\d{7,12}$/, { score: 0.15, groups: [1, 1], digits: [7, 12] }),
];

const KEYS = 16;
const PLUS = 43;
const BRACKET = 40;
const ZERO = 48;

/** By the sign it begins with and how many groups and digits it has: few are tried of any. */
const known: (readonly Form[] | undefined)[] = [];

export interface Outline {
  /** The sign it begins with. */
  readonly lead: number;
  readonly groups: number;
  readonly digits: number;
}

/** `sure`: those alone that need no word beside them. */
export function formsOf(outline: Outline, sure: boolean): readonly Form[] {
  const lead = outline.lead === PLUS ? 0 : outline.lead === BRACKET ? 1 : outline.lead - ZERO + 2;
  const key = ((lead * KEYS + outline.groups) * KEYS + outline.digits) * 2 + (sure ? 1 : 0);
  return (known[key] ??= FORMS.filter(
    (each) => isAble(each, outline) && (!sure || each.score >= SCORE_MIN),
  ));
}

function isAble({ leads, groups, digits }: Form, outline: Outline): boolean {
  if (!leads.includes(String.fromCharCode(outline.lead))) return false;
  if (outline.groups < groups[0] || outline.groups > groups[1]) return false;
  return outline.digits >= digits[0] && outline.digits <= digits[1];
}
