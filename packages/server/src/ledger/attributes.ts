// What a span of a trace says about each event: OpenTelemetry's GenAI names, ours under `stead.`.
import type { Label, RunEventData, RunEventType, TraceSpan } from "@stead/protocol";

type Attributes = TraceSpan["attributes"];

export function attributesOf<T extends RunEventType>(event: {
  type: T;
  data: RunEventData<T>;
}): Attributes {
  return ATTRIBUTES[event.type](event.data);
}

const ATTRIBUTES: { readonly [T in RunEventType]: (data: RunEventData<T>) => Attributes } = {
  "run.started": (data) => ({
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.id": data.agentId,
    "gen_ai.agent.version": data.versionId,
    "gen_ai.conversation.id": data.threadId,
    "enduser.id": data.personId,
    "stead.surface": data.surface,
    "stead.attended": data.attended,
    "stead.trial": data.trial,
    ...(data.subRunOf === undefined
      ? {}
      : {
          "stead.sub_run.of": data.subRunOf.runId,
          "stead.sub_run.call": data.subRunOf.callId,
          "stead.sub_run.tools": data.subRunOf.tools,
        }),
    ...(data.share === undefined
      ? {}
      : { "stead.share.of": data.share.runId, "stead.share.call": data.share.callId }),
  }),
  "run.claimed": (data) => ({ "stead.worker.id": data.workerId }),
  "run.cancel-requested": (data) => ({ "stead.cancelled_by": data.by }),
  "run.finished": (data) => ({ "stead.run.status": data.status, ...ofFailure(data.failure) }),
  "model.requested": (data) => ({
    "gen_ai.operation.name": "chat",
    ...ofModel("request", data.models[0]),
    "stead.models": data.models,
    "stead.step": data.step,
    "stead.purpose": data.purpose,
    "stead.context.tokens": data.inputTokens,
    "stead.context.spans_new": data.spans.length,
    "stead.policies": data.policies,
    ...ofLabel(data.label),
  }),
  "model.attempted": (data) => ({
    "gen_ai.operation.name": "chat",
    ...ofModel("request", data.model),
    "server.address": data.destination,
    "stead.attempt": data.attempt,
    "stead.waited_ms": data.waitedMs,
    ...ofStatus(data),
  }),
  "model.answered": (data) => ({
    ...ofModel("response", data.model),
    "gen_ai.response.finish_reasons": [data.finish],
    "gen_ai.usage.input_tokens": data.usage.inputTokens,
    "gen_ai.usage.output_tokens": data.usage.outputTokens,
    "gen_ai.usage.cache_read.input_tokens": data.usage.cachedTokens,
    "stead.usage.reasoning_tokens": data.usage.reasoningTokens,
    "stead.cost_micros": data.usage.costMicros,
    "stead.calls": data.calls.length,
    ...ofLabel(data.label),
  }),
  "model.failed": (data) => ofFailure(data.failure),
  "call.decided": (data) => ({
    ...ofCall(data),
    "stead.decision": data.decision.kind,
    "stead.decision.reason": data.decision.reason,
    "stead.policies": data.decision.policies.map(({ id }) => id),
    ...(data.decision.lacking ? { "stead.lacking": data.decision.lacking.length } : {}),
    "stead.acts_as": data.actsAs,
    "stead.acting_as": data.actingAs,
    "stead.destination": data.destination,
    "stead.digest": data.digest,
    ...ofLabel(data.label),
  }),
  "call.rejected": (data) => ({ ...ofCall(data), ...ofFailure(data.failure) }),
  "approval.requested": (data) => ({
    ...ofCall(data),
    "stead.approval.id": data.approvalId,
    "stead.approval.kind": data.kind,
    "stead.approval.approvers": data.approvers.map(({ group }) => group),
    "stead.approval.expires_at": data.expiresAt,
  }),
  "approval.answered": (data) => ({
    ...ofCall(data),
    "stead.approval.id": data.approvalId,
    "stead.approval.answer": data.answer,
    "stead.approval.by": data.by,
    "stead.approval.edited": data.edited,
  }),
  "label.declassified": (data) => ({
    ...ofCall(data),
    "stead.approval.id": data.approvalId,
    "stead.digest": data.digest,
    "stead.declassified.recipients": data.declassified.map(({ name }) => name),
    "stead.declassified.labels": [...new Set(data.declassified.flatMap(({ classes }) => classes))],
    "stead.declassified.by": data.by,
    "stead.declassified.until": data.until,
  }),
  "label.declassification-revoked": (data) => ({
    ...ofCall(data),
    "stead.approval.id": data.approvalId,
    "stead.declassified.revoked_by": data.by,
  }),
  "label.endorsement-revoked": (data) => ({
    ...ofCall(data),
    "stead.approval.id": data.approvalId,
    "stead.endorsement.revoked_by": data.by,
  }),
  "egress.cleared": (data) => ({
    ...ofCall(data),
    "stead.approval.id": data.approvalId,
    "stead.digest": data.digest,
    "stead.cleared.scope": data.scope,
    "stead.cleared.classes": [...new Set(data.sends.map((each) => each.class))],
    "stead.cleared.destinations": [...new Set(data.sends.map(({ destination }) => destination))],
    "stead.cleared.by": data.by,
  }),
  "call.started": (data) => ({
    ...ofCall(data),
    "stead.key": data.key,
    "stead.keyed": data.keyed,
    "stead.digest": data.digest,
    "stead.policies": data.policies,
    ...(data.approvalId === undefined ? {} : { "stead.approval.id": data.approvalId }),
  }),
  "sub-run.ended": (data) => ({
    ...ofCall(data),
    "stead.sub_run.id": data.runId,
    "stead.sub_run.status": data.status,
    "stead.sub_run.done": data.done,
    "stead.sub_run.total": data.total,
    "gen_ai.usage.input_tokens": data.usage.inputTokens,
    "gen_ai.usage.output_tokens": data.usage.outputTokens,
    "stead.cost_micros": data.usage.costMicros,
  }),
  "call.finished": (data) => ({
    ...ofCall(data),
    "stead.result.bytes": data.bytes,
    "stead.citations": data.citations,
    ...(data.blobId === undefined ? {} : { "stead.blob.id": data.blobId }),
    ...ofFailure(data.failure),
    ...ofLabel(data.label),
  }),
  "context.compacted": (data) => ({
    "stead.context.how": data.how,
    "stead.context.replaced": data.replaced.length,
    "stead.context.tokens_before": data.tokensBefore,
    "stead.context.tokens_after": data.tokensAfter,
    ...ofLabel(data.label),
  }),
  "egress.sent": (data) => ({
    "server.address": data.destination,
    "url.full": data.url,
    "http.request.method": data.method,
    "http.request.body.size": data.bytes,
    "stead.classes": data.classes,
    "stead.detector": data.detector,
  }),
  "egress.settled": (data) => ({ "http.response.body.size": data.bytes, ...ofStatus(data) }),
};

function ofModel(side: "request" | "response", model: string | undefined): Attributes {
  if (model === undefined) return {};
  const slash = model.indexOf("/");
  const name = { [`gen_ai.${side}.model`]: model.slice(slash + 1) };
  return slash > 0 ? { "gen_ai.provider.name": model.slice(0, slash), ...name } : name;
}

function ofCall({ callId, tool }: { callId: string; tool: string }): Attributes {
  return {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": tool,
    "gen_ai.tool.call.id": callId,
  };
}

function ofStatus({ status, code }: { status: number | null; code: string | null }): Attributes {
  return {
    ...(status === null ? {} : { "http.response.status_code": status }),
    ...(code === null ? {} : { "error.type": code }),
  };
}

function ofFailure(failure: { code: string; detail: string } | undefined): Attributes {
  return failure ? { "error.type": failure.code, "error.message": failure.detail } : {};
}

function ofLabel(label: Label): Attributes {
  return {
    "stead.label.classes": label.classes,
    "stead.label.audience": label.audience,
    "stead.label.trust": label.trust,
  };
}
