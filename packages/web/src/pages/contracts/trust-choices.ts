// Who can have written something, in words, most trusted first.
import { trustSchema } from "@stead/protocol";
import type { Trust } from "@stead/protocol";

const TRUSTS: Record<Trust, string> = {
  person: "the person has typed it",
  record: "a field of a system of record",
  colleague: "a colleague’s text",
  outside: "anybody",
};

export const TRUST_CHOICES = trustSchema.options.map((value) => ({ value, label: TRUSTS[value] }));
