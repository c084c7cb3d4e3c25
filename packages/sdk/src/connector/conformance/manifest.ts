// Checks of what a connector says of itself.
import type { AuthScheme } from "../auth.ts";
import type { Connector } from "../connector.ts";
import type { Check, ConformanceOptions } from "./check.ts";

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const TOOL = /^[A-Za-z][A-Za-z0-9_-]{0,63}(\.[A-Za-z0-9_-]{1,64}){0,3}$/;

export const manifestChecks: readonly Check<ConformanceOptions>[] = [
  { name: "the manifest is sound", run: ({ connector }) => manifestProblem(connector) },
  { name: "sign-in is told whole", run: ({ connector }) => schemeProblems(connector) },
  { name: "tools are contracts", run: ({ connector }) => toolProblem(connector) },
  {
    name: "the source answers a test",
    async run({ connector, source }) {
      const { account } = await connector.test(source);
      return account.trim() === "" ? "the account has no name" : null;
    },
  },
];

function manifestProblem({ manifest, mirror, live, settingsSchema }: Connector): string | null {
  const { name, title, description, guide, rights, freshness, limits } = manifest;
  if (!NAME.test(name)) return `the name ${JSON.stringify(name)} is not lower case with dashes`;
  for (const [field, text] of Object.entries({ title, description, guide }))
    if (text.trim() === "") return `${field} is empty`;
  for (const [field, ms] of Object.entries(freshness))
    if (!Number.isSafeInteger(ms) || ms <= 0) return `freshness.${field} is no time`;
  if (freshness.objectiveMs < freshness.pollMs)
    return "it would be closed as stale before it is asked again: objectiveMs is below pollMs";
  if (!(limits.concurrent >= 1)) return "limits.concurrent allows nothing";
  if (limits.requestsPerMinute !== undefined && !(limits.requestsPerMinute >= 1))
    return "limits.requestsPerMinute allows nothing";
  if (settingsSchema["type"] !== "object") return "the settings are no object";
  if (rights === "live") {
    if (mirror !== undefined) return "a live source is never mirrored, and this one has a mirror";
    return live === undefined ? "a live source has to have `live`" : null;
  }
  if (mirror === undefined) return `rights that are ${rights} need a mirror`;
  if (rights === "asked" && mirror.check === undefined) return "it is to be asked and has no check";
  return null;
}

function schemeProblems({ manifest }: Connector): string | null {
  const crawl = schemeProblem(manifest.crawl);
  if (crawl !== null) return `crawl: ${crawl}`;
  const acting = schemeProblem(manifest.acting);
  return acting === null ? null : `acting: ${acting}`;
}

function schemeProblem(scheme: AuthScheme): string | null {
  if (scheme.kind === "none") return null;
  const urls =
    scheme.kind === "oauth"
      ? [scheme.authorizationUrl, scheme.tokenUrl, scheme.revocationUrl]
      : [scheme.kind === "assertion" ? scheme.tokenUrl : undefined];
  // A setting may hold the whole origin, or only a part of it.
  const bad = urls.find((url) => url !== undefined && !/^(https:\/\/|\{\w+\})/.test(url));
  if (bad !== undefined) return `${bad} is not https`;
  if (scheme.kind === "oauth") return null;
  const names = scheme.fields.map((field) => field.name);
  if (new Set(names).size < names.length) return "two fields have one name";
  if (names.length === 0) return "there is no field";
  const bare = scheme.fields.find(({ title, help }) => title.trim() === "" || help.trim() === "");
  if (bare !== undefined) return `the field ${bare.name} has no title or no help`;
  const template = scheme.kind === "secret" ? (scheme.header?.template ?? "") : "";
  const named = [...template.matchAll(/\{(\w+)(?:\|\w+)?\}/g)].map((match) => match[1] ?? "");
  const unknown = named.find((name) => !names.includes(name));
  return unknown === undefined ? null : `the header names {${unknown}}, which is no field`;
}

function toolProblem({ tools = [] }: Connector): string | null {
  const names = new Set<string>();
  for (const { name, contract } of tools) {
    if (!TOOL.test(name)) return `${JSON.stringify(name)} is no name of a tool`;
    if (names.has(name)) return `there are two tools ${name}`;
    if (contract === undefined) return `${name} has no contract, so each call would be asked about`;
    names.add(name);
  }
  return null;
}
