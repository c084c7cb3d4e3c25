// May they? Deterministic and default deny: no rule that permits, an unknown name or any evaluation error
// means no. The only place where decisions are made; permits are minted from nothing else.
import type { Decision, Hold } from "@stead/protocol";
import { trustRank } from "../access/label.ts";
import { canonical } from "../lib/json.ts";
import { evaluate, type Answer } from "./cedar/evaluate.ts";
import { requestOf, resourceParts, type Asked } from "./cedar/request.ts";
import { cedarArguments, type CedarRecord } from "./cedar/value.ts";
import {
  CALL_PARENTS,
  callAction,
  DECLASSIFY_ACTION,
  ENDPOINT_ACTIONS,
  MODEL_ACTION,
  unapprovedAction,
  unapprovedParents,
} from "./cedar/vocabulary.ts";
import { askedToSend } from "./ask-to-send.ts";
import { OUTSIDE, sharedOf } from "./declassify.ts";
import { askOf, deniedOf, errorOf, heldOf, permitOf, refusalOf } from "./explain.ts";
import { attest } from "./permit.ts";
import type { ActionQuestion, CallQuestion, ModelQuestion, PolicySet } from "./policy.ts";

/**
 * First: may it happen without approval? If not: may it happen at all? Then it asks, and every rule that
 * stood against the first counts together. A rule that fails, in either request, denies.
 */
export function decideCall(policies: PolicySet, question: CallQuestion): Decision {
  return attest(previewCall(policies, question), {
    kind: "call",
    action: callAction(question.tool.name),
    principalId: question.principal.personId,
    orgId: question.principal.orgId,
    content: canonical(question.arguments),
  });
}

/** The same answer, but of no consequence: no permit can be minted from it. */
export function previewCall(policies: PolicySet, question: CallQuestion): Decision {
  return narrowed(policies, ruleOn(policies, question), question);
}

/** What was read narrows what rules allow, and never widens it; nor does what may leave. */
function narrowed(policies: PolicySet, decision: Decision, question: CallQuestion): Decision {
  const { sends = [] } = question;
  const bound = byLabels(policies, decision, question);
  return bound.kind === "deny" || sends.length === 0 ? bound : askedToSend(bound, sends);
}

function byLabels(policies: PolicySet, decision: Decision, question: CallQuestion): Decision {
  const { holds = [], seen = [], leak, lacking } = question;
  if (decision.kind === "deny") return decision;
  if (leak !== undefined) {
    const told = lacking ? { lacking } : {};
    if (!question.declassify) return { ...refusalOf(leak), ...told };
    const shared = { ...sharedOn(policies, decision, question), ...told };
    return shared.kind === "deny" || holds.length === 0 ? shared : heldOf(shared, holds);
  }
  const known = new Set(decision.kind === "permit" ? seen.map(keyOf) : []);
  const open = holds.filter((hold) => !known.has(keyOf(hold)));
  return open.length === 0 ? decision : heldOf(decision, open);
}

/** Asked for by the asker: whom policy has decide it, beside those who decide on the call itself. */
function sharedOn(policies: PolicySet, decision: Decision, question: CallQuestion): Decision {
  const { tool, principal, leak = "", declassify = [] } = question;
  const answer = answerTo(policies, {
    principal,
    action: DECLASSIFY_ACTION,
    actionParents: [],
    resource: { type: "Tool", id: tool.name },
    resourceAttributes: { provider: tool.provider },
    resourceGroups: [],
    context: {
      ...modelContext(question),
      effect: tool.contract.effect,
      granted: question.granted,
      reviewed: tool.reviewed,
      actsAs: question.actsAs,
      recipients: declassify.length,
      outside: declassify.some(({ recipient }) => recipient.startsWith(OUTSIDE)),
    },
  });
  if (answer.kind === "error") return errorOf(policies, answer.policies, answer.detail);
  if (answer.kind === "deny") return deniedOf(policies, answer.policies, `sharing it: ${leak}`);
  return sharedOf(decision, askOf(policies, answer.policies), { leak, declassify });
}

function keyOf({ argument, value, trust }: Hold): string {
  return canonical([argument, value, trust]);
}

