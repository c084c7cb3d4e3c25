// What is known of a tool whose suite brings no behaviour and no contract: both, by what it does.
import type { z } from "zod";
import type { contractSchema } from "@stead/protocol";
import type { doesSchema } from "../suite.ts";

export interface KnownTool {
  readonly effect: boolean;
  readonly does: z.input<typeof doesSchema>;
  readonly contract: z.input<typeof contractSchema>;
}

export type ResultInput = NonNullable<KnownTool["contract"]["result"]>;

/** Kept by the system itself, and written by nobody else. */
export const RECORD: ResultInput = { audience: [], classes: [], trust: "record" };
/** Anybody may have written it. */
export const OUTSIDE: ResultInput = { audience: [], classes: [], trust: "outside" };
