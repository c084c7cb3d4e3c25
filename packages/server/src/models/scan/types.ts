// The words of the scanner: what goes in (tools), what comes out (events), what a format's parser says.

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema | boolean>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema | readonly JsonSchema[] | boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly [keyword: string]: unknown;
}

export interface ScannerTool {
  name: string;
  parameters?: JsonSchema;
}

export type ScanEvent =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "call"; name: string; arguments: Record<string, unknown>; raw: string; format: string }
  | { type: "malformed"; raw: string; format: string; why: string };

/** One thing that a format's parser found in a section: a call, or why there is none. */
export type Found =
  | { readonly name: string; readonly args: Record<string, unknown> }
  | { readonly why: string };

export interface Tools {
  /** Tools were given: then a call in an ambiguous format needs a known name. */
  readonly given: boolean;
  /** The caller says nothing about tools at all: untyped scalars are then read as JSON. */
  readonly untyped: boolean;
  readonly names: ReadonlySet<string>;
  schema(name: string): JsonSchema | undefined;
}

export function describeTools(tools: readonly ScannerTool[] | undefined): Tools {
  const schemas = new Map<string, JsonSchema | undefined>();
  for (const tool of tools ?? []) schemas.set(tool.name, tool.parameters);
  return {
    given: schemas.size > 0,
    untyped: tools === undefined,
    names: new Set(schemas.keys()),
    schema: (name) => schemas.get(name),
  };
}

// Bounds. What exceeds them is text or malformed, never a call.
export const DEPTH_MAX = 100;
export const NAME_CHARS_MAX = 128;
export const CALL_CHARS_MAX = 1_048_576;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Calls, whole and broken, that one text can have; what follows them is text. */
export const FOUND_MAX = 256;

export function isNameCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 45 ||
    code === 46 ||
    code > 191
  );
}

export function isSpaceCode(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

export function isName(name: string): boolean {
  if (name.length === 0 || name.length > NAME_CHARS_MAX) return false;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (code < 32 || code === 60 || code === 62) return false;
  }
  return true;
}

const TAG_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_.:-]*$/u;

/** A name as XML has it. */
export function isTagName(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    const isWord = ((code | 32) >= 97 && (code | 32) <= 122) || (code >= 48 && code <= 57);
    if (!isWord && code !== 95) return TAG_NAME.test(name);
  }
  return name !== "";
}
