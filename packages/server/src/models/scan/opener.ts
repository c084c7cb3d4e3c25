// What a marker opens, how a section's tags are read, and the tree in which markers are looked up.
import type { SectionSyntax, TagRole } from "./section.ts";
import type { Found, Tools } from "./types.ts";

export interface SectionInput {
  /** Opening tag and body, without the closing tag. */
  readonly raw: string;
  readonly body: string;
  /** The closing tag was there. If not, only what is unmistakably complete counts. */
  readonly closed: boolean;
  readonly tools: Tools;
}

export type Opener =
  | {
      readonly opens: "section";
      readonly format: string;
      readonly syntax: SectionSyntax;
      readonly parse: (input: SectionInput) => Found[];
    }
  /** Text up to `close` is the model's reasoning, or quoted: nothing in it is a call. */
  | { readonly opens: "reasoning"; readonly close: string }
  | { readonly opens: "quoted"; readonly close: string }
  /** A control token that is no text; `trims` drops the white space after it. */
  | { readonly opens: "nothing"; readonly trims: boolean }
  /** JSON without a closing tag; `name` is the tool's, if the marker says it. */
  | {
      readonly opens: "json-after";
      readonly format: "llama" | "mistral" | "functionary";
      readonly name?: string;
    };

/** One node of the tree of openers. */
export interface Branch {
  readonly next: Map<number, Branch>;
  opener: Opener | undefined;
}

/** Adds a marker to the tree. */
export function insert(root: Branch, marker: string, opener: Opener): void {
  let at = root;
  for (let i = 0; i < marker.length; i++) {
    const code = marker.charCodeAt(i);
    const next = at.next.get(code) ?? { next: new Map(), opener: undefined };
    at.next.set(code, next);
    at = next;
  }
  at.opener = opener;
}

const OTHER: TagRole = { is: "other" };
const CLOSE: TagRole = { is: "close" };
const RESTART: TagRole = { is: "restart" };

export function syntax(options: {
  close: readonly string[];
  restart?: readonly string[];
  /** Names whose tags hold values. */
  values?: readonly string[];
  /** The closing tag of a tag that holds a value. */
  value?: (tag: string) => string | undefined;
  accepts?: (head: string) => boolean | undefined;
}): SectionSyntax {
  const { close, restart = [], values = [], value } = options;
  const known = new Map<string, TagRole>();
  for (const name of values) known.set(`<${name}>`, { is: "value", close: `</${name}>` });
  for (const tag of restart) known.set(tag, RESTART);
  for (const tag of close) known.set(tag, CLOSE);
  return {
    role: (tag) => {
      const role = known.get(tag);
      if (role !== undefined) return role;
      if (tag.charCodeAt(1) === 47)
        return SPACE.test(tag) && close.includes(tag.replaceAll(/\s/g, "")) ? CLOSE : OTHER;
      const end = value?.(tag);
      return end === undefined ? OTHER : { is: "value", close: end };
    },
    accepts: options.accepts ?? (() => true),
  };
}

const SPACE = /\s/;
const PARAMETER = /^<([^\s/=]*?)(param|parameter|argument|arg)(?:=| name=)/;

/** `<parameter=x>`, `<parameter name="x">`, with any prefix: the tag that closes its value. */
export function parameterClose(tag: string): string | undefined {
  if (tag === "<arg_value>") return "</arg_value>";
  if (tag.endsWith("/>")) return undefined;
  if (tag.startsWith("<parameter")) {
    const after = tag["<parameter".length];
    return after === "=" || after === " " ? "</parameter>" : undefined;
  }
  const isNamed = tag.includes("=") && (tag.includes("param") || tag.includes("arg"));
  const match = isNamed ? PARAMETER.exec(tag) : null;
  return match === null ? undefined : `</${match[1] ?? ""}${match[2] ?? ""}>`;
}

export function section(
  format: string,
  close: readonly string[],
  options: {
    parse: (input: SectionInput) => Found[];
    restart?: readonly string[];
    accepts?: (head: string) => boolean;
  },
): Opener {
  const restart = options.restart ?? [];
  return {
    opens: "section",
    format,
    syntax: syntax({
      close,
      restart,
      value: parameterClose,
      ...(options.accepts === undefined ? {} : { accepts: options.accepts }),
    }),
    parse: options.parse,
  };
}
