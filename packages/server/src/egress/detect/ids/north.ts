// Numbers of the Nordic and Baltic countries, and of the east and south-east of Europe.
import { digitAt, isDay, isShortDate, isUniform, luhn, mod11And10, weighed } from "../checksum.ts";
import { recogniser } from "../identifier.ts";

const HETU_SIGNS = "0123456789ABCDEFHJKLMNPRSTUVWXY";

/** Day, month, year, a sign for the century, three digits, one of 31 signs. */
function isHetu(id: string): boolean {
  if (!isDay(Number(id.slice(2, 4)), Number(id.slice(0, 2)))) return false;
  const serial = id.slice(-4, -1);
  const rest = Number(id.slice(0, 6) + serial) % 31;
  return serial >= "002" && HETU_SIGNS.charAt(rest) === id.slice(-1);
}

/** The last ten digits; a co-ordination number has 60 added to the day. */
function isPersonnummer(id: string): boolean {
  const ten = id.slice(-10);
  const day = Number(ten.slice(4, 6));
  return isDay(Number(ten.slice(2, 4)), day > 60 ? day - 60 : day) && luhn(ten);
}

function isOrgnr(id: string): boolean {
  return Number(id.slice(2, 4)) >= 20 && luhn(id);
}

/** Many numbers of after 2007 have no check digit: the date alone decides. */
function isCpr(id: string): boolean {
  return isDay(Number(id.slice(2, 4)), Number(id.slice(0, 2)));
}

function isNorwegian(id: string): boolean {
  const day = Number(id.slice(0, 2));
  if (!isDay(Number(id.slice(2, 4)) % 40, day > 40 ? day - 40 : day)) return false;
  const first = (11 - (weighed(id, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11)) % 11;
  const second = (11 - (weighed(id, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
  return first === digitAt(id, 9) && second === digitAt(id, 10);
}

function isKennitala(id: string): boolean {
  const day = Number(id.slice(0, 2));
  if (!isDay(Number(id.slice(2, 4)), day > 40 ? day - 40 : day)) return false;
  return (11 - (weighed(id, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === digitAt(id, 8);
}

/** Estonia and Lithuania share the algorithm: a second row of weights when the first gives 10. */
function isBaltic(id: string): boolean {
  if (!isShortDate(id, 1)) return false;
  const first = weighed(id, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
  const check = first < 10 ? first : weighed(id, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
  return check % 10 === digitAt(id, 10);
}

/** Women have 50 added to the month, newer numbers 20 or 70. */
function isCzech(id: string): boolean {
  const month = Number(id.slice(2, 4)) % 50;
  if (!isDay(month > 20 ? month - 20 : month, Number(id.slice(4, 6)))) return false;
  const rest = Number(id.slice(0, 9)) % 11;
  return rest % 10 === digitAt(id, 9);
}

function isRomanian(id: string): boolean {
  const rest = weighed(id, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
  return isShortDate(id, 1) && (rest === 10 ? 1 : rest) === digitAt(id, 12);
}

function isBulgarian(id: string): boolean {
  if (!isDay(Number(id.slice(2, 4)) % 20, Number(id.slice(4, 6)))) return false;
  return (weighed(id, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10 === digitAt(id, 9);
}

function isTurkish(id: string): boolean {
  const odd = weighed(id, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
  const even = weighed(id, [0, 1, 0, 1, 0, 1, 0, 1]);
  if ((((odd * 7 - even) % 10) + 10) % 10 !== digitAt(id, 9)) return false;
  return (odd + even + digitAt(id, 9)) % 10 === digitAt(id, 10);
}

function isSnils(id: string): boolean {
  const sum = weighed(id, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
  return (sum % 101) % 100 === Number(id.slice(9)) && !isUniform(id);
}

export const NORTH = [
  recogniser("FI_PERSONAL_IDENTITY_CODE", "2:9 1:10 1:9 0:10", {
    words: 2,
    shape: /^\d{6}[-+A-FYXWVU]\d{3}[0-9A-FHJ-NPR-Y]$/i,
    check: isHetu,
    score: 0.85,
    beside: "hetu henkilötunnus personbeteckning",
  }),
  recogniser("SE_PERSONNUMMER", "0:10 0:12", {
    words: 2,
    shape: /^(?:18|19|20)?\d{6}[-+]?\d{4}$/,
    check: isPersonnummer,
    score: 0.45,
    formatted: 0.7,
    beside: "personnummer personal swedish svenskt samordningsnummer",
  }),
  recogniser("SE_ORGANISATIONSNUMMER", "0:10", {
    words: 2,
    shape: /^\d{6}-?\d{4}$/,
    check: isOrgnr,
    score: 0.3,
    formatted: 0.6,
    beside: "organisationsnummer orgnr org företag",
  }),
  recogniser("DK_CPR", "0:10", {
    words: 2,
    shape: /^\d{6}-?\d{4}$/,
    check: isCpr,
    score: 0.15,
    formatted: 0.55,
    beside: "cpr personnummer",
  }),
  recogniser("NO_FODSELSNUMMER", "0:11", {
    words: 2,
    shape: /^\d{6} ?\d{5}$/,
    check: isNorwegian,
    score: 0.7,
    beside: "fødselsnummer personnummer fnr",
  }),
  recogniser("IS_KENNITALA", "0:10", {
    words: 2,
    shape: /^\d{6}-?\d{3}[089]$/,
    check: isKennitala,
    score: 0.4,
    formatted: 0.7,
    beside: "kennitala kt",
  }),
  recogniser("EE_LT_PERSONAL_CODE", "0:11", {
    shape: /^[1-6]\d{10}$/,
    check: isBaltic,
    score: 0.55,
    beside: "isikukood asmens kodas",
  }),
  recogniser("CZ_SK_BIRTH_NUMBER", "0:10", {
    words: 2,
    shape: /^\d{6}\/?\d{4}$/,
    check: isCzech,
    score: 0.4,
    formatted: 0.8,
    beside: "rodné číslo rč",
  }),
  recogniser("RO_CNP", "0:13", {
    shape: /^[1-9]\d{12}$/,
    check: isRomanian,
    score: 0.65,
    beside: "cnp numeric personal",
  }),
  recogniser("BG_EGN", "0:10", {
    shape: /^\d{10}$/,
    check: isBulgarian,
    score: 0.4,
    beside: "егн egn",
  }),
  recogniser("HR_OIB", "0:11", {
    shape: /^\d{11}$/,
    check: mod11And10,
    score: 0.3,
    beside: "oib osobni",
  }),
  recogniser("TR_NATIONAL_ID", "0:11", {
    shape: /^[1-9]\d{10}$/,
    check: isTurkish,
    score: 0.65,
    beside: "kimlik tckn tc tckimlik vatandaşlık",
  }),
  recogniser("TR_LICENSE_PLATE", "1:4 1:5 1:6 2:4 2:5 2:6 3:4 3:5 3:6", {
    words: 3,
    shape: /^(?:0[1-9]|[1-7]\d|8[01]) ?[A-Z]{1,3} ?\d{2,4}$/,
    score: 0.35,
    beside: "plaka plakası araç plate license plakalı",
  }),
  recogniser("RU_SNILS", "0:11", {
    words: 4,
    shape: /^\d{3}-?\d{3}-?\d{3}[- ]?\d{2}$/,
    check: isSnils,
    score: 0.4,
    formatted: 0.75,
    beside: "снилс snils",
  }),
];
