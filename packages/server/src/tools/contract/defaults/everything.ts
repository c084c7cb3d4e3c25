// The server that shows everything that the protocol can do: harmless, but for its own environment and
// for a tool that fetches an address.
import type { KnownServer, KnownTool } from "../known.ts";

function says(names: string, classes: string[] = []): KnownTool {
  return {
    arguments: names,
    contract: {
      effect: "read",
      keyed: true,
      result: { audience: [], classes, trust: "outside" },
    },
  };
}

const switches: KnownTool = { arguments: "", contract: { effect: "write-own" } };

export const EVERYTHING: KnownServer = {
  name: "the “everything” reference server",
  tools: {
    echo: says("message"),
    add: says("a b"),
    "get-sum": says("a b"),
    printEnv: says("", ["secret"]),
    "get-env": says("", ["secret"]),
    getTinyImage: says(""),
    "get-tiny-image": says(""),
    annotatedMessage: says("messageType includeImage"),
    "get-annotated-message": says("messageType includeImage"),
    structuredContent: says("location"),
    "get-structured-content": says("location"),
    getResourceReference: says("resourceId"),
    "get-resource-reference": says("resourceType resourceId"),
    getResourceLinks: says("count"),
    "get-resource-links": says("count"),
    longRunningOperation: says("duration steps"),
    "trigger-long-running-operation": says("duration steps"),
    "toggle-simulated-logging": switches,
    "toggle-subscriber-updates": switches,
    "gzip-file-as-resource": {
      arguments: "name data outputType",
      contract: { effect: "outward", sinks: { data: { kind: "url", trust: "colleague" } } },
    },
  },
};
