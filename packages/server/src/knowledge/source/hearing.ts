// How a source tells of changes by itself, or how often it is asked, in words for whoever sets it up.
import type { EndpointReply, Endpoints } from "@stead/protocol";
import type { Connector } from "@stead/sdk";
import type { SourcesCtx } from "./context.ts";

type View = EndpointReply<Endpoints["source.get"]>;

export function intervalsOf(
  connector: Connector | undefined,
  { sync }: SourcesCtx,
  sourceId: string,
): View["health"]["intervals"] {
  if (!connector?.mirror) return null;
  const { pollMs, reconcileMs } = connector.manifest.freshness;
  const pushed = connector.mirror.push !== undefined && sync.callbackUrl?.(sourceId) !== undefined;
  return { pollMs: connector.mirror.changes ? pollMs : null, reconcileMs, pushed };
}

export function pushOf(
  connector: Connector | undefined,
  { sync }: SourcesCtx,
  sourceId: string,
): View["push"] {
  const push = connector?.mirror?.push;
  if (!connector || !push) return null;
  const { title, freshness } = connector.manifest;
  const url = sync.callbackUrl?.(sourceId) ?? null;
  const seconds = Math.round(freshness.pollMs / 1000);
  return {
    url,
    enter: push.subscribes
      ? `Nothing has to be entered: Stead subscribes at ${title} by itself, and again before that ends.`
      : `Enter it at ${title} where it asks for the address of events; the guide above says where.`,
    signature: push.subscribes
      ? "Each event has to carry the secret that Stead gave when it subscribed; else it is refused."
      : "Each event has to be signed with the secret that you entered here, and be minutes old at most; else it is refused.",
    reason:
      url === null
        ? `Stead has no public address: STEAD_PUBLIC_URL is not set to one that begins with https. ${title} can't call it, so it is asked every ${seconds} seconds instead.`
        : "",
  };
}
