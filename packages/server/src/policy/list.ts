// The policies in force as the console shows them: built-in rules first, then the organisation's.
import type { EndpointReply, Endpoints } from "@stead/protocol";
import type { PolicySet } from "./policy.ts";

type Listed = EndpointReply<Endpoints["policy.list"]>["items"];

export function listPolicies(policies: PolicySet): Listed {
  return [...policies.policies.values()].map(
    ({ id, file, line, effect, text, annotations, hash }) => ({
      id,
      file,
      line,
      effect,
      text,
      annotations: { ...annotations },
      hash,
    }),
  );
}
