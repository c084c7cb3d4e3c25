// Fields of a source whose values an organisation may have replaced before anything leaves: names, addresses,
// numbers. A connector says which there are and reads them; an administrator says which count.
import type { Page } from "./item.ts";
import type { Source } from "./source.ts";

export interface KnownField {
  /** As the source calls it. */
  readonly field: string;
  /** Of data: `pii`, `phi`, `financial`, or one of the organisation's own. */
  readonly class: string;
}

export interface KnownList {
  /** A table, an object: as the source calls it. */
  readonly from: string;
  readonly fields: readonly KnownField[];
}

export interface Known<Settings> {
  /** What the crawl identity can read, each field with the class that its type or its name speaks for. */
  suggest(source: Source<Settings>): Promise<readonly KnownList[]>;
  /** All records of a list: values in the order of its fields, empty where there is none. */
  records(
    source: Source<Settings>,
    list: KnownList,
    cursor: string | null,
  ): Promise<Page<readonly string[]>>;
  /** Is another whenever a record has changed, come or gone; without it all are read each time. */
  readonly stamp?: (source: Source<Settings>, list: KnownList) => Promise<string>;
}

const BY_NAME: readonly (readonly [string, RegExp])[] = [
  ["phi", /^(mrn|medical_record.*|patient_(id|no|number)|insurance_(id|no|number)|health.*_id)$/],
  ["financial", /^(.*_)?(iban|card_(no|number)|account_(no|number)|bank_account.*)$/],
  [
    "pii",
    /^(.*_)?(e_?mail|(first|last|full|given|family|middle|maiden|birth)_?name|surname|phone|mobile|fax|telephone|ssn|passport.*|national_id|tax_id|street|address)(_?(address|number|no))?$/,
  ],
  ["pii", /^((contact|customer|patient|person|employee)_)?name$/],
];

/** The class that the name of a field speaks for; undefined: none. */
export function classOfField(field: string): string | undefined {
  const name = field
    .replace(/__c$/, "")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
  return BY_NAME.find(([, pattern]) => pattern.test(name))?.[0];
}
