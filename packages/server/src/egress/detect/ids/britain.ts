// Numbers of the United Kingdom and Ireland.
import { digitAt, isUniform, weighed } from "../checksum.ts";
import { recogniser } from "../identifier.ts";

const NHS_WEIGHTS = [10, 9, 8, 7, 6, 5, 4, 3, 2];
const PPS_WEIGHTS = [8, 7, 6, 5, 4, 3, 2];
const PPS_LETTERS = "WABCDEFGHIJKLMNOPQRSTUV";

function isNhs(id: string): boolean {
  const check = (11 - (weighed(id, NHS_WEIGHTS) % 11)) % 11;
  return check === digitAt(id, 9) && !isUniform(id);
}

function isPps(id: string): boolean {
  const second = id.length > 8 ? Math.max(PPS_LETTERS.indexOf(id.charAt(8)), 0) * 9 : 0;
  return PPS_LETTERS.charAt((weighed(id, PPS_WEIGHTS) + second) % 23) === id.charAt(7);
}

const POSTCODE =
  /^(?:GIR|[A-PR-UWYZ](?:\d[A-HJKPS-UW\d]?|[A-HK-Y]\d[ABEHMNPRV-Y\d]?)) ?\d[ABD-HJLNP-UW-Z]{2}$/i;
const PLATE = new RegExp(
  "^(?:[A-HJ-PR-Y][A-HJ-PR-Y](?:0[1-9]|[1-2]\\d|5\\d|6\\d|7\\d)[ -]?[A-HJ-PR-Z]{3}" +
    "|[A-HJ-NPR-TV-Y]\\d{1,3}[ -]?[A-HJ-PR-Y]{3}|[A-HJ-PR-Y]{3}[ -]?\\d{1,3}[A-HJ-NPR-TV-Y])$",
  "i",
);

export const BRITAIN = [
  recogniser("UK_NHS", "0:10", {
    class: "phi",
    words: 3,
    shape: /^\d{3}([- ]?)\d{3}\1\d{4}$/,
    check: isNhs,
    score: 0.4,
    formatted: 0.65,
    beside: "nhs health national patient hospital",
  }),
  recogniser("UK_NINO", "3:6", {
    words: 5,
    shape:
      /^(?!BG|GB|NK|KN|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]$/i,
    check: (id) => !id.startsWith("000000", 2),
    score: 0.8,
    beside: "national insurance ni nino",
  }),
  recogniser("UK_PASSPORT", "2:7", {
    shape: /^[A-Z]{2}\d{7}$/i,
    score: 0.3,
    beside: "passport travel",
  }),
  recogniser("UK_DRIVING_LICENCE", "5:11 6:10 7:9 8:8 9:7", {
    shape: /^(?=.{16}$)[A-Z]{1,5}9{0,4}\d[0156]\d(?:[0-2]\d|3[01])\d[A-Z9]{2}[A-Z\d]{3}$/i,
    score: 0.75,
    beside: "driving licence license driver dvla",
  }),
  recogniser("UK_POSTCODE", "3:2 3:3 3:4 4:2 4:3 5:2 5:1 2:2", {
    words: 2,
    shape: POSTCODE,
    score: 0.35,
    formatted: 0.6,
    beside: "postcode address post code zip london",
  }),
  recogniser("UK_VEHICLE_REGISTRATION", "5:2 4:1 4:2 4:3", {
    words: 2,
    shape: PLATE,
    score: 0.3,
    beside: "registration vehicle car plate reg number van licence plates",
  }),
  recogniser("UK_SORT_CODE", "0:6", {
    class: "financial",
    words: 3,
    shape: /^\d{2}-\d{2}-\d{2}$/,
    score: 0.3,
    beside: "sort bank account",
  }),
  recogniser("IE_PPS", "1:7 2:7", {
    shape: /^\d{7}[A-W][A-IW]?$/i,
    check: isPps,
    score: 0.5,
    beside: "pps ppsn revenue",
  }),
];
