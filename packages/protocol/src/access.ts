// Who may read an item, as its source says it: a rule over the source's own users, groups and domains.
import { z } from "zod";

/**
 * `public`: anybody may find and read it. `link`: whoever has the link reads it, and nobody finds it.
 * `ask`: only the source can say. A domain is its members in the source, never everyone.
 */
export type AccessRule =
  | "public"
  | "link"
  | "ask"
  | { readonly user: string }
  | { readonly group: string }
  | { readonly domain: string }
  | { readonly not: AccessRule }
  | { readonly any: readonly AccessRule[] }
  | { readonly all: readonly AccessRule[] };

const idSchema = z.string().min(1).max(400);
export const accessRuleSchema: z.ZodType<AccessRule> = z.lazy(() =>
  z.union([
    z.literal(["public", "link", "ask"]),
    z.strictObject({ user: idSchema }),
    z.strictObject({ group: idSchema }),
    z.strictObject({ domain: idSchema }),
    z.strictObject({ not: accessRuleSchema }),
    z.strictObject({ any: z.array(accessRuleSchema) }),
    z.strictObject({ all: z.array(accessRuleSchema) }),
  ]),
);

/** Read by none: what a source says that lists no reader, unless it says that this means something else. */
export const NO_READER: AccessRule = { any: [] };
