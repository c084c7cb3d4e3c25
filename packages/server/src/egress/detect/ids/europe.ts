// Numbers of France, Spain, Italy, Poland, the Netherlands, Belgium and Portugal.
import { digitAt, isDay, isShortDate, isUniform, luhn, weighed } from "../checksum.ts";
import { recogniser } from "../identifier.ts";

/** Thirteen digits and the rest to 97; Corsica's 2A and 2B count as 19 and 18. */
function isNir(id: string): boolean {
  const digits = id.replace("2A", "19").replace("2B", "18");
  return 97 - (Number(digits.slice(0, 13)) % 97) === Number(digits.slice(13));
}

const NIF_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

function isNif(id: string): boolean {
  return NIF_LETTERS.charAt(Number(id.slice(0, -1)) % 23) === id.slice(-1);
}

function isNie(id: string): boolean {
  return isNif(`${"XYZ".indexOf(id.charAt(0))}${id.slice(1)}`);
}

function isCif(id: string): boolean {
  const digits = id.slice(1, 8);
  let sum = 0;
  for (let index = 0; index < 7; index++) {
    const product = digitAt(digits, index) * (index % 2 === 0 ? 2 : 1);
    sum += product > 9 ? product - 9 : product;
  }
  const check = (10 - (sum % 10)) % 10;
  return id.charAt(8) === String(check) || id.charAt(8) === "JABCDEFGHI".charAt(check);
}

const ODD_VALUES = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14];
const ODD_MORE = [...ODD_VALUES, 16, 10, 22, 25, 24, 23];

function isFiscalCode(id: string): boolean {
  let sum = 0;
  for (let index = 0; index < 15; index++) {
    const unit = id.charCodeAt(index);
    const value = unit > 64 ? unit - 65 : unit - 48;
    sum += index % 2 === 0 ? (ODD_MORE[value] ?? 0) : value;
  }
  return String.fromCharCode(65 + (sum % 26)) === id.charAt(15);
}

/** Luhn, and an office of the revenue in the eighth to tenth digit. */
function isIva(id: string): boolean {
  const office = Number(id.slice(7, 10));
  const known = (office >= 1 && office <= 100) || [120, 121, 888, 999].includes(office);
  return known && luhn(id) && !id.startsWith("0000000");
}

