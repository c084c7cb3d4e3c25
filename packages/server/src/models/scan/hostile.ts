// Texts made to hurt a scanner: each generator fills a given length. Used by the tests and the bench.

const UNITS: Readonly<Record<string, string>> = {
  openers: "<tool_call>",
  "open objects": '<tool_call>{"name":"a","arguments":{',
  "open strings": '<tool_call>{"',
  "bare objects": '{"name":"get_weather","arguments":{',
  "bare names": '{"name":"',
  "bare spaces": `{${" ".repeat(120)}`,
  braces: "{",
  brackets: "[",
  "bracket pairs": "[{",
  "closing brackets": "]})",
  "pythonic openers": "\n[get_weather(",
  "pythonic strings": '\n[get_weather(city="',
  parentheses: "\n[get_weather(((((((",
  "named tags": "<get_weather>",
  "named tags with attributes": "<get_weather a ",
  "named children": "<get_weather><city><city>",
  "qwen functions": "<function=a><parameter=b>",
  "qwen without ends": "<tool_call><function=a><parameter=b>1<parameter=c>",
  invokes: '<function_calls><invoke name="a"><parameter name="b">',
  glm: "<tool_call>a<arg_key>b</arg_key><arg_value>",
  kimi: "<|tool_calls_section_begin|><|tool_call_begin|>functions.a:0<|tool_call_argument_begin|>{",
  deepseek: "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>a\n```json\n{",
  dsml: '<｜DSML｜function_calls><｜DSML｜invoke name="a">',
  mistral: "[TOOL_CALLS] [{",
  "mistral names": "[TOOL_CALLS]name",
  llama: '<|python_tag|>{"name":"a"};',
  cohere: '<|START_ACTION|>{"tool_name":"',
  thinking: "<think>",
  "half tags": "<",
  "half closes": "</",
  "close tags": "</tool_call></function>",
  fences: "```json\n{\n",
  "alternating fences": "```\n~~~\n",
  "open fences": '```json\n{"name":"get_weather",',
  ticks: "` `` ",
  quotes: '"',
  "spaced quotes": ' "<',
  "block quotes": "> <tool_call>\n",
  backslashes: '{"name":"\\\\',
  "line breaks": "\n",
  spaces: " ",
  comments: "<!--",
  "yaml keys": "city: a\n ",
};

const WRAPPED: Readonly<Record<string, readonly [string, string, string]>> = {
  "deep json in a tag": ["<tool_call>", "[", "</tool_call>"],
  "deep objects in a tag": ["<tool_call>", '{"a":', "</tool_call>"],
  "quotes in a tag": ['<tool_call>{"name":"a","arguments":{"b":"', '" ', '"}}</tool_call>'],
  "quotes and commas in a tag": [
    '<tool_call>{"name":"a","arguments":{"b":"',
    '", "',
    '"}}</tool_call>',
  ],
  "comments in a tag": ["<tool_call>{", "/*", "}</tool_call>"],
  "backslashes in a tag": ['<tool_call>{"name":"', "\\", '"}</tool_call>'],
  "nested tags in a call": ["<get_weather><city>", "<a>", "</city></get_weather>"],
  "closed tags in a call": ["<get_weather><x>", "<a></a>", "</x></get_weather>"],
  "yaml in a call": ["<get_weather>\n", "a:\n ", "\n</get_weather>"],
  "yaml items in a call": ["<get_weather>\ncity:\n", "- - ", "\n</get_weather>"],
  "yaml flow in a call": ["<get_weather>\n", "city: [\n", "\n</get_weather>"],
  "parameters in a call": ["<tool_call><function=a>", "<parameter=b>", "</function></tool_call>"],
  "entities in a call": ["<get_weather><city>", "&#x41;&", "</city></get_weather>"],
  "pairs in a call": ["<tool_call>a", "<arg_key>", "</tool_call>"],
  "dicts in a list": ["[get_weather(city=", '{"a":', ")]"],
  "strings in a list": ["[get_weather(city=", '"a" ', ")]"],
};

export interface HostileText {
  readonly name: string;
  readonly text: string;
}

export function hostileTexts(length: number): HostileText[] {
  const fill = (unit: string): string =>
    unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
  return [
    ...Object.entries(UNITS).map(([name, unit]) => ({ name, text: fill(unit) })),
    ...Object.entries(WRAPPED).map(([name, [open, unit, close]]) => ({
      name,
      text: open + fill(unit) + close,
    })),
    {
      name: "a nest of brackets and quotes that closes",
      text: fill('[{"a":"').slice(0, length / 2) + fill('"}]').slice(0, length / 2),
    },
  ];
}

export const HOSTILE_TOOLS = [
  {
    name: "get_weather",
    parameters: { type: "object", properties: { city: { type: "string" }, x: { type: "array" } } },
  },
];
