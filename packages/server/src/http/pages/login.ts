// /login/<secret>: signs a persona of the demo in. A GET shows a page that posts, so that a program
// which only looks at links uses none up.
import { Hono } from "hono";
import { followLoginLink } from "../../identity/link/follow.ts";
import { mayLogInByLink } from "../../identity/link/make.ts";
import { fail } from "../../lib/result.ts";
import type { Edge } from "../call.ts";
import { isLoopbackName } from "../headers.ts";
import { checkAttempt, enter, presentSession, turnAway } from "./enter.ts";
import { htmlPage } from "./html.ts";

const method = "login-link" as const;
const NOT_HERE = fail("resource.not_found", "This server has no login links.");

export function loginPages(edge: Edge): Hono {
  const app = new Hono();
  const open = (host: string | undefined): boolean =>
    mayLogInByLink(edge.settings) && isLoopbackName((host ?? "").replace(/:\d+$/, ""));
  app.get("/login/:secret", async (c) => {
    if (!open(c.req.header("host")))
      return turnAway(c, edge, { method, failure: NOT_HERE.failure });
    const body = `<form method="post"><button>Sign in</button></form>`;
    return htmlPage({ title: "Stead", body, script: "document.forms[0].submit()" });
  });
  app.post("/login/:secret", async (c) => {
    if (!open(c.req.header("host")))
      return turnAway(c, edge, { method, failure: NOT_HERE.failure });
    const attempt = checkAttempt(c, edge);
    if (!attempt.ok) return turnAway(c, edge, { method, failure: attempt.failure });
    const endsSessionId = await presentSession(c, edge);
    const secret = c.req.param("secret");
    const started = await followLoginLink(edge.ctx, { secret, endsSessionId });
    if (!started.ok) return turnAway(c, edge, { method, failure: started.failure });
    return enter(edge, started.value);
  });
  return app;
}
