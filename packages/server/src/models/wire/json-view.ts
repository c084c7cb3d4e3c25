// Reads what a provider sent without trusting its shape: wrong types read as absent.

export type View = Readonly<Record<string, unknown>>;

export function isView(value: unknown): value is View {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function viewOf(value: unknown, key: string): View | undefined {
  if (!isView(value)) return undefined;
  const found = value[key];
  return isView(found) ? found : undefined;
}

export function textOf(value: View | undefined, key: string): string | undefined {
  const found = value?.[key];
  return typeof found === "string" ? found : undefined;
}

export function countOf(value: View | undefined, key: string): number | undefined {
  const found = value?.[key];
  return typeof found === "number" && Number.isFinite(found) && found >= 0 ? found : undefined;
}

export function listOf(value: View | undefined, key: string): readonly unknown[] {
  const found = value?.[key];
  return Array.isArray(found) ? found : [];
}

/** Undefined when the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
