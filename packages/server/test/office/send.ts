// Sends a request to an endpoint of the table, as somebody or as a stranger.
import type { Endpoint } from "@stead/protocol";
import type { LooseInput } from "@stead/sdk";
import type { Entered } from "../../src/http/edge.fixture.ts";
import type { Office } from "./office.ts";

export interface Shipment {
  readonly input: LooseInput;
  readonly as?: Entered | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export function sendTo(
  office: Office,
  endpoint: Endpoint,
  { input, as, headers = {} }: Shipment,
): Promise<Response> {
  const sent = new Headers(headers);
  if (as) {
    sent.set("cookie", as.cookie);
    sent.set("stead-csrf", as.csrf);
  }
  if (endpoint.keyed) sent.set("idempotency-key", office.ctx.ids.token(24));
  const init: RequestInit = { method: endpoint.method, headers: sent };
  if (endpoint.body) {
    sent.set("content-type", "application/json");
    init.body = JSON.stringify(input.body ?? {});
  }
  return office.request(addressOf(endpoint, input), init);
}

function addressOf({ path }: Endpoint, { params = {}, query = {} }: LooseInput): string {
  const filled = path.replace(/:(\w+)/g, (_all, name: string) => textOf(params[name] ?? "x"));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.set(name, textOf(value));
  return search.size > 0 ? `${filled}?${search.toString()}` : filled;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
