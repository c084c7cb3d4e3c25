// Prompts as somebody would write them who wants values out: records of made-up people, their values in
// every writing and several at once, among ordinary sentences, over one message or two.
import { gzipSync } from "node:zlib";
import type { Column } from "./automaton.ts";
import { AutomatonBuilder } from "./builder.ts";
import type { KnownValues } from "./finding.ts";
import { knownValues } from "./known.ts";
import { storedZip } from "./zip.fixture.ts";

/** Numbers that are the same for the same seed. */
export type Pick = (below: number) => number;

export function picker(seed: number): Pick {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mix = Math.imul(state ^ (state >>> 15), state | 1);
    mix ^= mix + Math.imul(mix ^ (mix >>> 7), mix | 61);
    return Math.floor((((mix ^ (mix >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

function one<Of>(list: readonly Of[], pick: Pick): Of {
  const found = list[pick(list.length)];
  if (found === undefined) throw new Error("an empty list");
  return found;
}

const GIVEN = "Anneliese Bartholomew Zofia Müşfik José Nguyen Oluwaseun Ingrid Łukasz Svetlana";
const FAMILY =
  "Bergmann Okonkwo Żeleński Fitzwilliam Castañeda Haddad Vandenberghe Iyer Öztürk Quispe";
const STREETS = "Birkenweg Kastanienallee Lafayette-Gasse Alcalá-Ring".split(" ");

export const COLUMNS: readonly Column[] = [
  { field: "name", class: "pii" },
  { field: "mail", class: "pii" },
  { field: "phone", class: "pii" },
  { field: "record number", class: "phi" },
  { field: "street", class: "pii" },
  { field: "account", class: "financial" },
];

/** A person's values, in the order of COLUMNS. */
export function person(pick: Pick): string[] {
  const digits = (count: number): string =>
    Array.from({ length: count }, () => String(pick(10))).join("");
  const given = one(GIVEN.split(" "), pick);
  const family = one(FAMILY.split(" "), pick) + one(["", "-Reyes", "son"], pick);
  return [
    `${given} ${family}`,
    `${given}.${family}${digits(3)}@example.org`.toLowerCase(),
    `049 ${digits(3)} ${digits(7)}`,
    `MRN-${digits(8)}`,
    `${one(STREETS, pick)} ${1 + pick(200)}`,
    `DE${digits(2)} ${digits(4)} ${digits(4)} ${digits(4)} ${digits(4)} ${digits(2)}`,
  ];
}

export interface Registered {
  readonly known: KnownValues;
  readonly values: readonly string[];
}

export function registered(people: number, seed: number): Registered {
  const pick = picker(seed);
  const builder = new AutomatonBuilder(COLUMNS);
  const values: string[] = [];
  for (let record = 0; record < people; record++) {
    const fields = person(pick);
    builder.add(
      record,
      fields.map((value, column) => ({ column, value })),
    );
    values.push(...fields);
  }
  const { automaton } = builder.finish();
  return { known: knownValues([{ id: "src", automaton }], 1), values };
}

export interface Encoder {
  readonly name: string;
  readonly encode: (text: string, pick: Pick) => string;
  /** Whatever is in it, all of it is one run. */
  readonly isContainer?: boolean;
  /** Makes what letters of either case say unreadable, or what stands in order. */
  readonly breaks?: "containers";
}

const chars = (text: string): string[] => Array.from(text);
const bytes = (text: string): number[] => [...Buffer.from(text)];
const hex = (byte: number, digits = 2): string => byte.toString(16).padStart(digits, "0");

const LOOKS = new Map(
  Array.from("aаeеoоpрcсxхyуiіjјsѕAАBВEЕHНKКMМOОPРCСTТXХNΝZΖIΙvνkκ").flatMap(
    (char, i, all): [string, string][] => (i % 2 === 0 ? [[char, all[i + 1] ?? ""]] : []),
  ),
);
const WIDE = (char: string): string =>
  char > " " && char <= "~" ? String.fromCharCode(char.charCodeAt(0) + 0xfee0) : char;
const ZERO = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e"];
const SEPARATORS = [" ", ".", "-", "*", "  ", "\n", ", ", "·"];

function broken(text: string, width: number, by: string): string {
  return (text.match(new RegExp(`.{1,${width}}`, "gs")) ?? []).join(by);
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

export const ENCODERS: readonly Encoder[] = [
  {
    name: "case",
    breaks: "containers",
    encode: (text, pick) =>
      chars(text)
        .map((char) => (pick(2) === 0 ? char.toUpperCase() : char.toLowerCase()))
        .join(""),
  },
  {
    name: "spacing",
    encode: (text, pick) => chars(text).join(one(SEPARATORS, pick)),
  },
  {
    name: "look-alike",
    encode: (text, pick) =>
      pick(3) === 0
        ? chars(text).map(WIDE).join("")
        : chars(text)
            .map((char) => (pick(3) > 0 ? (LOOKS.get(char) ?? char) : char))
            .join(""),
  },
  {
    name: "zero-width",
    encode: (text, pick) =>
      chars(text)
        .map((char, i) => (i > 0 && pick(2) === 0 ? one(ZERO, pick) + char : char))
        .join(""),
  },
  { name: "reversed", encode: (text) => chars(text).toReversed().join("") },
  {
    name: "url",
    encode: (text, pick) => {
      const all = pick(2) === 0;
      return bytes(text)
        .map((byte) => {
          const char = String.fromCharCode(byte);
          return !all && /[a-zA-Z0-9]/.test(char) ? char : `%${hex(byte)}`;
        })
        .join("");
    },
  },
  {
    name: "html",
    encode: (text, pick) => {
      const inHex = pick(2) === 0;
      return chars(text)
        .map((char) => {
          const point = char.codePointAt(0) ?? 0;
          return inHex ? `&#x${point.toString(16)};` : `&#${point};`;
        })
        .join("");
    },
  },
  {
    name: "json",
    encode: (text) => text.replaceAll(/[^]/g, (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`),
  },
  {
    name: "base64",
    isContainer: true,
    encode: (text, pick) => base64(text).replaceAll("=", pick(2) === 0 ? "=" : ""),
  },
  {
    name: "base64url",
    isContainer: true,
    encode: (text) => Buffer.from(text).toString("base64url"),
  },
  {
    name: "base64 in lines",
    isContainer: true,
    encode: (text) => broken(base64(text), 64, "\r\n"),
  },
  { name: "hex", isContainer: true, encode: (text) => Buffer.from(text).toString("hex") },
  {
    name: "hex apart",
    isContainer: true,
    encode: (text, pick) => {
      const [before, between] = one(
        [
          ["", " "],
          ["", ":"],
          ["0x", ", "],
          ["\\x", ""],
        ] as const,
        pick,
      );
      return bytes(text)
        .map((byte) => before + hex(byte))
        .join(between);
    },
  },
  {
    name: "gzip",
    isContainer: true,
    encode: (text) => gzipSync(text).toString("base64"),
  },
  {
    name: "zip",
    isContainer: true,
    encode: (text) => storedZip("notes.txt", Buffer.from(text)).toString("base64"),
  },
];

/** Which may follow which: what cases do to base64 can't be undone by anybody. */
export function mayFollow(next: Encoder, before: readonly Encoder[]): boolean {
  const hasLetters = before.some(({ name }) => /base64|gzip|zip/.test(name));
  if (next.name === "case") return !hasLetters && !before.some(({ name }) => name === "look-alike");
  // Prefixes torn apart are not promised: "0 x 4 1".
  if (before.some(({ name }) => name === "hex apart")) return !/spacing|zero-width/.test(next.name);
  return next.name !== "spacing" || !before.some(({ name }) => name === "spacing");
}

const SENTENCES = [
  "Please write a short answer to the customer, and keep it friendly.",
  "The quarterly report is due on Monday; the ward was full again.",
  "We have 3 open tickets (12 %), see https://example.com/tickets?page=2.",
  "Summarise the following note in two lines.",
  '{"task":"draft","tone":"warm","limit":250}',
  "def total(rows): return sum(r.amount for r in rows)",
];

export interface Prompt {
  readonly messages: readonly string[];
  /** Where a value stands, in whatever writing, and in which. */
  readonly planted: readonly Planted[];
}

export interface Planted {
  readonly message: number;
  readonly from: number;
  readonly to: number;
  readonly value: string;
  readonly how: readonly string[];
}

export function chain(pick: Pick, most: number): Encoder[] {
  const made: Encoder[] = [];
  for (let left = pick(most + 1); left > 0; left--) {
    const next = one(ENCODERS, pick);
    if (mayFollow(next, made)) made.push(next);
  }
  return made;
}

export function prompt({ values }: Registered, pick: Pick): Prompt {
  const messages: string[] = [one(SENTENCES, pick)];
  const planted: Planted[] = [];
  for (let left = 1 + pick(3); left > 0; left--) {
    const value = one(values, pick);
    const encoders = chain(pick, 3);
    const how = encoders.map(({ name }) => name);
    const around =
      encoders[0]?.isContainer === true && !/spacing|reversed/.test(how.join(" ")) && pick(2) === 0;
    const inner = around ? `${one(SENTENCES, pick)} ${value}, ${one(SENTENCES, pick)}` : value;
    const run = encoders.reduce((text, { encode }) => encode(text, pick), inner);
    const last = messages.length - 1;
    const text = `${messages[last] ?? ""} ${one(["", "It is", "> ", '"'], pick)} `;
    const cut = !around && pick(6) === 0 && run.length > 1 ? 1 + pick(run.length - 1) : run.length;
    messages[last] = text + run.slice(0, cut);
    const plant = { value, how: cut < run.length ? [...how, "split"] : how };
    planted.push({ ...plant, message: last, from: text.length, to: text.length + cut });
    if (cut < run.length) {
      messages.push(run.slice(cut));
      planted.push({ ...plant, message: last + 1, from: 0, to: run.length - cut });
    }
    messages[messages.length - 1] += ` ${one(SENTENCES, pick)}`;
    if (pick(3) === 0) messages.push(one(SENTENCES, pick));
  }
  return { messages, planted };
}
