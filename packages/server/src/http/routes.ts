// Endpoints of the edge itself: health, and who am I.
import { ACTIONS, scopesReach } from "../identity/key/key.ts";
import { sessionCsrf } from "../identity/session/queries.ts";
import { signOut } from "../identity/session/sign-out.ts";
import type { Handlers } from "../lib/handler.ts";
import { fail, ok } from "../lib/result.ts";
import { clearedCookie } from "./cookie.ts";
import type { AppParts } from "./settings.ts";

type Names = "health.get" | "session.get" | "session.end";

export interface EdgeRouteParts extends Pick<AppParts, "ctx" | "settings" | "decide"> {
  /** Each part of the server by name, "ok" or what is wrong; it must answer within a second or so. */
  readonly health: () => Promise<Record<string, string>>;
}

export function edgeRoutes(parts: EdgeRouteParts): Pick<Handlers, Names> {
  const { ctx, settings, decide } = parts;
  const secure = settings.origin?.startsWith("https:") ?? false;
  return {
    "health.get": async () => {
      const found = await parts.health();
      const well = Object.values(found).every((state) => state === "ok");
      return ok({ status: well ? "ok" : "degraded", version: settings.version, parts: found });
    },
    "session.get": async ({ principal }) => {
      const { via } = principal;
      const csrf = via.kind === "session" ? await sessionCsrf(ctx, via.sessionId) : "";
      const actions = ACTIONS.filter(
        (action) =>
          (via.kind !== "key" || scopesReach(via.scopes, action)) &&
          decide({ principal, action }).kind === "permit",
      );
      return ok({ principal, actions, csrf: csrf ?? "", demo: settings.demo });
    },
    "session.end": async ({ principal: { personId, via }, answerHeaders }) => {
      if (via.kind !== "session")
        return fail("request.invalid", "A key has no session to end.", { hint: "Revoke the key." });
      const ended = await signOut(ctx, { sessionId: via.sessionId, personId });
      if (!ended.ok) return ended;
      answerHeaders.append("set-cookie", clearedCookie(secure));
      return ok({});
    },
  };
}
