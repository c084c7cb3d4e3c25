// The sentence of a failure's code, from the closed list.
import { ERRORS } from "@stead/protocol";
import type { ErrorCode } from "@stead/protocol";

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

export function sentenceOf(code: string): string {
  return isCode(code) ? ERRORS[code][1] : "Something went wrong.";
}
