// The scanner against the shared corpus of model texts: names, arguments, text, and every chunking.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createScanner, joinText, scanText } from "../src/models/scan/scanner.ts";
import type { ScanEvent, ScannerTool } from "../src/models/scan/scanner.ts";

const CORPUS = fileURLToPath(new URL("../../../../shared/data/toolcalls.json", import.meta.url));

const at = z.object({ path: z.array(z.union([z.string(), z.number()])), value: z.unknown() });
const caseSchema = z.object({
  id: z.string(),
  text: z.string(),
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
  expect: z.object({
    count: z.number().nullable(),
    text: z.string().optional(),
    calls: z.array(
      z.object({
        name: z.string().optional(),
        arguments: z.unknown().optional(),
        args_at: z.array(at).optional(),
      }),
    ),
  }),
});
type Case = z.infer<typeof caseSchema>;

function pick(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined,
    value,
  );
}

/** The text before the first call; with no call, all that is not a call. */
function leadingText(events: readonly ScanEvent[]): string {
  const first = events.findIndex((event) => event.type === "call");
  return events
    .slice(0, first < 0 ? undefined : first)
    .map((event) =>
      event.type === "text" ? event.text : event.type === "malformed" ? event.raw : "",
    )
    .join("");
}

function toolsOf(one: Case): { tools?: ScannerTool[] } {
  return one.tools === undefined ? {} : { tools: one.tools };
}

function judge(one: Case): string | undefined {
  const events = scanText(one.text, toolsOf(one));
  const calls = events.filter((event) => event.type === "call");
  const { count, text } = one.expect;
  if (count === null ? calls.length < one.expect.calls.length : calls.length !== count)
    return `count ${calls.length}, wanted ${count}`;
  for (const [i, wanted] of one.expect.calls.entries()) {
    const call = calls[i];
    if (wanted.name !== undefined && call?.name !== wanted.name) return `name ${call?.name}`;
    if (wanted.arguments !== undefined && !isDeepStrictEqual(call?.arguments, wanted.arguments))
      return `arguments ${JSON.stringify(call?.arguments)}`;
    for (const { path, value } of wanted.args_at ?? [])
      if (!isDeepStrictEqual(pick(call?.arguments, path), value))
        return `${path.join(".")} = ${JSON.stringify(pick(call?.arguments, path))}`;
  }
  if (text !== undefined && leadingText(events) !== text)
    return `text ${JSON.stringify(leadingText(events))}`;
  return undefined;
}

const CUTS_MAX = 48;

/** Every place to cut a short text in two; of a long one, places spread evenly over it. */
function cutsOf(text: string): number[] {
  const count = Math.min(text.length - 1, CUTS_MAX);
  return Array.from({ length: count }, (_, i) => 1 + Math.floor((i * (text.length - 1)) / count));
}

describe.skipIf(!existsSync(CORPUS))("shared corpus of tool calls", () => {
  const cases = existsSync(CORPUS)
    ? z.object({ cases: z.array(caseSchema) }).parse(JSON.parse(readFileSync(CORPUS, "utf8"))).cases
    : [];

  it("finds what each case expects", () => {
    const wrong = cases.flatMap((one) => {
      const why = judge(one);
      return why === undefined ? [] : [`${one.id}: ${why}`];
    });
    expect(cases.length).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it("finds the same however the text is cut in two, and character by character", () => {
    for (const one of cases) {
      const options = toolsOf(one);
      const whole = scanText(one.text, options);
      for (const cut of cutsOf(one.text)) {
        const scanner = createScanner(options);
        const head = scanner.push(one.text.slice(0, cut));
        const events = joinText([...head, ...scanner.push(one.text.slice(cut)), ...scanner.end()]);
        if (!isDeepStrictEqual(events, whole))
          expect(events, `${one.id} cut at ${cut}`).toEqual(whole);
      }
      const scanner = createScanner(options);
      const events = Array.from({ length: one.text.length }, (_, i) =>
        scanner.push(one.text[i] ?? ""),
      );
      expect(joinText([...events.flat(), ...scanner.end()]), one.id).toEqual(whole);
    }
  });
});
