// /setup/<secret>: the first administrator of an empty installation says who they are.
import { Hono } from "hono";
import { z } from "zod";
import { followSetupLink } from "../../identity/link/follow.ts";
import type { Edge } from "../call.ts";
import { checkAttempt, enter, readForm, turnAway } from "./enter.ts";
import { htmlPage } from "./html.ts";

const method = "setup-link" as const;
const formSchema = z.object({ name: z.string().trim().min(1).max(100), email: z.email().max(200) });

const FORM = `<p>You will be the first administrator.</p>
<form method="post">
<p><label>Name <input name="name" autocomplete="name" required maxlength="100"></label></p>
<p><label>E-mail <input name="email" type="email" autocomplete="email" required></label></p>
<button>Set up Stead</button>
</form>`;

export function setupPages(edge: Edge): Hono {
  const app = new Hono();
  app.get("/setup/:secret", () => htmlPage({ title: "Set up Stead", body: FORM }));
  app.post("/setup/:secret", async (c) => {
    const attempt = checkAttempt(c, edge);
    if (!attempt.ok) return turnAway(c, edge, { method, failure: attempt.failure });
    const form = await readForm(c, formSchema);
    if (!form.ok) return turnAway(c, edge, { method, failure: form.failure });
    const secret = c.req.param("secret");
    const started = await followSetupLink(edge.ctx, { secret, ...form.value });
    if (!started.ok) return turnAway(c, edge, { method, failure: started.failure });
    return enter(edge, started.value);
  });
  return app;
}
