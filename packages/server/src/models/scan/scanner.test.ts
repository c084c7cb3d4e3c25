// The scanner's promises: what is executed and what never is, any chunking, early text, linear work.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOSTILE_TOOLS, hostileTexts, soupTexts } from "./hostile.ts";
import { createScanner, joinText, scanText } from "./scanner.ts";
import type { ScanEvent, ScannerTool } from "./scanner.ts";

const TOOLS: ScannerTool[] = [
  {
    name: "find_order",
    parameters: {
      type: "object",
      properties: {
        id: { type: "string" },
        days: { type: "integer" },
        tags: { type: "array", items: { type: "string" } },
        note: { type: "string" },
      },
      required: ["id"],
    },
  },
  { name: "ping" },
];

type Call = readonly [name: string, args: Record<string, unknown>];

function callsOf(events: readonly ScanEvent[]): Call[] {
  return events.flatMap((event): Call[] =>
    event.type === "call" ? [[event.name, event.arguments]] : [],
  );
}

function scan(text: string): Call[] {
  return callsOf(scanText(text, { tools: TOOLS }));
}

function textOf(events: readonly ScanEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}

const ORDER: Call = ["find_order", { id: "42", days: 3 }];
const ORDER_JSON = '{"name":"find_order","arguments":{"id":"42","days":3}}';
const FORMATS: Readonly<Record<string, string>> = {
  hermes: `<tool_call>\n${ORDER_JSON}\n</tool_call>`,
  "hermes in a fence in the tag": `<tool_call>\n\`\`\`json\n${ORDER_JSON}\n\`\`\`\n</tool_call>`,
  "qwen coder":
    "<tool_call>\n<function=find_order>\n<parameter=id>\n42\n</parameter>\n<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>",
  anthropic:
    '<function_calls>\n<invoke name="find_order">\n<parameter name="id">42</parameter>\n<parameter name="days">3</parameter>\n</invoke>\n</function_calls>',
  minimax:
    '<minimax:tool_call>\n<invoke name="find_order">\n<parameter name="id">42</parameter><parameter name="days">3</parameter></invoke></minimax:tool_call>',
  dsml: '<｜DSML｜function_calls><｜DSML｜invoke name="find_order"><｜DSML｜parameter name="id" string="true">42</｜DSML｜parameter><｜DSML｜parameter name="days" string="false">3</｜DSML｜parameter></｜DSML｜invoke></｜DSML｜function_calls>',
  step3:
    '<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke name="find_order"><steptml:parameter name="id">42</steptml:parameter><steptml:parameter name="days">3</steptml:parameter></steptml:invoke><｜tool_call_end｜><｜tool_calls_end｜>',
  glm: "<tool_call>find_order\n<arg_key>id</arg_key>\n<arg_value>42</arg_value>\n<arg_key>days</arg_key>\n<arg_value>3</arg_value>\n</tool_call>",
  kimi: '<|tool_calls_section_begin|><|tool_call_begin|>functions.find_order:0<|tool_call_argument_begin|>{"id":"42","days":3}<|tool_call_end|><|tool_calls_section_end|>',
  "deepseek 3":
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>find_order\n```json\n{"id":"42","days":3}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  "deepseek 3.1":
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>find_order<｜tool▁sep｜>{"id":"42","days":3}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  cohere:
    '<|START_ACTION|>[{"tool_call_id":"0","tool_name":"find_order","parameters":{"id":"42","days":3}}]<|END_ACTION|>',
  "mistral array": `[TOOL_CALLS] [${ORDER_JSON}]`,
  "mistral name": '[TOOL_CALLS]find_order{"id":"42","days":3}',
  "mistral args": '[TOOL_CALLS]find_order[ARGS]{"id":"42","days":3}',
  "llama tag": '<|python_tag|>{"name":"find_order","parameters":{"id":"42","days":3}}',
  bare: ORDER_JSON,
  "json fence": `\`\`\`json\n${ORDER_JSON}\n\`\`\``,
  pythonic: '[find_order(id="42", days=3)]',
  "tag and children": "<find_order><id>42</id><days>3</days></find_order>",
  "tag and yaml": '<find_order>\nid: "42"\ndays: 3\n</find_order>',
  "tag and json": '<find_order>{"id":"42","days":3}</find_order>',
};