function ruleOn(policies: PolicySet, question: CallQuestion): Decision {
  const { tool, principal } = question;
  const call = callAction(tool.name);
  const known = policies.tools.get(tool.name);
  if (!known) return refusalOf(`Policy knows no tool called "${tool.name}"`);
  if (known.hash !== tool.hash)
    return errorOf(policies, [], `The tool "${tool.name}" changed after policy was checked`);
  const args = cedarArguments(known.shape, question.arguments);
  if (!args.ok) return errorOf(policies, [], args.failure.detail);
  const context = callContext(question, args.value);
  const ask = (action: string, actionParents: readonly string[], approved: boolean): Answer =>
    answerTo(policies, {
      principal,
      action,
      actionParents,
      resource: { type: "Tool", id: tool.name },
      resourceAttributes: { provider: tool.provider },
      resourceGroups: [],
      context: { ...context, approved },
    });
  const first = ask(unapprovedAction(tool.name), unapprovedParents(tool.name), false);
  if (first.kind === "error") return errorOf(policies, first.policies, first.detail);
  if (first.kind === "allow") return permitOf(policies, first.policies);
  const second = ask(call, CALL_PARENTS, true);
  if (second.kind === "error") return errorOf(policies, second.policies, second.detail);
  if (second.kind === "deny") return deniedOf(policies, second.policies, `calling ${tool.name}`);
  return askOf(policies, first.policies.length > 0 ? first.policies : second.policies);
}

function answerTo(policies: PolicySet, asked: Asked): Answer {
  const slice = policies.slices.get(asked.action);
  if (slice) return evaluate(slice, requestOf(policies, slice, asked));
  return { kind: "error", policies: [], detail: `There is no action "${asked.action}"` };
}

function callContext(question: CallQuestion, args: CedarRecord): CedarRecord {
  return {
    ...modelContext(question),
    effect: question.tool.contract.effect,
    args,
    reviewed: question.tool.reviewed,
    granted: question.granted,
    held: (question.holds ?? []).length > 0,
    actsAs: question.actsAs,
  };
}

function modelContext(question: Omit<ModelQuestion, "model">): CedarRecord {
  const { agent, label } = question;
  return {
    agent: agent.id,
    version: agent.version,
    labels: {
      classes: [...label.classes],
      trust: label.trust,
      trustRank: trustRank(label.trust),
      audienceSize: label.audience.length,
    },
    attended: question.attended,
    surface: question.surface,
    spentMicros: Math.ceil(question.spentMicros),
  };
}

/** May what the context holds be sent to this model? */
export function decideModel(policies: PolicySet, question: ModelQuestion): Decision {
  const decision = decided(policies, `sending this to ${question.model}`, {
    principal: question.principal,
    action: MODEL_ACTION,
    actionParents: [],
    resource: { type: "Model", id: question.model },
    resourceAttributes: { provider: question.model.split("/")[0] ?? "" },
    resourceGroups: [],
    context: modelContext(question),
  });
  return attest(decision, {
    kind: "model",
    action: MODEL_ACTION,
    principalId: question.principal.personId,
    orgId: question.principal.orgId,
    content: question.model,
  });
}

/** May this person do this, to this? A key can do no more than its scopes name. */
export function decideAction(policies: PolicySet, question: ActionQuestion): Decision {
  const { principal, action, resource } = question;
  return attest(actionDecision(policies, question), {
    kind: "act",
    action,
    principalId: principal.personId,
    orgId: principal.orgId,
    content: `${resource.type}\n${resource.id}`,
  });
}

function actionDecision(policies: PolicySet, question: ActionQuestion): Decision {
  const { principal, action, resource } = question;
  const { via } = principal;
  if (via.kind === "key" && !inScopes(via.scopes, action))
    return refusalOf(`This key's scopes do not cover ${action}`);
  if (!ENDPOINT_ACTIONS.includes(action))
    return refusalOf(`Policy knows no action called "${action}"`);
  const parts = resourceParts(policies, resource);
  if (!parts) return errorOf(policies, [], `Policy can't judge this ${resource.type}`);
  return decided(policies, action, {
    principal,
    action,
    actionParents: [],
    resource: { type: resource.type, id: resource.id },
    ...parts,
    context: { via: via.kind },
  });
}

/** `run.*` covers every action of runs; `*` alone covers nothing. */
export function inScopes(scopes: readonly string[], action: string): boolean {
  const area = action.split(".")[0] ?? "";
  return scopes.some((scope) => scope === action || scope === `${area}.*`);
}

function decided(policies: PolicySet, what: string, asked: Asked): Decision {
  const answer = answerTo(policies, asked);
  if (answer.kind === "error") return errorOf(policies, answer.policies, answer.detail);
  if (answer.kind === "deny") return deniedOf(policies, answer.policies, what);
  return permitOf(policies, answer.policies);
}

/** Endpoint actions that the person may use at all, for the console to show or to leave out. */
export function permittedActions(
  policies: PolicySet,
  principal: ActionQuestion["principal"],
): string[] {
  const resource = { type: "Platform", id: principal.orgId };
  return ENDPOINT_ACTIONS.filter(
    (action) => actionDecision(policies, { principal, action, resource }).kind === "permit",
  );
}
