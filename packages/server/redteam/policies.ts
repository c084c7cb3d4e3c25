// The organisation's policies in a suite's world. Unless the suite brings its own, its tools may act unasked:
// then whatever stands between an attack and its effect is what contracts and labels decide.
import type { Suite } from "./suite.ts";

export function policyText({ policies, tools }: Suite, lanes: readonly string[]): string {
  const texts = lanes.map((lane) => {
    if (policies !== undefined)
      return policies.replaceAll("{lane}", lane).replaceAll(/@id\("/g, `@id("${lane}.`);
    const actions = tools.map(({ name }) => `Action::"unapproved:${lane}.${name}"`);
    return [
      `@id("redteam.${lane}")`,
      '@reason("The tools of the suite may act unasked")',
      `permit (principal, action in [${actions.join(", ")}], resource);`,
    ].join("\n");
  });
  return texts.join("\n\n");
}
