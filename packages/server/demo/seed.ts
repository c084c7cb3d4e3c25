// Seeds the demo company, once: people, records, documents, and the two agents, published.
import type { Pool } from "pg";
import { agentSpecSchema } from "@stead/protocol";
import { internClass } from "../src/access/intern.ts";
import type { AgentsCtx } from "../src/agents/context.ts";
import { createAgent } from "../src/agents/draft.ts";
import { publishAgent } from "../src/agents/publish.ts";
import { shareAgent } from "../src/agents/share.ts";
import { principalOf } from "../src/identity/principal.ts";
import { upsertDestination } from "../src/egress/gate/queries.ts";
import { upsertDocument } from "../src/knowledge/queries.ts";
import { fail, ok, type Result } from "../src/lib/result.ts";
import { sha256 } from "../src/lib/json.ts";
import { withTx } from "../src/store/tx.ts";
import { DEMO_AGENTS } from "./agents.ts";
import { makeCompany } from "./company.ts";
import { makeDocuments } from "./documents.ts";
import { holdsRowSecurity, isSeeded, makeSchemas, seedCrm, seedPeople } from "./queries.ts";
import { makeRecords } from "./records.ts";

const BUILDER = "usr_dev_patel";
/** When the documents were last changed: fixed, so that a second seed changes nothing. */
const WRITTEN_AT = new Date("2026-11-01T09:00:00Z");

/** The company's own: who spent what is what it is for. Of anybody's health it has no need. */
const BACK_OFFICE = {
  id: "mcp:backoffice",
  name: "Back office",
  rules: { pii: "allow", financial: "allow", phi: "refuse" },
  region: "on the company's own machines",
  retention: "ten years",
  agreement: "the company's own",
  set_by: BUILDER,
  set_at: WRITTEN_AT,
};

/** People, records and documents; must come before policies are loaded, which name groups. */
export async function seedCompany(
  ctx: AgentsCtx,
  pool: Pool,
  onProgress: (text: string) => void,
): Promise<Result<void>> {
  await makeSchemas(pool);
  if (!(await holdsRowSecurity(pool)))
    return fail(
      "config.invalid",
      "The demo's CRM relies on row-level security, which the user in DATABASE_URL stands above " +
        "(a superuser, or BYPASSRLS). Connect as an ordinary user, or start with --no-demo.",
    );
  if (await isSeeded(pool, ctx.orgId)) return ok();
  onProgress("Seeding the demo company: 500 people, 12 departments");
  const company = makeCompany();
  await seedPeople(pool, ctx.orgId, company);
  await seedCrm(pool, makeRecords(company));
  return withTx(ctx.db, async (tx) => {
    await upsertDestination({ db: tx, orgId: ctx.orgId }, BACK_OFFICE, []);
    for (const document of makeDocuments()) {
      const interned = await internClass(ctx, tx, document.readers);
      if (!interned.ok) return interned;
      const { id, title, path, text, classes } = document;
      await upsertDocument(tx, ctx.orgId, {
        id,
        title,
        path,
        text,
        classes,
        classId: interned.value,
        revision: sha256(text).slice(0, 12),
        trust: "colleague",
        updatedAt: WRITTEN_AT,
      });
    }
    return ok();
  });
}

/** The agents, published by the builder; needs the tools to be there. Repeats change nothing. */
export async function seedAgents(ctx: AgentsCtx, models: readonly string[]): Promise<Result<void>> {
  const builder = await principalOf(ctx, BUILDER, { kind: "session", sessionId: "demo" });
  if (!builder.ok) return builder;
  const principal = builder.value;
  for (const given of DEMO_AGENTS) {
    const spec = agentSpecSchema.parse({ ...given.spec, models: models.slice(0, 5) });
    const agent = await createAgent(ctx, { principal, spec, idempotencyKey: given.id });
    if (!agent.ok) return agent;
    if (agent.value.versionId !== null) continue;
    const agentId = agent.value.id;
    const shared = await shareAgent(ctx, { principal, agentId, usableBy: given.usableBy });
    if (!shared.ok) return shared;
    const note = "First version";
    const published = await publishAgent(ctx, {
      principal,
      agentId,
      note,
      idempotencyKey: `${given.id}/1`,
    });
    if (!published.ok) return published;
  }
  return ok();
}
