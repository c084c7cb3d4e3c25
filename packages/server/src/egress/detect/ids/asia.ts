// Numbers of India, China, Japan, Korea and South-East Asia.
import { digitAt, isDay, isShortDate, isUniform, luhn, verhoeff, weighed } from "../checksum.ts";
import { recogniser } from "../identifier.ts";

/** Aadhaar: never a palindrome, which keeps 111111111111 and its like out. */
function isAadhaar(id: string): boolean {
  return verhoeff(id) && id !== id.split("").toReversed().join("");
}

const CHINESE_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

function isChinese(id: string): boolean {
  if (!isDay(Number(id.slice(10, 12)), Number(id.slice(12, 14)))) return false;
  return "10X98765432".charAt(weighed(id, CHINESE_WEIGHTS) % 11) === id.charAt(17);
}

function isMyNumber(id: string): boolean {
  const rest = weighed(id, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest <= 1 ? 0 : 11 - rest) === digitAt(id, 11) && !isUniform(id);
}

/** Numbers given since October 2020 carry no check digit: region 00 to 95, then at will. */
function isResident(id: string): boolean {
  return isShortDate(id) && Number(id.slice(7, 9)) <= 95;
}

function isBusiness(id: string): boolean {
  const sum = weighed(id, [1, 3, 7, 1, 3, 7, 1, 3]) + digitAt(id, 8) * 5;
  const more = Math.floor((digitAt(id, 8) * 5) / 10);
  return (10 - ((sum + more) % 10)) % 10 === digitAt(id, 9);
}

const NRIC_LETTERS = new Map([
  ["S", { add: 0, letters: "JZIHGFEDCBA" }],
  ["T", { add: 4, letters: "JZIHGFEDCBA" }],
  ["F", { add: 0, letters: "XWUTRQPNMLK" }],
  ["G", { add: 4, letters: "XWUTRQPNMLK" }],
  ["M", { add: 3, letters: "XWUTRQPNJLK" }],
]);

function isNric(id: string): boolean {
  const series = NRIC_LETTERS.get(id.charAt(0));
  if (!series) return false;
  const sum = series.add + weighed(id, [2, 7, 6, 5, 4, 3, 2], 1);
  const letter = series.letters.charAt(sum % 11);
  return letter === id.charAt(8) || (id.startsWith("M") && "KLJNPQRTUWX".includes(id.charAt(8)));
}

