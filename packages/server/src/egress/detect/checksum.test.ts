// Check digits, against another implementation of each: numbers at random.
import { assert, constantFrom, integer, property } from "fast-check";
import { stdnum } from "stdnum";
import { expect, test } from "vitest";
import { RECOGNISERS } from "./id-scan.ts";
import { isIban } from "./ids/finance.ts";

interface Peer {
  validate(value: string): { isValid: boolean };
}

const digits = (count: number): string => "d".repeat(count);

/** Type, the other implementation, and a form: d a digit, A a letter, other signs themselves. */
const TABLE: readonly [type: string, peer: Peer | undefined, form: string][] = [
  ["CA_SIN", stdnum["CA"]?.["sin"], digits(9)],
  ["DE_TAX_ID", stdnum["DE"]?.["idnr"], digits(11)],
  ["DE_VAT_ID", stdnum["DE"]?.["vat"], `DE${digits(9)}`],
  ["ES_NIF", stdnum["ES"]?.["dni"], `${digits(8)}A`],
  ["ES_NIE", stdnum["ES"]?.["nie"], `X${digits(7)}A`],
  ["IT_VAT_CODE", stdnum["IT"]?.["iva"], digits(11)],
  ["PL_PESEL", stdnum["PL"]?.["pesel"], digits(11)],
  ["PL_NIP", stdnum["PL"]?.["nip"], digits(10)],
  ["NL_BSN", stdnum["NL"]?.["bsn"], digits(9)],
  ["BE_NRN", stdnum["BE"]?.["nn"], digits(11)],
  ["PT_NIF", stdnum["PT"]?.["nif"], digits(9)],
  ["FR_NIR", stdnum["FR"]?.["nir"], `1${digits(14)}`],
  ["FR_SIREN", stdnum["FR"]?.["siren"], digits(9)],
  ["SE_PERSONNUMMER", stdnum["SE"]?.["personnummer"], `${digits(6)}-${digits(4)}`],
  ["NO_FODSELSNUMMER", stdnum["NO"]?.["fodselsnummer"], digits(11)],
  ["IS_KENNITALA", stdnum["IS"]?.["kennitala"], digits(10)],
  ["EE_LT_PERSONAL_CODE", stdnum["EE"]?.["ik"], digits(11)],
  ["RO_CNP", stdnum["RO"]?.["cnp"], digits(13)],
  ["BG_EGN", stdnum["BG"]?.["egn"], digits(10)],
  ["HR_OIB", stdnum["HR"]?.["oib"], digits(11)],
  ["TR_NATIONAL_ID", stdnum["TR"]?.["tckimlik"], digits(11)],
  ["IN_AADHAAR", stdnum["IN"]?.["aadhaar"], digits(12)],
  ["TH_TNIN", stdnum["TH"]?.["idnr"], digits(13)],
  ["KR_BRN", stdnum["KR"]?.["brn"], digits(10)],
  ["BR_CPF", stdnum["BR"]?.["cpf"], digits(11)],
  ["BR_CNPJ", stdnum["BR"]?.["cnpj"], digits(14)],
  ["MX_CLABE", stdnum["MX"]?.["clabe"], digits(18)],
  ["AR_CUIT", stdnum["AR"]?.["cuit"], `20${digits(9)}`],
  ["CL_RUT", stdnum["CL"]?.["rut"], `${digits(8)}-d`],
  ["ZA_ID_NUMBER", stdnum["ZA"]?.["idnr"], digits(13)],
  ["AU_TFN", stdnum["AU"]?.["tfn"], digits(9)],
  ["AU_ABN", stdnum["AU"]?.["abn"], digits(11)],
  ["AU_ACN", stdnum["AU"]?.["acn"], digits(9)],
  ["UK_NINO", stdnum["GB"]?.["nino"], `AB${digits(6)}C`],
  ["US_SSN", stdnum["US"]?.["ssn"], digits(9)],
  ["CH_AHV", stdnum["CH"]?.["ssn"], `756${digits(10)}`],
];

const LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ";
const SAMPLES = 1_200;
/** What the other takes and we do not, each for a reason: prefixes never given, impossible dates. */
const STRICTER =
  /^(?:CA_SIN|DE_TAX_ID|DE_VAT_ID|BE_NRN|IS_KENNITALA|EE_LT_PERSONAL_CODE|BG_EGN|TH_TNIN|AR_CUIT|US_SSN)$/;

test.each(TABLE)("%s: as many are right as another implementation says", (type, peer, form) => {
  const ours = RECOGNISERS.find((each) => each.type === type);
  if (!ours || !peer) throw new Error(`there is no ${type} to compare`);
  const takes = (value: string): boolean =>
    ours.shape.test(value) && ours.check(value.replaceAll(/\W/g, ""));
  const draw = drawer(type.length * 7_919 + form.length);
  let both = 0;
  let refused = 0;
  for (let sample = 0; sample < SAMPLES; sample++) {
    const value = filled(form, draw);
    if (!peer.validate(value).isValid) continue;
    if (takes(value)) both++;
    else refused++;
  }
  if (!STRICTER.test(type)) expect(refused).toBe(0);
  // Numbers with two check digits and a date are rare: the sample is drawn on until one was right.
  for (let more = 0; both === 0 && more < 100_000; more++) {
    const value = filled(form, draw);
    if (takes(value) && peer.validate(value).isValid) both++;
  }
  expect(both).toBeGreaterThan(0);
});

/** Numbers below `limit`, the same each time. */
function drawer(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** The form with digits; small ones more often, so that dates come about. */
function filled(form: string, draw: (limit: number) => number): string {
  return form.replaceAll(/[dA]/g, (sign, index: number) => {
    if (sign === "A") return index === 0 ? "A" : LETTERS.charAt(draw(LETTERS.length));
    return String(draw(index < 8 && draw(10) < 4 ? 3 : 10));
  });
}

const COUNTRIES = [
  "DE89370400440532013000",
  "GB82WEST12345698765432",
  "FR1420041010050500013M02606",
];

test("one changed digit of an IBAN makes it none", () => {
  for (const iban of COUNTRIES) expect(isIban(iban), iban).toBe(true);
  assert(
    property(constantFrom(...COUNTRIES), integer({ min: 2, max: 21 }), (iban, at) => {
      const changed = (Number.parseInt(iban.charAt(at), 36) + 1) % 10;
      expect(isIban(`${iban.slice(0, at)}${changed}${iban.slice(at + 1)}`)).toBe(false);
    }),
  );
});
