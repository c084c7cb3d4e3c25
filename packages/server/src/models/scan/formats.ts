// The table of openers: which marker starts what. A new format is a line here and a parser.
import { parseApertus, parseDeepSeek, parseKimi } from "./delimited.ts";
import { parseGemma } from "./gemma.ts";
import { HARMONY_ENDS, parseHarmony } from "./harmony.ts";
import { parseJsonCalls } from "./json-call.ts";
import { isTagName, namedTag } from "./named-opener.ts";
import { insert, section, type Branch, type Opener, type SectionInput } from "./opener.ts";
import { parsePythonic } from "./pythonic.ts";
import { invokes, jsonSection, parseToolCall, TRIMMED, WHOLE } from "./tool-call-tag.ts";
import type { Found, Tools } from "./types.ts";

const whole = { parse: invokes(WHOLE), accepts: (head: string): boolean => head === "<" };
const kimi = { parse: parseKimi };
const deepseek = { parse: parseDeepSeek };
const apertus = { parse: ({ body, tools }: SectionInput) => parseApertus(body, tools) };
const gemma = { parse: ({ body, tools }: SectionInput) => parseGemma(body, tools) };
const harmony = { parse: parseHarmony, restart: ["<|start|>"] };
const cohere = {
  parse: ({ body, closed, tools }: SectionInput) => (closed ? parseJsonCalls(body, tools) : []),
};
const internlm = {
  parse: ({ raw, body, closed, tools }: SectionInput) =>
    parseToolCall({ raw, body: body.replace(/^\s*<\|\w+\|>/, ""), closed, tools }),
};

// Olmo 3 writes Python in the tag in which Anthropic's models write invokes; Liquid has a tag for it.
function parseCalls(input: SectionInput): Found[] {
  const head = input.body.trimStart();
  if (head.startsWith("<")) return invokes(WHOLE)(input);
  if (head.startsWith("{") || head.startsWith("[{")) return parseToolCall(input);
  return input.closed ? parsePythonic(head, input.tools) : [];
}

// Step 3 puts invokes where DeepSeek puts a name and JSON.
function parseStepOrDeepSeek(input: SectionInput): Found[] {
  const isStep = input.raw.includes("invoke name=");
  return isStep ? invokes(TRIMMED)(input) : parseDeepSeek(input);
}

const calls = { parse: parseCalls };

const SECTIONS: readonly (readonly [string, Opener])[] = [
  ["<tool_call>", jsonSection("<tool_call>")],
  ["<toolcall>", jsonSection("<toolcall>")],
  ["<TOOLCALL>", jsonSection("<TOOLCALL>")],
  ["<tool_calls>", jsonSection("<tool_calls>")],
  ["<function_call>", jsonSection("<function_call>")],
  ["<longcat_tool_call>", jsonSection("<longcat_tool_call>")],
  ["<seed:tool_call>", jsonSection("<seed:tool_call>")],
  ["<|tool_call|>", jsonSection("<|tool_call|>", "<|/tool_call|>")],
  ["<|action_start|>", section("internlm", ["<|action_end|>"], internlm)],
  ["<|tools_prefix|>", section("apertus", ["<|tools_suffix|>"], apertus)],
  ["<|tool_call_start|>", section("pythonic", ["<|tool_call_end|>"], calls)],
  ["<start_function_call>", section("gemma", ["<end_function_call>"], gemma)],
  ["<|tool_call>", section("gemma", ["<tool_call|>"], gemma)],
  ["<function_calls>", section("invoke", ["</function_calls>"], calls)],
  ["<minimax:tool_call>", section("minimax", ["</minimax:tool_call>"], whole)],
  ["<｜DSML｜function_calls>", section("dsml", ["</｜DSML｜function_calls>"], whole)],
  ["<｜DSML｜tool_calls>", section("dsml", ["</｜DSML｜tool_calls>"], whole)],
  [
    "<｜tool_calls_begin｜>",
    section("step3", ["<｜tool_calls_end｜>"], { parse: parseStepOrDeepSeek }),
  ],
  ["<invoke ", section("invoke", ["</invoke>"], { parse: invokes(WHOLE) })],
  [
    "<function=",
    section("qwen-xml", ["</function>"], { parse: invokes(TRIMMED), restart: ["<tool_call>"] }),
  ],
  ["<function name=", section("qwen-xml", ["</function>"], { parse: invokes(TRIMMED) })],
  ["<|tool_calls_section_begin|>", section("kimi", ["<|tool_calls_section_end|>"], kimi)],
  ["<|tool_call_section_begin|>", section("kimi", ["<|tool_call_section_end|>"], kimi)],
  ["<|tool_call_begin|>", section("kimi", ["<|tool_call_end|>"], kimi)],
  ["<｜tool▁calls▁begin｜>", section("deepseek", ["<｜tool▁calls▁end｜>"], deepseek)],
  ["<｜tool▁calls｜>", section("deepseek", ["<｜tool▁calls▁end｜>"], deepseek)],
  ["<｜tool calls begin｜>", section("deepseek", ["<｜tool calls end｜>"], deepseek)],
  ["<｜tool▁call▁begin｜>", section("deepseek", ["<｜tool▁call▁end｜>"], deepseek)],
  ["<|START_ACTION|>", section("cohere", ["<|END_ACTION|>"], cohere)],
  ["<|python_tag|>", { opens: "json-after", format: "llama" }],
  ["[TOOL_CALLS]", { opens: "json-after", format: "mistral" }],
];

