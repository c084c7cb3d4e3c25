// Whether documents can be found by meaning, and whose model reads them for it: an administrator's decision,
// for with it the text of documents goes to that model.
import type { Principal, SearchSettings } from "@stead/protocol";
import { NEUTRAL } from "../../access/label.ts";
import { adminJournal } from "../../egress/journal.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { embed } from "../../models/embed.ts";
import type { FoundEmbedding } from "../../models/embedding.ts";
import { whileAvailable } from "../../store/available.ts";
import type { LiveIndex } from "../index/live.ts";
import { record } from "../source/context.ts";
import { leaveFor, type MeaningDeps } from "./deps.ts";
import { extentOf, selectChosen, spendOf, writeChosen } from "./queries.ts";

const TRIAL = "How a model of embeddings answers is tried with this sentence.";
const TRIAL_MS = 20_000;

export interface SearchSettingsDeps extends MeaningDeps {
  readonly index: Pick<LiveIndex, "stats">;
}

export interface Choice {
  readonly principal: Principal;
  /** `provider/model`; null: words alone. */
  readonly embeddingModel: string | null;
  readonly signal: AbortSignal;
}

export async function chooseModel(
  deps: SearchSettingsDeps,
  { principal, embeddingModel: model, signal }: Choice,
): Promise<Result<SearchSettings>> {
  const { ctx, models } = deps;
  let chosen: Parameters<typeof writeChosen>[1] = null;
  if (model !== null) {
    const found = models.embeddings.get(model);
    if (!found) return fail("request.invalid", `There is no model of embeddings "${model}".`);
    const tried = await dimensionsOf(deps, { found, principal, signal });
    if (!tried.ok) return tried;
    const decidedAt = new Date(ctx.clock.now());
    const decidedBy = principal.personId;
    chosen = { model, key: found.key, dimensions: tried.value, decidedBy, decidedAt };
  }
  const data = { embeddingModel: model };
  const done = await record(
    deps,
    { type: "search.model-chosen", by: principal, data },
    async (tx) => {
      await writeChosen({ db: tx, orgId: ctx.orgId }, chosen);
      return ok();
    },
  );
  return done.ok ? searchSettings(deps) : done;
}

/** A first request, of a sentence that says nothing: whether it answers at all, and with how many numbers. */
async function dimensionsOf(
  deps: MeaningDeps,
  asked: {
    readonly found: FoundEmbedding;
    readonly principal: Principal;
    readonly signal: AbortSignal;
  },
): Promise<Result<number>> {
  const { found, principal, signal } = asked;
  const permit = leaveFor(deps, { principal, model: found.name, label: NEUTRAL });
  if (!permit.ok) return permit;
  const made = await embed(deps.models, {
    found,
    texts: [TRIAL],
    kind: "document",
    permit: permit.value,
    label: NEUTRAL,
    journal: adminJournal(deps.ledger, { subjects: [principal.personId] }),
    personId: principal.personId,
    deadlineMs: TRIAL_MS,
    signal,
    ...(found.spec.dimensions === undefined ? {} : { dimensions: found.spec.dimensions }),
  });
  if (!made.ok) return made;
  return ok(made.value.vectors[0]?.length ?? 0);
}

export async function searchSettings(deps: SearchSettingsDeps): Promise<Result<SearchSettings>> {
  const { ctx, models, index } = deps;
  const stats = await index.stats();
  return whileAvailable(async () => {
    const chosen = await selectChosen(ctx);
    const extent = await extentOf(ctx, chosen?.key ?? "");
    return {
      embeddingModel: chosen?.model ?? null,
      decidedBy: chosen?.decidedBy ?? null,
      decidedAt: chosen?.decidedAt.toISOString() ?? null,
      choices: [...models.embeddings.values()].map(({ name, destination, provider }) => ({
        name,
        sendsTo: provider.wire === "offline" ? null : destination,
      })),
      index: {
        state: stats.state,
        done: stats.done,
        total: stats.total,
        passages: stats.chunks,
        bytes: stats.bytes,
      },
      meaning: { ...extent, waiting: chosen?.waiting ?? "" },
      spend: await spendOf(ctx),
    };
  });
}
