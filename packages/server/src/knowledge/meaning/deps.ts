// What searching by meaning needs of the rest: the models, and who decides what may be sent to them.
import type { Label, Principal } from "@stead/protocol";
import { principalOf } from "../../identity/principal.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Result } from "../../lib/result.ts";
import type { EmbeddingModels } from "../../models/embed.ts";
import { decideAction, decideModel } from "../../policy/decide.ts";
import { permitAction, permitModel, type Permit } from "../../policy/permit.ts";
import type { PolicySet } from "../../policy/policy.ts";
import type { Ctx } from "../../store/context.ts";

export interface MeaningDeps {
  readonly ctx: Ctx;
  readonly ledger: Ledger;
  readonly models: EmbeddingModels;
  readonly policies: () => PolicySet;
}

/** The administrator who chose the model, while they may still choose one. */
export async function deciderOf(deps: MeaningDeps, personId: string): Promise<Result<Principal>> {
  const { ctx, policies } = deps;
  const found = await principalOf(ctx, personId, { kind: "run", runId: "search" });
  if (!found.ok) return found;
  const resource = { type: "Platform", id: ctx.orgId };
  const question = { principal: found.value, action: "search.update", resource };
  const allowed = permitAction(decideAction(policies(), question), { nowMs: ctx.clock.now() });
  return allowed.ok ? found : allowed;
}

/** Policy's leave to send text of this label there: the same rules as for every other model. */
export function leaveFor(
  { ctx, policies }: MeaningDeps,
  asked: { readonly principal: Principal; readonly model: string; readonly label: Label },
): Result<Permit> {
  const decision = decideModel(policies(), {
    ...asked,
    agent: { id: "", version: 0 },
    attended: false,
    surface: "search",
    spentMicros: 0,
  });
  return permitModel(decision, { nowMs: ctx.clock.now() });
}