describe("formats", () => {
  for (const [name, text] of Object.entries(FORMATS)) {
    it(`reads ${name}`, () => {
      expect(scan(`I look it up.\n${text}`)).toEqual([ORDER]);
    });

    it(`runs ${name} neither in code, in a quote, in a tool's result, nor while thinking`, () => {
      const wrappers = [
        `~~~\nExample:\n${text.replaceAll("```", "")}\n~~~`,
        `> ${text.replaceAll("\n", "\n> ")}`,
        `<tool_response>${text}</tool_response>`,
        `<think>${text}</think>`,
        `<tool_result>${text}`,
        `<!-- ${text} -->`,
      ];
      for (const wrapped of wrappers) expect(scan(`Like this:\n${wrapped}`)).toEqual([]);
    });
  }

  it("keeps a text argument text, and reads what the schema says is no text", () => {
    const args = "<id>007</id><days>7</days><tags><item>a</item><item>1</item></tags>";
    expect(scan(`<find_order>${args}</find_order>`)).toEqual([
      ["find_order", { id: "007", days: 7, tags: ["a", "1"] }],
    ]);
  });

  it("emits a call to an unknown tool in an unmistakable format, never in an ambiguous one", () => {
    expect(scan('<tool_call>{"name":"other","arguments":{}}</tool_call>')).toEqual([["other", {}]]);
    expect(scan('{"name":"other","arguments":{}}')).toEqual([]);
    expect(scan("[other()]")).toEqual([]);
    expect(scan("<other></other>")).toEqual([]);
    expect(scan('```json\n{"name":"other","arguments":{}}\n```')).toEqual([]);
  });

  it("reads JSON as models write it", () => {
    const sloppy = `<tool_call>{name: 'find_order', arguments: {"id": "a "b" c", "note": "x\ny",}} </tool_call>`;
    expect(scan(sloppy)).toEqual([["find_order", { id: 'a "b" c', note: "x\ny" }]]);
  });

  it("takes a new opening tag for a forgotten closing tag", () => {
    const text = `<tool_call>${ORDER_JSON}\n<tool_call>{"name":"ping","arguments":{}}</tool_call>`;
    expect(scan(text)).toEqual([ORDER, ["ping", {}]]);
  });

  it("does not run half a call when the stream is cut off", () => {
    expect(scan("<function=find_order><parameter=days>3</parameter>")).toEqual([]);
    expect(scan("<function=find_order><parameter=id>4")).toEqual([]);
    expect(scan('<tool_call>{"name":"find_order","arguments":{"id":"4')).toEqual([]);
  });
});

describe("what is quoted", () => {
  it.each([
    ["inline code", `Write \`${ORDER_JSON}\` for it.`],
    ["inline code over lines", `Write \`<tool_call>\n${ORDER_JSON}\n</tool_call>\` for it.`],
    ["a quotation", 'He wrote "<ping/>" and left.'],
    ["a single-quoted tag", "He wrote '<ping/>' and left."],
    ["typographic quotes", "He wrote “<ping/>” and left."],
    ["code that only contains a call", `\`\`\`\nfirst\n${ORDER_JSON}\n\`\`\``],
    ["code of another language", `\`\`\`xml\n<ping/>\n\`\`\``],
    ["a longer fence", `\`\`\`\`\n\`\`\`\n<ping/>\n\`\`\`\n\`\`\`\``],
    ["a value of another call", "<find_order><id>1</id><note><ping/></note></find_order>"],
    ["the torn rest of a section", `${ORDER_JSON}\n</tool_call>`],
  ])("never runs %s", (_, text) => {
    expect(scan(text).filter(([name]) => name === "ping" || name === "x")).toEqual([]);
    expect(scan(text).length).toBe(text.startsWith("<find_order>") ? 1 : 0);
  });

  it("runs what stands after the quoted part", () => {
    expect(scan('`x` and "y"\n```\ncode\n```\n> quote\n<think>hm</think><ping/>')).toEqual([
      ["ping", {}],
    ]);
  });
});