const REASONING: readonly (readonly [string, string])[] = [
  ["<think>", "</think>"],
  ["<thinking>", "</thinking>"],
  ["<reasoning>", "</reasoning>"],
  ["<seed:think>", "</seed:think>"],
  ["[THINK]", "[/THINK]"],
  ["<|START_THINKING|>", "<|END_THINKING|>"],
  ["<|inner_prefix|>", "<|inner_suffix|>"],
];

const QUOTED: readonly (readonly [string, string])[] = [
  ["<tool_response>", "</tool_response>"],
  ["<tool_result>", "</tool_result>"],
  ["<tool_results>", "</tool_results>"],
  ["<tool_output>", "</tool_output>"],
  ["<function_results>", "</function_results>"],
  ["<function_response>", "</function_response>"],
  ["<start_function_response>", "<end_function_response>"],
  ["[TOOL_RESULTS]", "[/TOOL_RESULTS]"],
  ["<|START_TOOL_RESULT|>", "<|END_TOOL_RESULT|>"],
  ["<｜tool▁outputs▁begin｜>", "<｜tool▁outputs▁end｜>"],
  ["<!--", "-->"],
];

// gpt-oss: a message of a channel, with or without its start.
const HARMONY: readonly (readonly [string, Opener])[] = [
  ["<|channel|>commentary to=", section("harmony", HARMONY_ENDS, harmony)],
  ["<|channel|>analysis to=", section("harmony", HARMONY_ENDS, harmony)],
  ["<|channel|>analysis<|message|>", { opens: "reasoning", close: "<|end|>" }],
  ["<|channel|>commentary<|message|>", { opens: "nothing", trims: false }],
  ["<|channel|>final<|message|>", { opens: "nothing", trims: false }],
];

/** Control tokens that are no text. After the second kind, white space goes too. */
const TOKENS =
  "<|START_RESPONSE|> <|START_TEXT|> <|python_start|> <|python_end|> <|eot_id|> <|eom_id|> " +
  "<|im_end|> <｜end▁of▁sentence｜> [/TOOL_CALLS] <|end|> <|call|> <|return|>";
const TRIMMING_TOKENS = "<|END_RESPONSE|> <|END_TEXT|>";

export function buildOpeners(tools: Tools): Branch {
  const root: Branch = { next: new Map(), opener: undefined };
  for (const name of tools.names) {
    if (!isTagName(name)) continue;
    for (const end of [">", " ", "\n", "\t", "\r", "/"])
      insert(root, `<${name}${end}`, namedTag(name, end, tools));
    insert(root, `>>>${name}\n`, { opens: "json-after", format: "functionary", name });
  }
  for (const [marker, opener] of SECTIONS) insert(root, marker, opener);
  for (const [marker, opener] of HARMONY) {
    insert(root, marker, opener);
    insert(root, `<|start|>assistant${marker}`, opener);
  }
  insert(root, "<|start|>assistant to=", section("harmony", HARMONY_ENDS, harmony));
  for (const [marker, close] of REASONING) insert(root, marker, { opens: "reasoning", close });
  for (const [marker, close] of QUOTED) insert(root, marker, { opens: "quoted", close });
  for (const marker of TOKENS.split(" ")) insert(root, marker, { opens: "nothing", trims: false });
  for (const marker of TRIMMING_TOKENS.split(" "))
    insert(root, marker, { opens: "nothing", trims: true });
  return root;
}
