// The words of English, from the spelling dictionary that `dictionary-en` carries: stems with the
// endings their flags allow.
import { fileURLToPath } from "node:url";

type Read = (path: string, encoding: "utf8") => string;
interface Word {
  readonly word: string;
  /** The dictionary writes it with a capital. */
  readonly proper: boolean;
}
interface Ending {
  readonly strip: string;
  readonly add: string;
  readonly when: RegExp;
}

const FOLDER = new URL("./", import.meta.resolve("dictionary-en"));

export function* englishWords(read: Read): Generator<Word> {
  const file = (name: string): string => read(fileURLToPath(new URL(name, FOLDER)), "utf8");
  const endings = endingsOf(file("index.aff"));
  for (const line of file("index.dic").split("\n")) {
    const [stem = "", flags = ""] = line.split("/");
    if (!/^\p{L}/u.test(stem)) continue;
    const proper = /^\p{Lu}/u.test(stem);
    yield { word: stem, proper };
    for (const flag of flags)
      for (const { strip, add, when } of endings.get(flag) ?? [])
        if (when.test(stem))
          yield { word: stem.slice(0, stem.length - strip.length) + add, proper };
  }
}

/** Lines such as `SFX D y ied [^aeiou]y`; the endings with an apostrophe are two words to us. */
function endingsOf(rules: string): Map<string, Ending[]> {
  const endings = new Map<string, Ending[]>();
  for (const line of rules.split("\n")) {
    const [kind, flag = "", strip = "", add = "", when] = line.trim().split(/\s+/);
    if (kind !== "SFX" || when === undefined || add.includes("'")) continue;
    const made = { strip: strip === "0" ? "" : strip, add, when: new RegExp(`${when}$`) };
    endings.set(flag, [...(endings.get(flag) ?? []), made]);
  }
  return endings;
}
