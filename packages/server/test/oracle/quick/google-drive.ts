// The connector as it is, but for its pace: a vendor's requests per minute would make hours of a test.
import { googleDrive } from "@stead/connectors";

const { manifest } = googleDrive;
export const connector = {
  ...googleDrive,
  manifest: {
    ...manifest,
    name: "quick-google-drive",
    limits: { concurrent: manifest.limits.concurrent },
  },
};
