// The pieces that rows of the endpoint table are made of.
import { z } from "zod";

export const none = z.object({});

// A computed key loses its name in the type of the object literal.
// oxlint-disable typescript/no-unsafe-type-assertion
export const id = <N extends string>(name: N) =>
  z.object({ [name]: z.string().min(1).max(80) } as { [K in N]: z.ZodString });
// oxlint-enable typescript/no-unsafe-type-assertion

export const list = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable() });
