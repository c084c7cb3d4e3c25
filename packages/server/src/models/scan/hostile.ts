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
  "mistral ids": "[TOOL_CALLS]get_weather[CALL_ID]",
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
  "empty calls": "<get_weather/>",
  "pythonic calls": "[get_weather()]\n",
  "broken calls": '<tool_call>{"name":a}</tool_call>',
  "objects in objects": '{"name":{"name":',
  harmony: "<|channel|>commentary to=functions.get_weather<|message|>{",
  gemma: "<start_function_call>call:get_weather{city:<escape>",
  granite: '<|tool_call|>[{"name":"get_weather"',
  "nameless parameters": "<tool_call><function=get_weather><parameter>city</parameter>",
  "unclosed values": "<function=get_weather><parameter=city>1</function>",
  "comments with ends": "<tool_call>{//</tool_call>",
  "values with ends": "<get_weather><city></get_weather>",
  "strings with ends": '<tool_call>{"a</tool_call>',
  "python fences": "```tool_code\nprint(",
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
  "character data in a call": ["<get_weather>", "<![CDATA[", "</get_weather>"],
  "character data in a parameter": [
    "<tool_call><function=get_weather>",
    "<parameter=city><![CDATA[",
    "]]></function></tool_call>",
  ],
  "unclosed children": ["<get_weather>", "<city>", "<x></city></get_weather>"],
  "half closes in a call": ["<tool_call></", "</", "</tool_call>"],
  "half closes in a function": ["<tool_call><function=a>", "</", "</function></tool_call>"],
  "half closes in a named tag": ["<get_weather>", "</", "</get_weather>"],
  "half closes in an argument": ["<get_weather><x>", "</", "</x></get_weather>"],
  "closed-out keys": [
    '<tool_call>{"name":"get_weather","arguments":{',
    '"a_b":1,',
    '"x":1}}</tool_call>',
  ],
  "strings in a list": ["[get_weather(city=", '"a" ', ")]"],
};

// What the families write, whole and broken: a soup of them is what no one thought of.
const TOKENS = `<tool_call> </tool_call> <tool_calls> <function=get_weather> <function> </function>
<parameter=city> <parameter> </parameter> <param=x> </param> <invoke=a> </invoke> <function_calls>
</function_calls> <get_weather> </get_weather> <get_weather/> <get_weather <city> </city> <item>
</item> { } [ ] ( ) " ' \` \`\`\` \`\`\`json ~~~ : , = > " < </ /> \\ \\" // /* */ ; - & &lt; 1 true null
{"name": "get_weather" "arguments":{ {"name":"get_weather","arguments":{}} {"city":"4"} [TOOL_CALLS]
[ARGS] <|python_tag|> <|tool_calls_section_begin|> <|tool_call_begin|> functions.get_weather:0
<|tool_call_argument_begin|> <|tool_call_end|> <|tool_calls_section_end|> <｜tool▁calls▁begin｜>
<｜tool▁call▁begin｜> <｜tool▁sep｜> <｜tool▁call▁end｜> <｜tool▁calls▁end｜> <arg_key> </arg_key>
<arg_value> </arg_value> <think> </think> <!-- --> <tool_response> </tool_response> <|START_ACTION|>
<|END_ACTION|> [get_weather()] [get_weather( city= city: “ ” « » <![CDATA[ ]]> <? ?> <|im_end|>
<minimax:tool_call> </minimax:tool_call> <|channel|> commentary <|message|> <|call|> <|tool_call|>
<|/tool_call|> <start_function_call> call:get_weather{ <escape> <end_function_call> <|tools_prefix|>
<|tools_suffix|> >>>get_weather \`\`\`tool_code print( <name> </name> <tool_name> é 日 word`.split(
  /\s/,
);
const SPACES = ["", "", "", " ", "\n", "\n\n"];

/** Texts of tokens in no order, or of one short sequence over and over; the same for the same seed. */
export function soupTexts(count: number, length: number): HostileText[] {
  let state = 20_261_122;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * limit);
  };
  const token = (): string => (TOKENS[below(TOKENS.length)] ?? "") + (SPACES[below(6)] ?? "");
  return Array.from({ length: count }, (_, i): HostileText => {
    const few = Array.from({ length: 1 + below(8) }, token);
    const parts: string[] = [];
    for (let size = 0; size < length; size += parts.at(-1)?.length ?? 1)
      parts.push(
        i % 3 === 0 ? token() : i % 3 === 1 ? few.join("") : (few[below(few.length)] ?? " "),
      );
    return { name: `soup ${i}`, text: parts.join("").slice(0, length) };
  });
}

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
