// Numbers of Germany, Austria and Switzerland.
import { digitAt, isDay, isUniform, mod11And10, weighed } from "../checksum.ts";
import { recogniser } from "../identifier.ts";

/** One digit stands twice or three times among the first ten, never thrice in a row. */
function isTaxId(id: string): boolean {
  if (id.startsWith("0") || /(\d)\1\1/.test(id.slice(0, 10))) return false;
  const counts = new Uint8Array(10);
  for (let index = 0; index < 10; index++)
    counts[digitAt(id, index)] = (counts[digitAt(id, index)] ?? 0) + 1;
  const often = counts.filter((count) => count > 1);
  return often.length === 1 && (often[0] ?? 0) <= 3 && mod11And10(id);
}

/** Bureau, birth, letter, serial: letters count as two digits, then digit sums by 2, 1, 2, 5. */
const PENSION_WEIGHTS = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];

function isPension(id: string): boolean {
  const day = Number(id.slice(2, 4));
  if (!isDay(Number(id.slice(4, 6)), day > 50 ? day - 50 : day)) return false;
  const letter = String(id.charCodeAt(8) - 64).padStart(2, "0");
  const digits = `${id.slice(0, 8)}${letter}${id.slice(9, 11)}`;
  const sum = PENSION_WEIGHTS.reduce((total, weight, index) => {
    const product = digitAt(digits, index) * weight;
    return total + Math.floor(product / 10) + (product % 10);
  }, 0);
  return sum % 10 === digitAt(id, 11);
}

/** A letter and eight digits: the letter as two digits, then as Luhn, from the left. */
function isInsured(id: string): boolean {
  const digits = `${String(id.charCodeAt(0) - 64).padStart(2, "0")}${id.slice(1, 9)}`;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const product = digitAt(digits, index) * (index % 2 === 0 ? 1 : 2);
    sum += product > 9 ? product - 9 : product;
  }
  return sum % 10 === digitAt(id, 9);
}

const DOCUMENT_WEIGHTS = [7, 3, 1, 7, 3, 1, 7, 3];

/** The check digit of machine-readable documents (ICAO 9303), letters from A = 10. */
function isDocument(id: string): boolean {
  const sum = DOCUMENT_WEIGHTS.reduce((total, weight, index) => {
    const unit = id.charCodeAt(index);
    return total + (unit > 64 ? unit - 55 : unit - 48) * weight;
  }, 0);
  return sum % 10 === digitAt(id, 8);
}

function isPhysician(id: string): boolean {
  const sum = weighed(id, [4, 9, 4, 9, 4, 9]);
  return (10 - (sum % 10)) % 10 === digitAt(id, 6) && !isUniform(id.slice(0, 6));
}

function isAustrian(id: string): boolean {
  const sum = weighed(id, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]);
  return sum % 11 === digitAt(id, 3) && isDay(Number(id.slice(6, 8)), Number(id.slice(4, 6)));
}

function isSwiss(id: string): boolean {
  const sum = weighed(id, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]);
  return (10 - (sum % 10)) % 10 === digitAt(id, 12);
}

const DOCUMENT_LETTERS = "CFGHJKLMNPRTVWXYZ";
const DOCUMENT_SIZES = "1:8 2:7 3:6 4:5 5:4";
const PLATE = /^[A-ZÄÖÜ]{1,3}[- ][A-Z]{1,2}[- ]?[1-9]\d{0,3}[EH]?$/i;
const PLATE_SIZES = "2:1 3:1 4:1 5:1 2:2 3:2 4:2 5:2 6:2 2:3 3:3 4:3 5:3 6:3 2:4 3:4 4:4 5:4 6:4";

