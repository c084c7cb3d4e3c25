// Numbers of the United States and Canada.
import { digitAt, isUniform, luhn, weighed } from "../checksum.ts";
import { recogniser } from "../identifier.ts";

/** Printed in advertisements and specimens, or refused by its own issuer. */
const NOBODYS = new Set(["078051120", "219099999", "123456789", "987654321"]);

function isSsn(id: string): boolean {
  if (id.startsWith("000") || id.startsWith("666") || id.startsWith("9")) return false;
  return !id.startsWith("00", 3) && !id.endsWith("0000") && !NOBODYS.has(id) && !isUniform(id);
}

function isItin(id: string): boolean {
  const group = Number(id.slice(3, 5));
  if (!id.startsWith("9") || group < 50) return false;
  return !(group > 65 && group < 70) && group !== 89 && group !== 93;
}

const ABA_WEIGHTS = [3, 7, 1, 3, 7, 1, 3, 7, 1];

function isRouting(id: string): boolean {
  const bank = Number(id.slice(0, 2));
  const known =
    bank <= 12 || (bank >= 21 && bank <= 32) || (bank >= 61 && bank <= 72) || bank === 80;
  return known && weighed(id, ABA_WEIGHTS) % 10 === 0 && !isUniform(id);
}

/** Two letters (or a letter and 9), six digits, and their check digit. */
function isDea(id: string): boolean {
  const first = digitAt(id, 2) + digitAt(id, 4) + digitAt(id, 6);
  const second = digitAt(id, 3) + digitAt(id, 5) + digitAt(id, 7);
  return (first + 2 * second) % 10 === digitAt(id, 8);
}

const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
const VIN_VALUES = new Map(
  Array.from("ABCDEFGHJKLMNPRSTUVWXYZ", (letter, index): [string, number] => [
    letter,
    digitAt("12345678123457923456789", index),
  ]),
);

function isVin(id: string): boolean {
  let sum = 0;
  for (let index = 0; index < VIN_WEIGHTS.length; index++)
    sum += (VIN_VALUES.get(id.charAt(index)) ?? digitAt(id, index)) * (VIN_WEIGHTS[index] ?? 0);
  return "0123456789X".charAt(sum % 11) === id.charAt(8);
}

const VIN_SIZES = Array.from({ length: 14 }, (_, letters) => `${letters + 2}:${15 - letters}`);

export const NORTH_AMERICA = [
  recogniser("US_SSN", "0:9", {
    words: 3,
    shape: /^\d{3}([-. ]?)\d{2}(?:\1|-?)\d{4}$|^\d{5}-\d{4}$/,
    check: isSsn,
    score: 0.35,
    formatted: 0.75,
    beside: "ssn social security ssns socialsecurity taxpayer",
  }),
  recogniser("US_ITIN", "0:9", {
    words: 3,
    shape: /^\d{3}([- ]?)\d{2}\1\d{4}$/,
    check: isItin,
    score: 0.35,
    formatted: 0.75,
    beside: "itin taxpayer tax individual tin ssn",
  }),
  recogniser("US_EIN", "0:9", {
    words: 2,
    shape: /^\d{2}-\d{7}$/,
    score: 0.3,
    beside: "ein employer fein tax irs",
  }),
  recogniser("US_NPI", "0:10", {
    class: "phi",
    words: 3,
    shape: /^[12]\d{3}([- ]?)\d{3}\1\d{3}$/,
    check: (id) => luhn(`80840${id}`) && !isUniform(id.slice(0, 9)),
    score: 0.45,
    beside: "npi provider prescriber physician practitioner",
  }),
  recogniser("US_MBI", "4:7 5:6 6:5", {
    class: "phi",
    words: 3,
    shape: new RegExp(
      "^[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\\d]\\d(-?)[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\\d]\\d" +
        "\\1[AC-HJKMNP-RT-Y]{2}\\d{2}$",
      "i",
    ),
    score: 0.8,
    beside: "mbi medicare beneficiary",
  }),
  recogniser("MEDICAL_LICENSE", "2:7 1:8", {
    class: "phi",
    shape: /^[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}$/i,
    check: isDea,
    score: 0.5,
    beside: "dea certificate prescriber license licence medical",
  }),
  recogniser("ABA_ROUTING_NUMBER", "0:9", {
    class: "financial",
    words: 3,
    shape: /^\d{4}(-?)\d{4}\1\d$/,
    check: isRouting,
    score: 0.35,
    formatted: 0.6,
    beside: "aba routing bank rtn wire transit",
  }),
  recogniser("US_BANK_NUMBER", "0:8 0:9 0:10 0:11 0:12 0:13 0:14 0:15 0:16 0:17", {
    class: "financial",
    shape: /^\d+$/,
    check: (id) => !isUniform(id),
    score: 0.15,
    beside: "account acct checking savings bank debit deposit konto cuenta compte",
  }),
  recogniser("US_PASSPORT_NUMBER", "0:9", {
    shape: /^\d{9}$/,
    score: 0.15,
    beside: "passport travel passports",
  }),
  recogniser("US_PASSPORT", "1:8", {
    shape: /^[A-Z]\d{8}$/i,
    score: 0.25,
    beside: "passport travel passports",
  }),
  recogniser("US_DRIVER_LICENSE", "0:7 0:8 0:9 1:6 1:7 1:8 1:12 1:13 1:14 2:6 2:7", {
    shape: /^[A-Z]{0,2}\d{6,14}$/i,
    score: 0.1,
    beside: "license licence driver drivers driving dl permit dmv",
  }),
  recogniser("VIN", VIN_SIZES.join(" "), {
    shape: /^[A-HJ-NPR-Z\d]{17}$/i,
    check: isVin,
    score: 0.6,
    beside: "vin vehicle chassis car",
  }),
  recogniser("CA_SIN", "0:9", {
    words: 3,
    shape: /^[1-79]\d{2}([- ]?)\d{3}\1\d{3}$/,
    check: (id) => luhn(id) && !isUniform(id),
    score: 0.35,
    formatted: 0.65,
    beside: "sin nas insurance assurance sociale canada",
  }),
  recogniser("CA_POSTAL_CODE", "3:3", {
    words: 2,
    shape: /^[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d$/,
    score: 0.45,
    formatted: 0.6,
    beside: "zip postal postcode address",
  }),
];
