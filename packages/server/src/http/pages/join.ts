// /join/<secret>: a person follows their invitation. The page waits for a click, so that a program which
// opens links in messages uses none up.
import { Hono } from "hono";
import { followInvitation } from "../../identity/link/follow.ts";
import type { Edge } from "../call.ts";
import { checkAttempt, enter, presentSession, turnAway } from "./enter.ts";
import { htmlPage } from "./html.ts";

const method = "invitation" as const;

const BODY = `<p>You have been invited. This link works once, for you alone.</p>
<form method="post"><button>Sign in</button></form>`;

export function joinPages(edge: Edge): Hono {
  const app = new Hono();
  app.get("/join/:secret", () => htmlPage({ title: "Welcome to Stead", body: BODY }));
  app.post("/join/:secret", async (c) => {
    const attempt = checkAttempt(c, edge);
    if (!attempt.ok) return turnAway(c, edge, { method, failure: attempt.failure });
    const endsSessionId = await presentSession(c, edge);
    const secret = c.req.param("secret");
    const started = await followInvitation(edge.ctx, { secret, endsSessionId });
    if (!started.ok) return turnAway(c, edge, { method, failure: started.failure });
    return enter(edge, started.value);
  });
  return app;
}
