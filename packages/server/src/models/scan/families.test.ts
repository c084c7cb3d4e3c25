// The shapes of each model family, and their broken variants. Where the scanner differs on purpose from
// parsers that only salvage: a call with arguments that the schema refuses is emitted (validation tells
// the model why); one to an unknown tool too, in an unmistakable format; a cut-off stream runs no half
// call; an argument given twice is none; a line with a tool's bare name starts nothing; markup in code,
// quotes, thinking and results is text. What was emitted never changes.
import { describe, expect, it } from "vitest";
import { scanText } from "./scanner.ts";
import type { ScannerTool } from "./scanner.ts";

const TOOLS: ScannerTool[] = [
  {
    name: "book_room",
    parameters: {
      type: "object",
      properties: {
        room: { type: "string" },
        nights: { type: "integer" },
        guestName: { type: "string" },
        tags: { type: "array", items: { type: "string" } },
      },
      required: ["room"],
      additionalProperties: false,
    },
  },
  { name: "list_rooms", parameters: { type: "object", properties: {} } },
  { name: "say", parameters: { type: "object", properties: { text: { type: "string" } } } },
  {
    name: "label",
    parameters: {
      type: "object",
      patternProperties: { "^x-": { type: "number" } },
      additionalProperties: false,
    },
  },
];

type Call = readonly [name: string, args: Record<string, unknown>];

function scan(text: string): Call[] {
  return scanText(text, { tools: TOOLS }).flatMap((event): Call[] =>
    event.type === "call" ? [[event.name, event.arguments]] : [],
  );
}

const ROOM: Call = ["book_room", { room: "7b", nights: 2 }];
const LIST: Call = ["list_rooms", {}];
const ARGS = '{"room": "7b", "nights": 2}';
const CALL = `{"name": "book_room", "arguments": ${ARGS}}`;
const EMPTY = '{"name": "list_rooms", "arguments": {}}';
const FENCED = "\n```json\n" + ARGS + "\n```";

describe("families", () => {
  it.each<[string, string, Call[]]>([
    ["Granite", `<|tool_call|>[${CALL}, ${EMPTY}]`, [ROOM, LIST]],
    ["Granite without ends", `<function_call> ${CALL}<function_call> ${EMPTY}`, [ROOM, LIST]],
    ["Phi-4", `<|tool_call|>[${CALL}]<|/tool_call|>`, [ROOM]],
    [
      "InternLM",
      `Sure.<|action_start|><|interpreter|>\n{"name": "book_room", "parameters": ${ARGS}}<|action_end|>`,
      [ROOM],
    ],
    ["Hunyuan", `<tool_calls>\n[\n${CALL},\n${EMPTY}\n]\n</tool_calls>`, [ROOM, LIST]],
    [
      "Hunyuan in tags",
      "<tool_calls>\n<tool_call>book_room<tool_sep>\n<arg_key>room</arg_key>\n<arg_value>7b</arg_value>\n</tool_call>\n</tool_calls>",
      [["book_room", { room: "7b" }]],
    ],
    ["Functionary", `<function=book_room>${ARGS}</function>`, [ROOM]],
    ["Functionary 3.2", `>>>all\nOne moment.\n>>>book_room\n${ARGS}`, [ROOM]],
    [
      "Gemma",
      "<start_function_call>call:book_room{room:<escape>7b<escape>,nights:2}<end_function_call>",
      [ROOM],
    ],
    ["Gemma 4", '<|tool_call>call:book_room{room:<|"|>7b<|"|>,nights:2}<tool_call|>', [ROOM]],
    ["Gemma's code", "```tool_code\nprint(book_room(room='7b', nights=2))\n```", [ROOM]],
    [
      "Seed-OSS",
      "<seed:tool_call>\n<function=book_room>\n<parameter=room>7b</parameter>\n<parameter=nights>2</parameter>\n</function>\n</seed:tool_call>",
      [ROOM],
    ],
    ["Nemotron", `<TOOLCALL>[${CALL}]</TOOLCALL>`, [ROOM]],
    ["Apertus", `<|tools_prefix|>[{"book_room": ${ARGS}}]<|tools_suffix|>`, [ROOM]],
    [
      "gpt-oss",
      `<|channel|>analysis<|message|>${CALL}<|end|><|start|>assistant<|channel|>commentary to=functions.book_room <|constrain|>json<|message|>${ARGS}<|call|>`,
      [ROOM],
    ],
    ["gpt-oss, end lost", `<|channel|>commentary to=functions.book_room<|message|>${ARGS}`, [ROOM]],
    [
      "Kimi",
      `<|tool_call_begin|>functions.book_room:0<|tool_call_argument_begin|>${ARGS}<|tool_call_end|>`,
      [ROOM],
    ],
    [
      "DeepSeek, other spelling",
      `<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜>book_room${FENCED}<｜tool_call_end｜><｜tool_calls_end｜>`,
      [ROOM],
    ],
    [
      "DeepSeek without its section",
      `<｜tool▁call▁begin｜>function<｜tool▁sep｜>book_room${FENCED}<｜tool▁call▁end｜>`,
      [ROOM],
    ],
    ["MiniMax M1", `<tool_calls>\n${CALL}\n${EMPTY}\n</tool_calls>`, [ROOM, LIST]],
    [
      "Mistral 13",
      `[TOOL_CALLS]book_room[ARGS]${ARGS}[TOOL_CALLS]list_rooms[ARGS]{}`,
      [ROOM, LIST],
    ],
    ["Liquid", "<|tool_call_start|>[book_room(room='7b', nights=2)]<|tool_call_end|>", [ROOM]],
    [
      "Olmo 3",
      "<function_calls>\nbook_room(room='7b', nights=2)\nlist_rooms()\n</function_calls>",
      [ROOM, LIST],
    ],
    [
      "Claude 2",
      "<function_calls><invoke><tool_name>book_room</tool_name><parameters><room>7b</room><nights>2</nights></parameters></invoke></function_calls>",
      [ROOM],
    ],
  ])("reads %s", (_, text, calls) => {
    expect(scan(text)).toEqual(calls);
  });
});

