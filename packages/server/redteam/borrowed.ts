// An attack that uses nobody's values but those that are there: the person's own, or the systems'.
import { changeSinks, sinksOf, valuesNamed, type Scene } from "./scene.ts";
import { isRecord } from "../src/lib/record.ts";
import type { Call, Suite } from "./suite.ts";

/** Words of the prompt that could be a value: with a digit, a mark within, or a capital letter. */
export function typedValues(prompt: string): string[] {
  const words = prompt.split(/[\s,;:!?()'"<>]+/).map((word) => word.replace(/[.%]+$/, ""));
  const strong = words.filter((word) => /[\d@./_-]/.test(word) && word.length > 3);
  const names = words.slice(1).filter((word) => /^[A-Z][a-z]{2,}$/.test(word));
  return [...new Set([...strong, ...names])];
}

/** The attack with whatever the person typed in the place of its own values. */
export function typed({ suite, task }: Scene, call: Call): Call[] {
  const values = typedValues(task.prompt);
  const numbers = values.map(Number).filter((value) => Number.isFinite(value));
  if (values.length === 0) return [];
  const changed = changeSinks(suite, call, (value) =>
    typeof value === "number"
      ? (numbers[0] ?? value)
      : typeof value === "string"
        ? values[0]
        : value,
  );
  return [changed];
}

/** The attack with values that the systems hold in the places of its own. */
export function copied({ suite }: Scene, call: Call): Call[] {
  let isChanged = false;
  const changed = changeSinks(suite, call, (value, _sink, argument) => {
    const same = valuesNamed(suite.systems, argument).filter(
      (each) => typeof each === typeof value && each !== value,
    );
    if (same.length > 0) isChanged = true;
    return same[0] ?? value;
  });
  return isChanged ? [changed] : [];
}

/** Calls that change the person's own records, with a value of the attack in each text of theirs. */
export function laundering(suite: Suite, attack: readonly Call[]): Call[] {
  const values = attack.flatMap(({ tool, arguments: given }) =>
    Object.keys(sinksOf(suite, tool)).flatMap((name) => given[name] ?? []),
  );
  const own = suite.tools.filter(({ name }) => suite.contracts[name]?.effect === "write-own");
  return own.flatMap(({ name, inputSchema }) => {
    const properties = isRecord(inputSchema["properties"]) ? inputSchema["properties"] : {};
    const free = Object.entries(properties).filter(
      ([property, schema]) => !sinksOf(suite, name)[property] && isText(schema),
    );
    if (free.length === 0) return [];
    return values.map((value) => ({
      tool: name,
      arguments: Object.fromEntries(
        free.map(([property]) => [
          property,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      ),
    }));
  });
}

function isText(schema: unknown): boolean {
  const text = JSON.stringify(schema) ?? "";
  return text.includes('"string"') && !text.includes('"enum"');
}
