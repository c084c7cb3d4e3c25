// The first thing that is wrong with a ledger, thrown by the part of the check that meets it.
import type { Verification } from "@stead/protocol";

export type Bad = NonNullable<Verification["firstBad"]>;

/** What a finding in the signed log itself is filed under; seq is then a number of leaves. */
export const TREE = "checkpoints";

export class Finding extends Error {
  readonly bad: Bad;
  constructor(bad: Bad) {
    super(bad.why);
    this.bad = bad;
  }
}
