// What is broken of what it says of itself.
import type { BrokenByCheck } from "./broken.ts";

export const BROKEN_MANIFEST: BrokenByCheck = {
  "the manifest is sound": [
    [
      "stale before it is asked again",
      { manifest: { freshness: { pollMs: 10, reconcileMs: 10, objectiveMs: 5 } } },
    ],
    ["a name with spaces", { manifest: { name: "My Shelf" } }],
    ["asked without a check", { manifest: { rights: "asked" } }],
  ],
  "sign-in is told whole": [
    [
      "plain http",
      {
        manifest: {
          acting: {
            kind: "oauth",
            authorizationUrl: "http://shelf.test/a",
            tokenUrl: "https://shelf.test/t",
            scopes: [],
            clientAuth: "post",
          },
        },
      },
    ],
  ],
};
