// Numbers of Latin America, Africa, Australia and New Zealand.
import { digitAt, isDay, isShortDate, isUniform, luhn, weighed } from "../checksum.ts";
import { recogniser } from "../identifier.ts";

function brazilian(id: string, weights: readonly number[]): number {
  const rest = weighed(id, weights) % 11;
  return rest < 2 ? 0 : 11 - rest;
}

const CPF = [10, 9, 8, 7, 6, 5, 4, 3, 2];
const CNPJ = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];

function isCpf(id: string): boolean {
  return (
    brazilian(id, CPF) === digitAt(id, 9) &&
    brazilian(id, [11, ...CPF]) === digitAt(id, 10) &&
    !isUniform(id)
  );
}

function isCnpj(id: string): boolean {
  return (
    brazilian(id, CNPJ) === digitAt(id, 12) &&
    brazilian(id, [6, ...CNPJ]) === digitAt(id, 13) &&
    !isUniform(id)
  );
}

const CURP_SIGNS = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";

function isCurp(id: string): boolean {
  if (!isShortDate(id, 4)) return false;
  let sum = 0;
  for (let index = 0; index < 17; index++)
    sum += CURP_SIGNS.indexOf(id.charAt(index)) * (18 - index);
  return (10 - (sum % 10)) % 10 === digitAt(id, 17);
}

function isClabe(id: string): boolean {
  let sum = 0;
  for (let index = 0; index < 17; index++)
    sum += (digitAt(id, index) * (digitAt("371", index % 3) || 0)) % 10;
  return (10 - (sum % 10)) % 10 === digitAt(id, 17) && !isUniform(id);
}

function isCuit(id: string): boolean {
  const rest = 11 - (weighed(id, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11);
  return (rest === 11 ? 0 : rest === 10 ? 9 : rest) === digitAt(id, 10) && !isUniform(id);
}

function isRut(id: string): boolean {
  let sum = 0;
  for (let index = id.length - 2, weight = 2; index >= 0; index--, weight++)
    sum += digitAt(id, index) * (((weight - 2) % 6) + 2);
  return "0K987654321".charAt(sum % 11) === id.slice(-1);
}

/** The eleventh digit: citizen, permanent resident, refugee. */
function isSouthAfrican(id: string): boolean {
  return isShortDate(id) && digitAt(id, 10) <= 2 && luhn(id);
}

function isTfn(id: string): boolean {
  return weighed(id, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0 && !isUniform(id);
}

function isAbn(id: string): boolean {
  const sum = weighed(id, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10;
  return sum % 89 === 0 && !id.startsWith("0");
}

function isAcn(id: string): boolean {
  const check = (10 - (weighed(id, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10;
  return check === digitAt(id, 8) && !isUniform(id);
}

function isMedicare(id: string): boolean {
  return weighed(id, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === digitAt(id, 8);
}

export const SOUTH = [
  recogniser("BR_CPF", "0:11", {
    words: 4,
    shape: /^\d{3}\.?\d{3}\.?\d{3}-?\d{2}$/,
    check: isCpf,
    score: 0.6,
    formatted: 0.85,
    beside: "cpf cadastro",
  }),
  recogniser("BR_CNPJ", "0:14", {
    words: 5,
    shape: /^\d{2}\.?\d{3}\.?\d{3}\/?\d{4}-?\d{2}$/,
    check: isCnpj,
    score: 0.6,
    formatted: 0.85,
    beside: "cnpj empresa",
  }),
  recogniser("MX_CURP", "12:6 11:7", {
    shape: /^[A-Z][AEIOUX][A-Z]{2}\d{6}[HMX][A-Z]{5}[A-Z\d]\d$/i,
    check: isCurp,
    score: 0.85,
    beside: "curp",
  }),
  recogniser("MX_RFC", "4:9 5:8 6:7 7:6 4:8 5:7 6:6 3:9", {
    shape: /^[A-ZÑ&]{3,4}\d{6}[A-Z\d]{2}[A\d]$/i,
    check: (id) => isShortDate(id, id.length - 9),
    score: 0.6,
    beside: "rfc contribuyente",
  }),
  recogniser("MX_CLABE", "0:18", {
    class: "financial",
    words: 4,
    shape: /^\d{3} ?\d{3} ?\d{11} ?\d$/,
    check: isClabe,
    score: 0.35,
    beside: "clabe cuenta interbancaria",
  }),
  recogniser("AR_CUIT", "0:11", {
    words: 3,
    shape: /^(?:20|23|24|27|30|33|34)-?\d{8}-?\d$/,
    check: isCuit,
    score: 0.4,
    formatted: 0.8,
    beside: "cuit cuil",
  }),
  recogniser("CL_RUT", "0:8 0:9 1:7 1:8", {
    words: 4,
    shape: /^\d{1,2}\.?\d{3}\.?\d{3}-[\dK]$/i,
    check: isRut,
    score: 0.6,
    beside: "rut run",
  }),
  recogniser("ZA_ID_NUMBER", "0:13", {
    words: 4,
    shape: /^\d{6} ?\d{4} ?\d{2} ?\d$/,
    check: isSouthAfrican,
    score: 0.6,
    beside: "rsa south african id identity",
  }),
  recogniser("NG_NIN", "0:11", {
    shape: /^\d{11}$/,
    check: (id) => !isUniform(id),
    score: 0.1,
    beside: "nin nimc nigerian nigeria",
  }),
  recogniser("NG_VEHICLE_REGISTRATION", "5:3", {
    words: 2,
    shape: /^[A-Z]{3}[- ]?\d{3}[A-Z]{2}$/i,
    score: 0.4,
    beside: "plate vehicle registration number car",
  }),
  recogniser("AU_TFN", "0:9", {
    words: 3,
    shape: /^\d{3} ?\d{3} ?\d{3}$/,
    check: isTfn,
    score: 0.3,
    formatted: 0.35,
    beside: "tfn tax file",
  }),
  recogniser("AU_ABN", "0:11", {
    words: 4,
    shape: /^\d{2} ?\d{3} ?\d{3} ?\d{3}$/,
    check: isAbn,
    score: 0.4,
    formatted: 0.6,
    beside: "abn business",
  }),
  recogniser("AU_ACN", "0:9", {
    words: 3,
    shape: /^\d{3} ?\d{3} ?\d{3}$/,
    check: isAcn,
    score: 0.25,
    formatted: 0.3,
    beside: "acn company",
  }),
  recogniser("AU_MEDICARE", "0:10 0:11", {
    class: "phi",
    words: 3,
    shape: /^[2-6]\d{3} ?\d{5} ?\d{1,2}$/,
    check: isMedicare,
    score: 0.3,
    formatted: 0.55,
    beside: "medicare",
  }),
  recogniser("NZ_NHI", "3:4 5:2", {
    class: "phi",
    shape: /^[A-HJ-NP-Z]{3}(?:\d{4}|\d{2}[A-HJ-NP-Z]{2})$/,
    score: 0.1,
    beside: "nhi health zealand",
  }),
  recogniser("EG_NATIONAL_ID", "0:14", {
    shape: /^[23]\d{13}$/,
    check: (id) => isShortDate(id, 1) && isDay(Number(id.slice(3, 5)), Number(id.slice(5, 7))),
    score: 0.35,
    beside: "egypt egyptian national id",
  }),
];