export const GERMANY = [
  recogniser("DE_TAX_ID", "0:11", {
    words: 4,
    shape: /^\d{2} ?\d{3} ?\d{3} ?\d{3}$/,
    check: isTaxId,
    score: 0.5,
    beside: "steuer steueridentifikationsnummer idnr steuerid identifikationsnummer tin tax",
  }),
  recogniser("DE_TAX_NUMBER", "0:13 0:10 0:11", {
    words: 3,
    shape: /^\d{2,3}\/\d{3,4}\/\d{4,5}$|^(?:0[1-9]|1[0-6])\d{11}$/,
    score: 0.2,
    formatted: 0.6,
    beside: "steuernummer st nr finanzamt steuer",
  }),
  recogniser("DE_SOCIAL_SECURITY", "1:11", {
    words: 4,
    shape: /^\d{2} ?\d{6} ?[A-Z] ?\d{3}$/i,
    check: isPension,
    score: 0.85,
    beside: "rentenversicherungsnummer sozialversicherungsnummer rvnr svnr sozialversicherung",
  }),
  recogniser("DE_HEALTH_INSURANCE", "1:9", {
    class: "phi",
    shape: /^[A-Z]\d{9}$/i,
    check: isInsured,
    score: 0.55,
    beside: "krankenversichertennummer versichertennummer kvnr krankenkasse gkv egk",
  }),
  recogniser("DE_LANR", "0:9", {
    class: "phi",
    shape: /^\d{9}$/,
    check: isPhysician,
    score: 0.3,
    beside: "lanr arztnummer arzt arztes betriebsstätte",
  }),
  recogniser("DE_BSNR", "0:9", {
    class: "phi",
    shape: /^\d{9}$/,
    check: (id) => !isUniform(id),
    score: 0.1,
    beside: "bsnr betriebsstättennummer betriebsstätte",
  }),
  recogniser("DE_PASSPORT", DOCUMENT_SIZES, {
    shape: new RegExp(`^[CFGHJK][${DOCUMENT_LETTERS}\\d]{7}\\d$`, "i"),
    check: isDocument,
    score: 0.45,
    beside: "pass reisepass passnummer passport reisepassnummer",
  }),
  recogniser("DE_ID_CARD", DOCUMENT_SIZES, {
    shape: new RegExp(`^[LMNPRTVWXY][${DOCUMENT_LETTERS}\\d]{7}\\d$`, "i"),
    check: isDocument,
    score: 0.45,
    beside: "ausweis personalausweis ausweisnummer identity card id",
  }),
  recogniser("DE_FUEHRERSCHEIN", "3:8 2:9 4:7", {
    shape: /^[A-Z][A-Z\d]\d{2}[A-Z\d]{6}[A-Z\d]$|^[A-Z]{2}\d{8}[A-Z\d]$/i,
    score: 0.2,
    beside: "führerschein fahrerlaubnis führerscheinnummer fahrerlaubnisnummer",
  }),
  recogniser("DE_KFZ", PLATE_SIZES, {
    words: 3,
    shape: PLATE,
    score: 0.25,
    beside: "kennzeichen kfz nummernschild fahrzeug auto pkw lkw plate",
  }),
  recogniser("DE_HANDELSREGISTER", "3:1 3:2 3:3 3:4 3:5 3:6", {
    words: 2,
    shape: /^HR[AB] ?\d{1,6}$/i,
    score: 0.7,
    beside: "handelsregister amtsgericht register",
  }),
  recogniser("DE_VAT_ID", "2:9", {
    words: 4,
    shape: /^DE[ .-]?[1-9]\d{2}[ .-]?\d{3}[ .-]?\d{3}$/i,
    check: (id) => mod11And10(id.slice(2)),
    score: 0.7,
    beside: "ust idnr umsatzsteuer vat mwst",
  }),
  recogniser("DE_PLZ", "0:5", {
    shape: /^(?!01000|00)\d{5}$/,
    score: 0.2,
    beside: "plz postleitzahl",
  }),
  recogniser("AT_SVNR", "0:10", {
    words: 2,
    shape: /^\d{4} ?\d{6}$/,
    check: isAustrian,
    score: 0.4,
    beside: "svnr sozialversicherungsnummer sozialversicherung versicherungsnummer svn",
  }),
  recogniser("CH_AHV", "0:13", {
    words: 4,
    shape: /^756([. ]?)\d{4}\1\d{4}\1\d{2}$/,
    check: isSwiss,
    score: 0.8,
    beside: "ahv avs ssn sozialversicherung",
  }),
];
