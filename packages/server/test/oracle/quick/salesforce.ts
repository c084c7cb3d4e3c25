// The connector as it is, but for its pace: a vendor's requests per minute would make hours of a test.
import { salesforce } from "@stead/connectors";

const { manifest } = salesforce;
export const connector = {
  ...salesforce,
  manifest: {
    ...manifest,
    name: "quick-salesforce",
    limits: { concurrent: manifest.limits.concurrent },
  },
};
