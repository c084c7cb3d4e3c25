// Every connector that is broken in one place, by the check that has to find it.
import { BROKEN_ASKING } from "./asking.ts";
import { BROKEN_CHANGES } from "./changes.ts";
import { BROKEN_LISTING } from "./listing.ts";
import { BROKEN_MANIFEST } from "./manifest.ts";
import { BROKEN_PUSH } from "./push.ts";
import { BROKEN_RIGHTS } from "./rights.ts";
import type { BrokenByCheck } from "./broken.ts";

export const BROKEN: BrokenByCheck = {
  ...BROKEN_MANIFEST,
  ...BROKEN_LISTING,
  ...BROKEN_RIGHTS,
  ...BROKEN_ASKING,
  ...BROKEN_PUSH,
  ...BROKEN_CHANGES,
};
