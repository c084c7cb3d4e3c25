// Endpoints of how search works: what it stands at, and the choice of a model for meaning.
import type { Handlers } from "../../lib/handler.ts";
import { chooseModel, searchSettings, type SearchSettingsDeps } from "./choose.ts";

export function searchRoutes(
  deps: SearchSettingsDeps,
): Pick<Handlers, "search.get" | "search.update"> {
  return {
    "search.get": () => searchSettings(deps),
    "search.update": ({ principal, signal }, { body }) =>
      chooseModel(deps, { ...body, principal, signal }),
  };
}
