// The words by which a draft tells what a tool does. Lists of plain English, of no trade in particular.
import type { EffectClass } from "@stead/protocol";

/** "getUser_Info" is "get user info". */
export function wordsIn(text: string): string[] {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

const VERBS: readonly (readonly [EffectClass, ReadonlySet<string>])[] = [
  [
    "money",
    set(
      "pay wire refund charge purchase buy checkout withdraw payout remit disburse reimburse donate " +
        "bid invest sell trade redeem tip",
    ),
  ],
  [
    "irreversible",
    set(
      "delete remove drop purge erase destroy revoke terminate cancel wipe exec execute run eval " +
        "invoke deploy merge overwrite reset disable ban kick uninstall kill shutdown reboot format " +
        "truncate unsubscribe sign approve reject confirm grant authorize authorise launch trigger " +
        "spawn discard close finalize finalise replace expire fire dismiss lock prescribe dispense",
    ),
  ],
  [
    "outward",
    set(
      "send post publish share email mail message invite tweet notify dial sms forward reply respond " +
        "submit upload broadcast announce text dm release push fax ping alert deliver dispatch crawl " +
        "scrape navigate browse contact order book reserve rent hire apply request report " +
        "export import sync call connect visit transfer",
    ),
  ],
  [
    "write-shared",
    set(
      "create add update edit set write insert modify change move rename put patch assign schedule " +
        "save store append draft register enable toggle make copy fork star comment react label mark " +
        "upsert attach link unlink join leave archive pin subscribe tag link generate record reopen " +
        "resolve adjust increase decrease clear configure reschedule complete enroll enrol issue " +
        "open reprioritize manage place accept admit discharge log track upgrade downgrade activate",
    ),
  ],
  [
    "read",
    set(
      "get list read search find fetch show view lookup query describe count check retrieve compare " +
        "summarize summarise calculate compute validate verify inspect examine preview display " +
        "return returns load explain analyze analyse estimate convert translate echo whoami see " +
        "download give tell look review monitor filter peek stat detect convert parse",
    ),
  ],
];

/** The plain form of a verb as descriptions write it: "sends" is "send". */
function baseOf(word: string): string[] {
  const forms = [word];
  if (word.endsWith("ies")) forms.push(`${word.slice(0, -3)}y`);
  if (word.endsWith("es")) forms.push(word.slice(0, -2));
  if (word.endsWith("s") && !word.endsWith("ss")) forms.push(word.slice(0, -1));
  return forms;
}

/** The class of what a word does; undefined: it is no verb that we know. */
export function classOf(word: string, isDescribed = false): EffectClass | undefined {
  const forms = isDescribed ? baseOf(word) : [word];
  return VERBS.find(([, verbs]) => forms.some((form) => verbs.has(form)))?.[0];
}

export const MONEY_NOUNS = set(
  "money payment payments funds transaction transactions payout payouts refund refunds invoice " +
    "transfer transfers salary payroll bonus wallet purchase iban deposit remittance settlement",
);
/** What whoever controls it controls the rest by. */
export const KEY_NOUNS = set(
  "password passwords credential credentials permission permissions role roles secret secrets passcode " +
    "pin token tokens key keys mfa 2fa admin administrator access policy rule firewall webhook " +
    "collaborator collaborators beneficiary ownership",
);
export const WEB_NOUNS = set("web internet online google bing");
export const PUBLIC_NOUNS = set("public tweet blog social gist publicly everyone world website");

const CLASSES: readonly (readonly [string, ReadonlySet<string>])[] = [
  [
    "phi",
    set(
      "patient patients diagnosis diagnoses medical clinical prescription prescriptions allergy " +
        "allergies vitals lab medication medications encounter immunization",
    ),
  ],
  [
    "financial",
    set(
      "balance iban transaction transactions payment payments invoice invoices salary payroll account " +
        "money refund refunds expense expenses card cards billing portfolio loan",
    ),
  ],
  [
    "secret",
    set("password passwords credential credentials secret secrets env environment passcode"),
  ],
  [
    "pii",
    set(
      "user users email emails mail mails inbox contact contacts profile profiles person people member " +
        "members customer customers employee employees address addresses phone passport guest guests",
    ),
  ],
];

export function dataClasses(words: readonly string[]): string[] {
  return CLASSES.filter(([, nouns]) => words.some((word) => nouns.has(word))).map(([name]) => name);
}
