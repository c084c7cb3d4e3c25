// The endpoint of models: which are configured, and whether they can be asked just now.
import type { Handlers } from "../lib/handler.ts";
import { ok } from "../lib/result.ts";
import type { Models } from "./models.ts";

export function modelRoutes({ models }: { models: Models }): Pick<Handlers, "model.list"> {
  return { "model.list": async () => ok({ items: models.list(), next: null }) };
}
