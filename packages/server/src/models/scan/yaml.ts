// The YAML that models write as arguments: nested mappings and sequences, scalars, flow JSON, block
// text (| and >). One pass over the lines; anything else is undefined, never a guess.
import { parseLoose } from "./loose-json.ts";
import { readScalar } from "./coerce.ts";
import { DEPTH_MAX } from "./types.ts";

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly raw: string;
}

interface Reader {
  readonly lines: readonly Line[];
  at: number;
  bad: boolean;
}

/** A mapping, or undefined if the text is not one. */
export function parseYaml(text: string): Record<string, unknown> | undefined {
  const whole = text.endsWith("\n") ? text.slice(0, -1) : text;
  const lines = whole.split("\n").map((raw) => {
    const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    const body = line.trimStart();
    return { indent: line.length - body.length, text: body.trimEnd(), raw: line };
  });
  const r: Reader = { lines, at: 0, bad: false };
  skipBlank(r);
  const first = r.lines[r.at];
  if (first === undefined) return {};
  const out = readMapping(r, first.indent, 0);
  skipBlank(r);
  return r.bad || r.at < r.lines.length ? undefined : out;
}

function readMapping(r: Reader, indent: number, depth: number): Record<string, unknown> {
  const out = new Map<string, unknown>();
  for (;;) {
    skipBlank(r);
    const line = r.lines[r.at];
    if (r.bad || line === undefined || line.indent < indent) break;
    const split = keyOf(line.text);
    if (line.indent > indent || split === undefined || out.has(split.key) || depth > DEPTH_MAX) {
      r.bad = true;
      break;
    }
    r.at++;
    out.set(split.key, readAfterKey(r, split.rest, { indent, depth }));
  }
  return Object.fromEntries(out);
}

function keyOf(text: string): { key: string; rest: string } | undefined {
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, 1);
    if (end < 0 || text[end + 1] !== ":") return undefined;
    return { key: text.slice(1, end), rest: text.slice(end + 2).trim() };
  }
  const colon = text.endsWith(":") && !text.includes(": ") ? text.length - 1 : text.indexOf(": ");
  if (colon <= 0 || "[{<#-&*!|>%@`".includes(text[0] ?? "")) return undefined;
  return { key: text.slice(0, colon).trim(), rest: text.slice(colon + 1).trim() };
}

function readAfterKey(r: Reader, rest: string, at: { indent: number; depth: number }): unknown {
  if (rest === "" || rest.startsWith("#")) {
    skipBlank(r);
    const next = r.lines[r.at];
    if (next === undefined) return null;
    const isSequence = next.text === "-" || next.text.startsWith("- ");
    if (isSequence && next.indent >= at.indent) return readSequence(r, next.indent, at.depth + 1);
    if (next.indent <= at.indent) return null;
    if (keyOf(next.text) === undefined) return readLongScalar(r, "", at.indent);
    return readMapping(r, next.indent, at.depth + 1);
  }
  if (rest[0] === "|" || rest[0] === ">") {
    const block = readBlock(r, rest, at.indent);
    if (block !== undefined) return block;
  }
  const next = r.lines[r.at];
  const isLong = next !== undefined && next.text !== "" && next.indent > at.indent;
  const isQuoted = `"'`.includes(rest[0] ?? " ");
  if (isLong && !"[{".includes(rest[0] ?? " ") && (!isQuoted || !closesQuote(rest)))
    return readLongScalar(r, rest, at.indent);
  return readFlow(r, rest);
}

function closesQuote(text: string): boolean {
  return text.length > 1 && text.endsWith(text[0] ?? "");
}

// A scalar that goes on in deeper lines: one text, its lines joined by spaces.
function readLongScalar(r: Reader, rest: string, indent: number): unknown {
  const quote = rest[0] === '"' || rest[0] === "'";
  const parts = rest === "" ? [] : [rest];
  for (; r.at < r.lines.length; r.at++) {
    const line = r.lines[r.at];
    if (line === undefined || line.indent <= indent || line.text === "") break;
    if (!quote && keyOf(line.text) !== undefined) {
      r.bad = true;
      return undefined;
    }
    parts.push(line.text);
  }
  const text = parts.join(" ");
  if (quote && !closesQuote(text)) r.bad = true;
  return scalar(text);
}

