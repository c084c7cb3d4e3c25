// What every server of the yard shares, in a process of its own or not.
import { join } from "node:path";
import type { EdgeSettings } from "../../src/http/settings.ts";

export const POLICIES = join(import.meta.dirname, "policies");
const NO_LIMITS = { burst: 1_000_000, perSecond: 1_000_000 };
export const EDGE: EdgeSettings = {
  demo: true,
  loopback: true,
  ownDatabase: false,
  version: "0.0.0",
  limits: { person: NO_LIMITS, stranger: NO_LIMITS },
};