function inside(body: string): Call[] {
  return scan(`<tool_call><function=book_room>${body}</function></tool_call>`);
}

describe("parameters as models break them", () => {
  it.each<[string, string, Record<string, unknown>]>([
    [
      "a closing tag forgotten",
      "<parameter=room>7b<parameter=nights>2</parameter>",
      { room: "7b", nights: 2 },
    ],
    ["no closing tag at all", "<parameter=room>7b", { room: "7b" }],
    [
      "names as text",
      "<parameter>room</parameter>\n7b\n<parameter>nights</parameter>\n2\n",
      { room: "7b", nights: 2 },
    ],
    [
      "character data",
      "<parameter=room><![CDATA[<parameter=nights>9</parameter>]]></parameter>",
      { room: "<parameter=nights>9</parameter>" },
    ],
    ["child tags", "<room>\n7b\n</room><nights>2</nights>", { room: "7b", nights: 2 }],
    [
      "a wrapped number",
      "<parameter=room>7b</parameter><parameter=nights><value>2</value></parameter>",
      { room: "7b", nights: 2 },
    ],
    ["escaped text", "<parameter=room>&lt;7b&gt;</parameter>", { room: "<7b>" }],
    [
      "a closed-out key",
      "<parameter=room>7b</parameter><parameter=mood>sunny</parameter>",
      { room: "7b" },
    ],
    [
      "another spelling",
      "<parameter=room>7b</parameter><parameter=guest_name>Ada</parameter>",
      { room: "7b", guestName: "Ada" },
    ],
    [
      "a mention of markup",
      "<parameter=room>the <parameter=size> of </function> it</parameter>",
      { room: "the <parameter=size> of </function> it" },
    ],
  ])("reads %s", (_, body, args) => {
    expect(inside(body)).toEqual([["book_room", args]]);
  });

  it("reads a name that lost its bracket, or its own tag", () => {
    expect(
      scan("<tool_call>function=book_room>\n<parameter=room>7b</parameter></function>"),
    ).toEqual([["book_room", { room: "7b" }]]);
    expect(scan("<tool_call>book_room\n<room>7b</room>\n</book_room>")).toEqual([
      ["book_room", { room: "7b" }],
    ]);
  });

  it("ends a call where its closing tag stands, if a next one follows, whatever was left open", () => {
    const text =
      "<function=say><parameter=text>hi</function><function=say><parameter=text>yo</parameter></function>";
    expect(scan(text)).toEqual([
      ["say", { text: "hi" }],
      ["say", { text: "yo" }],
    ]);
  });
});

describe("a tool's own tag", () => {
  it.each<[string, string, Call[]]>([
    [
      "a mention of its own tag in a text",
      "<say><text>the <text> tag</text></say>",
      [["say", { text: "the <text> tag" }]],
    ],
    ["an unclosed argument", "<book_room><room>7b<nights>2</nights></book_room>", [ROOM]],
    ["a quoted attribute", '<say><text kind="a > b">hi</text></say>', [["say", { text: "hi" }]]],
    [
      "the only text alone",
      "<say>R&amp;D <b>says</b> <![CDATA[1 < 2]]></say>",
      [["say", { text: "R&D says 1 < 2" }]],
    ],
    ["the same text twice", "<say><text>a</text><text>b</text></say>", []],
    ["YAML over lines", "<say>\ntext: one\n  two\n</say>", [["say", { text: "one two" }]]],
    ["a kept line break", "<say>\ntext: |+\n  one\n</say>", [["say", { text: "one\n" }]]],
    ["keys by pattern", "<label><x-a>3</x-a><y>1</y></label>", [["label", { "x-a": 3 }]]],
    ["a cut-off stream", "<book_room>\nroom: 7b\n", []],
  ])("reads %s", (_, text, calls) => {
    expect(scan(text)).toEqual(calls);
  });
});

describe("JSON in a tag", () => {
  it("takes an unclosed call before the next only if it is whole and its tool known", () => {
    expect(scan(`<tool_call>${CALL}<tool_call>${EMPTY}</tool_call>`)).toEqual([ROOM, LIST]);
    expect(
      scan(`<tool_call>{"name":"other","arguments":{}}<tool_call>${EMPTY}</tool_call>`),
    ).toEqual([LIST]);
  });

  it("takes a whole call whose closing tag was cut off", () => {
    for (const end of ["", "<", "</", "</tool", "</tool_call"])
      expect(scan(`<tool_call>\n[${CALL}]\n${end}`), end).toEqual([ROOM]);
    expect(scan('<tool_call>{"name": "book_room", "arguments": {"room": "7</tool')).toEqual([]);
  });

  it("passes over comments, whatever stands in them", () => {
    expect(
      scan('<tool_call>{"name":"list_rooms", // " </tool_call>\n"arguments":{}}</tool_call>'),
    ).toEqual([LIST]);
  });
});
