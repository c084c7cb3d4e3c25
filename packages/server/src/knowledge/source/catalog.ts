// What can be connected: each connector's manifest, as far as a person needs it to choose and to set up.
import type { EndpointReply, Endpoints } from "@stead/protocol";
import type { AuthScheme, Connector } from "@stead/sdk";
import type { HostDeps } from "../connection/deps.ts";

type Shown = EndpointReply<Endpoints["connector.list"]>["items"][number];

export function catalogOf({
  connectors,
  redirectUri,
}: Pick<HostDeps, "connectors" | "redirectUri">): Shown[] {
  return [...connectors.values()]
    .map((connector) => entryOf(connector, redirectUri ?? null))
    .toSorted((a, b) => a.title.localeCompare(b.title, "en"));
}

function entryOf(
  { manifest, settingsSchema, tools = [] }: Connector,
  redirectUri: string | null,
): Shown {
  const { name, title, description, guide, crawl, acting, rights, freshness } = manifest;
  return {
    name,
    title,
    description,
    guide,
    rights,
    redirectUri,
    crawl: schemeShown(crawl),
    acting: schemeShown(acting),
    settings: settingsSchema,
    freshness: { ...freshness },
    tools: tools.map((tool) => tool.name),
  };
}

export function schemeShown(scheme: AuthScheme): Shown["crawl"] {
  const hasFields = scheme.kind === "secret" || scheme.kind === "assertion";
  const hasScopes = scheme.kind === "oauth" || scheme.kind === "assertion";
  return {
    kind: scheme.kind,
    fields: hasFields ? scheme.fields.map((field) => ({ ...field })) : [],
    scopes: hasScopes ? [...scheme.scopes] : [],
  };
}
