// Whether an act was done before: a person who says something once wants it once.
import type { Contract, Tool } from "@stead/protocol";
import { canonical, type JsonObject } from "../../lib/json.ts";
import { formsOf, type SinkKind } from "./canonical.ts";
import { valuesAt } from "./judge.ts";

export interface Act {
  /** Of money: to whom, whichever tool moves it. */
  readonly whom: readonly string[];
  readonly exact: string;
}

const ONCE = new Set<Contract["effect"]>(["outward", "money", "irreversible"]);
const WHOM = new Set<SinkKind>(["recipient", "iban", "phone", "url"]);

/** Undefined: it may be done as often as anybody likes. */
export function actOf(
  { name, contract }: Pick<Tool, "name" | "contract">,
  given: JsonObject,
): Act | undefined {
  const { effect, sinks } = contract;
  if (!ONCE.has(effect)) return undefined;
  const isMoney = effect === "money";
  const whom = Object.entries(sinks).flatMap(([argument, sink]) =>
    isMoney && WHOM.has(sink.kind)
      ? valuesAt(given, argument).flatMap((value) => formsOf(value, sink))
      : [],
  );
  const aims = Object.keys(sinks).map((argument) => valuesAt(given, argument));
  return { whom, exact: canonical([name, isMoney && aims.length > 0 ? aims : given]) };
}

export function isSameAct(one: Act, other: Act): boolean {
  return one.exact === other.exact || one.whom.some((each) => other.whom.includes(each));
}
