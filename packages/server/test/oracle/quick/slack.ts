// The connector as it is, but for its pace: a vendor's requests per minute would make hours of a test.
import { slack } from "@stead/connectors";

const { manifest } = slack;
export const connector = {
  ...slack,
  manifest: {
    ...manifest,
    name: "quick-slack",
    limits: { concurrent: manifest.limits.concurrent },
  },
};
