// The connector as it is, but for its pace: a vendor's requests per minute would make hours of a test.
import { confluence } from "@stead/connectors";

const { manifest } = confluence;
export const connector = {
  ...confluence,
  manifest: {
    ...manifest,
    name: "quick-confluence",
    limits: { concurrent: manifest.limits.concurrent },
  },
};