describe("prototype keys", () => {
  it.each([
    '<tool_call>{"name":"ping","arguments":{"__proto__":{"polluted":true}}}</tool_call>',
    '<tool_call>{"name":"ping","arguments":{"a":[{"constructor":{}}]}}</tool_call>',
    "<function=ping><parameter=__proto__>1</parameter></function>",
    "<ping><__proto__><polluted>1</polluted></__proto__></ping>",
    "<ping>\n__proto__:\n  polluted: true\n</ping>",
    "[ping(__proto__=1)]",
  ])("refuses %s", (text) => {
    expect(scan(text)).toEqual([]);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("streaming", () => {
  it("lets text go as soon as it can be no call", () => {
    const scanner = createScanner({ tools: TOOLS });
    expect(textOf(scanner.push("a < b and [1] {"))).toBe("a < b and [1] ");
    expect(textOf(scanner.push("x} <pi"))).toBe("{x} ");
    expect(textOf(scanner.push("e> `"))).toBe("<pie> ");
    expect(textOf(scanner.end())).toBe("`");
  });

  it("emits a call when its closing tag is there, and never takes it back", () => {
    const scanner = createScanner({ tools: TOOLS });
    const early = scanner.push(`${FORMATS["hermes"]}`);
    expect(callsOf(early)).toEqual([ORDER]);
    expect(callsOf([...scanner.push("</tool_call>"), ...scanner.end()])).toEqual([]);
  });

  const marks = [
    "<tool_call>",
    "</tool_call>",
    "<think>",
    "</think>",
    "```",
    "`",
    '"',
    "'",
    "\n",
    " ",
  ];
  const starts = ["> ", "[", "{", "[TOOL_CALLS]", "<ping", "/>", "word", '{"name":', "<!--", "~~~"];
  const pieces = fc.constantFrom(...Object.values(FORMATS), ...marks, ...starts);
  const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));

  it("gives the same events for any chunking", () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(60), { maxLength: 30 }), (text, sizes) => {
        const scanner = createScanner({ tools: TOOLS });
        const events: ScanEvent[] = [];
        let at = 0;
        for (const size of sizes) {
          events.push(...scanner.push(text.slice(at, at + size)));
          at += size;
        }
        events.push(...scanner.push(text.slice(at)), ...scanner.end());
        expect(joinText(events)).toEqual(scanText(text, { tools: TOOLS }));
      }),
      { numRuns: 500 },
    );
  });

  it("loses no word of a text without markup", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(textOf(scanText(text, {}))).toBe(text);
      }),
    );
  });
});

function inChunks(text: string, size: number, tools: readonly ScannerTool[]): ScanEvent[] {
  const scanner = createScanner({ tools });
  const events: ScanEvent[] = [];
  for (let i = 0; i < text.length; i += size) events.push(...scanner.push(text.slice(i, i + size)));
  return joinText([...events, ...scanner.end()]);
}

describe("hostile texts", () => {
  it("give the same events whole, in chunks of 64, and character by character", () => {
    for (const { name, text } of [...hostileTexts(2_000), ...soupTexts(200, 1_000)]) {
      const whole = scanText(text, { tools: HOSTILE_TOOLS });
      expect(inChunks(text, 64, HOSTILE_TOOLS), name).toEqual(whole);
      expect(inChunks(text, 1, HOSTILE_TOOLS), name).toEqual(whole);
    }
  });
});

function stepsOf(text: string, size: number): number {
  const scanner = createScanner({ tools: HOSTILE_TOOLS });
  for (let i = 0; i < text.length; i += size) scanner.push(text.slice(i, i + size));
  scanner.end();
  return scanner.steps;
}

describe("too many", () => {
  it("calls are 256, and what follows is text; more in one section are none", () => {
    const call = '<tool_call>{"name":"ping","arguments":{}}</tool_call>\n';
    const events = scanText(call.repeat(300), { tools: TOOLS });
    expect(callsOf(events)).toHaveLength(256);
    expect(textOf(events)).toContain(call);
    expect(scan(`[${"ping(), ".repeat(300)}ping()]`)).toEqual([]);
  });

  it("tags in a body are no arguments, but in an argument that is a text they are its text", () => {
    const tags = "<a></a>".repeat(10_000);
    expect(scan(`<find_order><x>${tags}</x></find_order>`)).toEqual([]);
    const [[, args] = ["", {}]] = scan(`<find_order><id>7</id><note>${tags}</note></find_order>`);
    expect(args).toEqual({ id: "7", note: tags });
    const parameters = "<parameter=x>1</parameter>".repeat(2_000);
    expect(scan(`<tool_call><function=ping>${parameters}</function></tool_call>`)).toEqual([]);
  });
});

describe("work", () => {
  const STEPS_PER_CHAR_MAX = 8;
  const SIZES = [1_000_000, 64, 1];

  it("is a bounded number of steps for each character of any hostile text", () => {
    for (const { name, text } of [...hostileTexts(40_000), ...soupTexts(60, 20_000)])
      for (const size of SIZES)
        expect(stepsOf(text, size) / text.length, `${name} by ${size}`).toBeLessThan(
          STEPS_PER_CHAR_MAX,
        );
  });

  it("doubles, and no more, where the text does", () => {
    const doubled = new Map(hostileTexts(20_000).map(({ name, text }) => [name, text]));
    for (const { name, text } of hostileTexts(10_000))
      expect(stepsOf(doubled.get(name) ?? "", 64), name).toBeLessThan(
        2.2 * stepsOf(text, 64) + 40_000,
      );
  });
});