/** No region begins with 0; the second and third digits name a province. */
function isThai(id: string): boolean {
  const rest = weighed(id, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  if ((11 - rest) % 10 !== digitAt(id, 12)) return false;
  const province = Number(id.slice(1, 3));
  return province >= 10 && ![28, 29, 59, 68, 69, 78, 79, 87, 88, 89, 97, 98, 99].includes(province);
}

function isTaiwanese(id: string): boolean {
  const region = "ABCDEFGHJKLMNPQRSTUVXYWZIO".indexOf(id.charAt(0)) + 10;
  const sum = Math.floor(region / 10) + (region % 10) * 9;
  return (sum + weighed(id, [8, 7, 6, 5, 4, 3, 2, 1, 1], 1)) % 10 === 0;
}

function isHongKong(id: string): boolean {
  const letter = id.charCodeAt(0) - 55;
  const rest = (324 + letter * 8 + weighed(id, [7, 6, 5, 4, 3, 2], 1)) % 11;
  return "0A987654321".charAt(rest) === id.charAt(7);
}

const GSTIN = /^(?:0[1-9]|[1-2]\d|3[0-8]|97|99)[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]$/i;

export const ASIA = [
  recogniser("IN_AADHAAR", "0:12", {
    words: 3,
    shape: /^[2-9]\d{3}([- :]?)\d{4}\1\d{4}$/,
    check: isAadhaar,
    score: 0.4,
    formatted: 0.65,
    beside: "aadhaar aadhar uidai uid आधार",
  }),
  recogniser("IN_PAN", "6:4 5:5", {
    shape: /^[A-Z]{3}[ABCFGHJLNPT][A-Z]\d{4}[A-Z]$|^[A-Z]\d{4}[A-Z]{5}$/i,
    score: 0.6,
    beside: "pan permanent income tax",
  }),
  recogniser("IN_GSTIN", "7:8 8:7 9:6", {
    class: "financial",
    shape: GSTIN,
    score: 0.8,
    beside: "gst gstin",
  }),
  recogniser("IN_VOTER", "3:7", {
    shape: /^[A-Z]{3}\d{7}$/i,
    score: 0.5,
    beside: "voter epic elector vote",
  }),
  recogniser("IN_PASSPORT", "1:7", {
    shape: /^[A-PR-WY][1-9]\d{5}[1-9]$/i,
    score: 0.3,
    beside: "passport",
  }),
  recogniser("IN_VEHICLE_REGISTRATION", "3:5 3:6 4:5 4:6 4:4 5:6 5:5 2:4 1:5", {
    words: 4,
    shape: /^[A-Z]{2}[- ]?\d{1,2}[- ]?[A-Z]{1,3}[- ]?\d{4}$|^MN\d{4}$|^I\d{5}$/i,
    score: 0.4,
    beside: "vehicle registration plate rto car",
  }),
  recogniser("CN_RESIDENT_ID", "0:18 1:17", {
    shape: /^[1-8]\d{5}(?:18|19|20)\d{9}[\dX]$/i,
    check: isChinese,
    score: 0.85,
    beside: "身份证 resident identity 身份证号",
  }),
  recogniser("JP_MY_NUMBER", "0:12", {
    words: 3,
    shape: /^\d{4}([- ]?)\d{4}\1\d{4}$/,
    check: isMyNumber,
    score: 0.25,
    formatted: 0.35,
    beside: "マイナンバー 個人番号 mynumber my number",
  }),
  recogniser("KR_RRN", "0:13", {
    words: 2,
    shape: /^\d{6}-?[1-4]\d{6}$/,
    check: isResident,
    score: 0.5,
    formatted: 0.8,
    beside: "주민등록번호 rrn resident korean",
  }),
  recogniser("KR_FRN", "0:13", {
    words: 2,
    shape: /^\d{6}-?[5-8]\d{6}$/,
    check: isResident,
    score: 0.5,
    formatted: 0.8,
    beside: "외국인등록번호 frn foreigner korean",
  }),
  recogniser("KR_BRN", "0:10", {
    class: "financial",
    words: 3,
    shape: /^\d{3}-?\d{2}-?\d{5}$/,
    check: isBusiness,
    score: 0.3,
    formatted: 0.6,
    beside: "사업자등록번호 brn business",
  }),
  recogniser("KR_DRIVER_LICENSE", "0:12", {
    words: 4,
    shape: /^(?:1[1-9]|2[0-68])-\d{2}-\d{6}-\d{2}$/,
    score: 0.6,
    beside: "운전면허 license licence driver",
  }),
  recogniser("KR_PASSPORT", "1:8 2:7", {
    shape: /^[MSRDG]\d{3}[A-Z\d]\d{4}$/i,
    score: 0.35,
    beside: "여권 여권번호 여권번호는 passport",
  }),
  recogniser("SG_NRIC_FIN", "2:7", {
    shape: /^[STFGM]\d{7}[A-Z]$/i,
    check: isNric,
    score: 0.75,
    beside: "nric fin singapore",
  }),
  recogniser("SG_UEN", "1:8 1:9 4:6 3:7", {
    shape: /^(?:\d{8}|(?:19|20)\d{7})[A-Z]$|^[STR]\d{2}[A-Z][A-Z\d]\d{4}[A-Z]$/i,
    score: 0.45,
    formatted: 0.45,
    beside: "uen entity singapore company registered",
  }),
  recogniser("TH_TNIN", "0:13", {
    words: 5,
    shape: /^[1-8]([- ]?)\d{4}\1\d{5}\1\d{2}\1\d$/,
    check: isThai,
    score: 0.45,
    formatted: 0.75,
    beside: "thai thailand เลขประจำตัวประชาชน เลขบัตรประชาชน บัตรประชาชน",
  }),
  recogniser("MY_NRIC", "0:12", {
    words: 3,
    shape: /^\d{6}-?\d{2}-?\d{4}$/,
    check: (id) => isShortDate(id) && Number(id.slice(6, 8)) <= 68,
    score: 0.25,
    formatted: 0.65,
    beside: "mykad nric malaysia ic kad",
  }),
  recogniser("ID_NIK", "0:16", {
    shape: /^[1-9]\d{15}$/,
    check: (id) => isDay(Number(id.slice(8, 10)), Number(id.slice(6, 8)) % 40),
    score: 0.3,
    beside: "nik ktp induk kependudukan",
  }),
  recogniser("PH_TIN", "0:9 0:12", {
    words: 4,
    shape: /^\d{3}-\d{3}-\d{3}(?:-\d{3})?$/,
    check: (id) => weighed(id, [9, 8, 7, 6, 5, 4, 3, 2]) % 11 === digitAt(id, 8),
    score: 0.6,
    beside: "tin bir taxpayer",
  }),
  recogniser("TW_NATIONAL_ID", "1:9", {
    shape: /^[A-Z][1289]\d{8}$/i,
    check: isTaiwanese,
    score: 0.6,
    beside: "身分證 taiwan national",
  }),
  recogniser("HK_ID", "1:7 2:6", {
    words: 2,
    shape: /^[A-Z]\d{6}\(?[\dA]\)?$/i,
    check: isHongKong,
    score: 0.4,
    beside: "hkid hong kong",
  }),
  recogniser("IL_ID", "0:9", {
    shape: /^\d{9}$/,
    check: (id) => luhn(id) && !isUniform(id),
    score: 0.1,
    beside: "teudat zehut israel israeli זהות",
  }),
  recogniser("AE_EMIRATES_ID", "0:15", {
    words: 4,
    shape: /^784([- ]?)\d{4}\1\d{7}\1\d$/,
    check: luhn,
    score: 0.75,
    beside: "emirates id",
  }),
];