function isPesel(id: string): boolean {
  // The century is added to the month: 80 for the 19th, 20 for the 21st.
  const written = Number(id.slice(2, 4));
  const month = written > 80 ? written - 80 : written > 20 ? written - 20 : written;
  if (!isDay(month, Number(id.slice(4, 6)))) return false;
  const sum = weighed(id, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
  return (10 - (sum % 10)) % 10 === digitAt(id, 10);
}

function isNip(id: string): boolean {
  return weighed(id, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === digitAt(id, 9) && !isUniform(id);
}

function isPolishCard(id: string): boolean {
  let sum = 0;
  const weights = [7, 3, 1, 9, 7, 3, 1, 7, 3];
  for (let index = 0; index < 9; index++) {
    const unit = id.charCodeAt(index);
    sum += (unit > 64 ? unit - 55 : unit - 48) * (weights[index] ?? 0);
  }
  return sum % 10 === 0;
}

function isBsn(id: string): boolean {
  return weighed(id, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0 && !isUniform(id);
}

/** Births from 2000 on are counted with a 2 before them. */
function isBelgian(id: string): boolean {
  if (!isShortDate(id)) return false;
  const check = Number(id.slice(9));
  const nine = Number(id.slice(0, 9));
  return 97 - (nine % 97) === check || 97 - ((2_000_000_000 + nine) % 97) === check;
}

function isPortuguese(id: string): boolean {
  const check = 11 - (weighed(id, [9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return (check > 9 ? 0 : check) === digitAt(id, 8);
}

const FISCAL_SHAPE = /^[A-Z]{6}[\dLMNP-V]{2}[ABCDEHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]$/i;
const FISCAL_SIZES = "9:7 10:6 11:5 12:4 13:3 14:2 15:1";

export const EUROPE = [
  recogniser("FR_NIR", "0:15 1:14", {
    words: 7,
    shape: /^[12] ?\d{2} ?[0-9]\d ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}$/i,
    check: isNir,
    score: 0.85,
    beside: "nir sécurité sociale insee immatriculation",
  }),
  recogniser("FR_SIRET", "0:14", {
    words: 4,
    shape: /^\d{3} ?\d{3} ?\d{3} ?\d{5}$/,
    check: (id) => luhn(id) && !isUniform(id),
    score: 0.3,
    beside: "siret siren établissement",
  }),
  recogniser("FR_SIREN", "0:9", {
    words: 3,
    shape: /^\d{3} ?\d{3} ?\d{3}$/,
    check: (id) => luhn(id) && !isUniform(id),
    score: 0.15,
    beside: "siren siret rcs tva",
  }),
  recogniser("FR_PASSPORT", "2:7", {
    shape: /^\d{2}[A-Z]{2}\d{5}$/i,
    score: 0.45,
    beside: "passeport passport",
  }),
  recogniser("ES_NIF", "1:8 1:7", {
    words: 2,
    shape: /^\d{7,8}[- ]?[A-Z]$/i,
    check: isNif,
    score: 0.6,
    beside: "nif dni identificación fiscal documento",
  }),
  recogniser("ES_NIE", "2:7", {
    words: 3,
    shape: /^[XYZ][- ]?\d{7}[- ]?[A-Z]$/i,
    check: isNie,
    score: 0.75,
    beside: "nie extranjero residencia",
  }),
  recogniser("ES_CIF", "1:8 2:7", {
    shape: /^[ABCDEFGHJNPQRSUVW]-?\d{7}[0-9A-J]$/i,
    words: 2,
    check: isCif,
    score: 0.45,
    beside: "cif empresa sociedad",
  }),
  recogniser("ES_PASSPORT", "3:6", {
    shape: /^[A-Z]{3}\d{6}$/i,
    score: 0.3,
    beside: "pasaporte passport",
  }),
  recogniser("IT_FISCAL_CODE", FISCAL_SIZES, {
    shape: FISCAL_SHAPE,
    check: isFiscalCode,
    score: 0.85,
    beside: "codice fiscale cf",
  }),
  recogniser("IT_VAT_CODE", "0:11", {
    words: 2,
    shape: /^\d{8}_?\d{3}$/,
    check: isIva,
    score: 0.35,
    beside: "partita iva piva vat",
  }),
  recogniser("IT_DRIVER_LICENSE", "3:7 4:6 5:5 6:4 7:3 8:2", {
    shape: /^[A-Z]{2}\d{7}[A-Z]$|^U1[BCDFGHJKLMNPRSTUVWXYZ\d]{7}[A-Z]$/i,
    check: (id) => !id.startsWith("U1") || !/[AEIO]/.test(id.slice(2, 9)),
    score: 0.4,
    formatted: 0.4,
    beside: "patente license licence guida driver driving",
  }),
  recogniser("IT_IDENTITY_CARD", "2:7 4:5", {
    words: 2,
    shape: /^[A-Z]{2} ?\d{7}$|^\d{7}[A-Z]{2}$|^[A-Z]{2}\d{5}[A-Z]{2}$/i,
    score: 0.3,
    beside: "carta identità documento identity card",
  }),
  recogniser("IT_PASSPORT", "2:7", {
    shape: /^[A-Z]{2}\d{7}$/i,
    score: 0.3,
    beside: "passaporto passport",
  }),
  recogniser("PL_PESEL", "0:11", {
    shape: /^\d{11}$/,
    check: isPesel,
    score: 0.5,
    beside: "pesel ewidencyjny",
  }),
  recogniser("PL_NIP", "0:10", {
    words: 4,
    shape: /^\d{3}-?(?:\d{3}-?\d{2}-?\d{2}|\d{2}-?\d{2}-?\d{3})$/,
    check: isNip,
    score: 0.2,
    formatted: 0.6,
    beside: "nip podatnik podatkowy",
  }),
  recogniser("PL_ID_CARD", "3:6", {
    words: 2,
    shape: /^[A-Z]{3} ?\d{6}$/i,
    check: isPolishCard,
    score: 0.4,
    beside: "dowód osobisty tożsamości",
  }),
  recogniser("NL_BSN", "0:9", {
    words: 3,
    shape: /^\d{9}$|^\d{4}[. ]\d{2}[. ]\d{3}$|^\d{3} \d{3} \d{3}$/,
    check: isBsn,
    score: 0.3,
    beside: "bsn burgerservicenummer sofinummer burgerservice",
  }),
  recogniser("BE_NRN", "0:11", {
    words: 5,
    shape: /^\d{2}[. ]?\d{2}[. ]?\d{2}[- ]?\d{3}[. ]?\d{2}$/,
    check: isBelgian,
    score: 0.6,
    formatted: 0.85,
    beside: "rijksregisternummer registre national nrn insz niss",
  }),
  recogniser("PT_NIF", "0:9", {
    words: 3,
    shape: /^[1-9]\d{2} ?\d{3} ?\d{3}$/,
    check: isPortuguese,
    score: 0.25,
    beside: "nif contribuinte fiscal",
  }),
];
