// A call's arguments as Cedar values of their declared shape. A value that does not fit is no value:
// the decision is then a denial, for a policy must never judge something else than what is sent.
import type { CedarValueJson } from "@cedar-policy/cedar-wasm/nodejs";
import { fail, ok, type Result } from "../../lib/result.ts";
import type { RecordShape, Shape } from "./shape.ts";

export type CedarRecord = { [name: string]: CedarValueJson };

export function cedarArguments(
  shape: RecordShape,
  given: Readonly<Record<string, unknown>>,
): Result<CedarRecord> {
  const record: CedarRecord = {};
  for (const [name, field] of shape.fields) {
    const value = Object.hasOwn(given, field.from) ? given[field.from] : undefined;
    if (value === undefined || value === null) {
      if (!field.required) continue;
      return fail("policy.error", `The argument "${field.from}" is missing.`);
    }
    const converted = cedarValue(field.shape, value);
    if (converted === undefined)
      return fail("policy.error", `Policy can't judge the value of the argument "${field.from}".`);
    record[name] = converted;
  }
  return ok(record);
}

function cedarValue(shape: Shape, value: unknown): CedarValueJson | undefined {
  if (shape.kind === "set")
    return Array.isArray(value) ? cedarSet(shape.element, value) : undefined;
  if (shape.kind === "record") return isRecord(value) ? cedarRecord(shape, value) : undefined;
  // Adding 0 makes -0 an integer like the others.
  if (shape.kind === "long") return Number.isSafeInteger(value) ? Number(value) + 0 : undefined;
  if (shape.kind === "micros") return typeof value === "number" ? toMicros(value) : undefined;
  const fits = typeof value === "string" || typeof value === "boolean";
  return fits && typeof value === shape.kind ? value : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function cedarRecord(
  shape: RecordShape,
  value: Readonly<Record<string, unknown>>,
): CedarRecord | undefined {
  const record = cedarArguments(shape, value);
  return record.ok ? record.value : undefined;
}

function cedarSet(element: Shape, values: readonly unknown[]): CedarValueJson[] | undefined {
  const set: CedarValueJson[] = [];
  for (const value of values) {
    const converted = cedarValue(element, value);
    if (converted === undefined) return undefined;
    set.push(converted);
  }
  return set;
}

/**
 * Exactly the number times a million, by its decimal digits; undefined when it has more than six
 * decimals or leaves the safe integers, because rounding could carry it over a policy's threshold.
 */
export function toMicros(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (!match) return undefined;
  const [, sign = "", whole = "", decimals = "", exponent = "0"] = match;
  const shift = 6 + Number(exponent) - decimals.length;
  const digits = whole + decimals;
  if (shift > 20) return value === 0 ? 0 : undefined;
  const kept = shift >= 0 ? digits + "0".repeat(shift) : digits.slice(0, shift);
  const cut = shift >= 0 ? "" : digits.slice(shift);
  if (/[1-9]/.test(cut)) return undefined;
  const micros = Number(`${sign}${kept || "0"}`) + 0;
  return Number.isSafeInteger(micros) ? micros : undefined;
}