function readSequence(r: Reader, indent: number, depth: number): unknown[] {
  const out: unknown[] = [];
  for (;;) {
    skipBlank(r);
    const line = r.lines[r.at];
    const isItem = line?.text === "-" || line?.text.startsWith("- ") === true;
    if (r.bad || line === undefined || line.indent !== indent || !isItem) return out;
    if (depth > DEPTH_MAX) r.bad = true;
    const rest = line.text.slice(1).trim();
    const inner = line.raw.length - line.raw.trimStart().slice(1).trimStart().length;
    const isMapping = rest !== "" && !`"'[{`.includes(rest[0] ?? "") && keyOf(rest) !== undefined;
    if (isMapping) out.push(readItemMapping(r, { rest, inner, depth }));
    else {
      r.at++;
      out.push(readAfterKey(r, rest, { indent, depth }));
    }
  }
}

// "- key: value" starts a mapping whose later keys stand under the first one.
function readItemMapping(r: Reader, item: { rest: string; inner: number; depth: number }): unknown {
  const first = keyOf(item.rest);
  r.at++;
  const at = { indent: item.inner, depth: item.depth };
  const value = first === undefined ? null : readAfterKey(r, first.rest, at);
  skipBlank(r);
  const next = r.lines[r.at];
  const more = next?.indent === item.inner ? readMapping(r, item.inner, item.depth + 1) : {};
  return Object.fromEntries([[first?.key ?? "", value], ...Object.entries(more)]);
}

function readBlock(r: Reader, header: string, indent: number): string | undefined {
  const isFolded = header[0] === ">";
  const mark = header.slice(1).split("#")[0]?.trim() ?? "";
  const chomp = mark.includes("-") ? "-" : mark.includes("+") ? "+" : "";
  const digits = mark.replaceAll(/[-+]/g, "");
  if (digits !== "" && !(digits.length === 1 && digits >= "1" && digits <= "9")) return undefined;
  let base = digits === "" ? -1 : indent + Number(digits);
  const lines: string[] = [];
  for (; r.at < r.lines.length; r.at++) {
    const line = r.lines[r.at];
    if (line === undefined) break;
    if (line.text !== "") {
      if (line.indent <= indent) break;
      if (base < 0) base = line.indent;
    }
    lines.push(
      line.text === ""
        ? line.raw.slice(Math.max(base, 0))
        : line.raw.slice(Math.min(base, line.indent)),
    );
  }
  const kept = lines.length;
  while (lines.length > 0 && lines.at(-1)?.trim() === "") lines.pop();
  const body = isFolded ? fold(lines) : lines.join("\n");
  if (chomp === "-" || lines.length === 0) return body;
  return body + "\n".repeat(chomp === "+" ? 1 + kept - lines.length : 1);
}

function fold(lines: readonly string[]): string {
  const out: string[] = [];
  for (const [i, line] of lines.entries()) {
    const before = lines[i - 1];
    const isPlain = line !== "" && !line.startsWith(" ");
    if (i > 0 && isPlain && before !== "" && before?.startsWith(" ") === false) out.push(" ");
    else if (i > 0 && (line === "" || !isPlain || before?.startsWith(" ") === true)) out.push("\n");
    out.push(line);
  }
  return out.join("");
}

function readFlow(r: Reader, rest: string): unknown {
  const first = rest[0] ?? "";
  if (first === "[" || first === "{") {
    const parts = [rest];
    while (!isBalanced(parts) && r.at < r.lines.length) {
      parts.push(r.lines[r.at]?.raw ?? "");
      r.at++;
    }
    const text = parts.join("\n").trim();
    const json = parseLoose(text, true);
    if (json.ok) return json.value;
    if (first === "[" && text.endsWith("]"))
      return text
        .slice(1, -1)
        .split(",")
        .map((item) => scalar(item.trim()));
    r.bad = true;
    return undefined;
  }
  return scalar(rest);
}

// Only the last part can close the first one; strings are left to the JSON parser.
function isBalanced(parts: readonly string[]): boolean {
  const first = parts[0]?.[0];
  return (
    parts
      .at(-1)
      ?.trimEnd()
      .endsWith(first === "[" ? "]" : "}") === true
  );
}

function scalar(text: string): unknown {
  const first = text[0];
  if (first === '"') {
    const json = parseLoose(text.slice(0, text.lastIndexOf('"') + 1), true);
    return json.ok && typeof json.value === "string" ? json.value : text;
  }
  if (first === "'" && text.length > 1 && text.endsWith("'"))
    return text.slice(1, -1).replaceAll("''", "'");
  const comment = text.indexOf(" #");
  const plain = (comment < 0 ? text : text.slice(0, comment)).trim();
  if (plain === "~") return null;
  return readScalar(plain) ?? (plain === "null" ? null : plain);
}

function skipBlank(r: Reader): void {
  for (;;) {
    const line = r.lines[r.at];
    if (line === undefined || (line.text !== "" && !line.text.startsWith("#"))) return;
    r.at++;
  }
}
