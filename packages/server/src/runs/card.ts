// The approval card: rendered by the kernel from the canonical call, never from model text.
import type { ApprovalCard, NewRunEvent } from "@stead/protocol";
import { shownArguments } from "./body.ts";
import type { BoundCall } from "./bind.ts";
import { askedOf, CONSENT_MS, consentOf } from "./consent-words.ts";
import type { Driving } from "./driving.ts";

/** When no policy says how long a question stands: four hours. */
const EXPIRES_MS = 4 * 3_600_000;

/** Of what a call may wait for; the question before a model is sent anything is of no call. */
type Asked = Exclude<ApprovalCard["kind"], "send">;

export function askEvent(run: Driving, bound: BoundCall, kind: Asked): NewRunEvent {
  const { decision } = bound;
  const now = run.deps.ctx.clock.now();
  const approvalId = run.deps.ctx.ids.next("apr");
  const lastsMs = kind === "consent" ? CONSENT_MS : (decision.expiresMs ?? EXPIRES_MS);
  const expiresAt = new Date(now + lastsMs).toISOString();
  // Whether an unsettled attempt may be repeated is for the person who asked, who can look; and nobody but
  // them signs in with an account of theirs.
  const approvers = kind === "policy" ? decision.approvers : [];
  const card: ApprovalCard = {
    ...renderCall(run, bound),
    id: approvalId,
    runId: run.runId,
    kind,
    state: "requested",
    ...(kind === "consent" && bound.missing ? { consent: consentOf(bound.missing) } : {}),
    ...(kind === "policy" && decision.declassifies && run.state.share
      ? { shareReason: run.state.share.reason }
      : {}),
    decision: kind === "policy" ? decision : askedOf(bound, kind),
    requestedAt: new Date(now).toISOString(),
    expiresAt,
  };
  return {
    type: "approval.requested",
    data: {
      callId: bound.callId,
      tool: bound.tool.tool.name,
      approvalId,
      kind,
      digest: bound.digest,
      approvers,
      ...(kind === "policy" && decision.sends ? { sends: decision.sends } : {}),
      expiresAt,
    },
    bodies: { card },
  };
}

/** Everything on a card that follows from the call itself. */
export function renderCall(run: Driving, bound: BoundCall) {
  const { tool } = bound.tool;
  const { version, principal } = run;
  return {
    callId: bound.callId,
    digest: bound.digest,
    agent: { id: version.agentId, name: version.spec.name, version: version.version },
    asker: { id: principal.personId, name: principal.name, department: principal.department },
    tool: {
      name: tool.name,
      title: tool.title,
      effect: tool.contract.effect,
      reviewed: tool.reviewed,
    },
    actsAs: { kind: bound.granted.actsAs, name: bound.actingAs },
    destination: bound.destination,
    arguments: shownArguments(bound.arguments),
    sinks: sinksOf(bound),
    classes: bound.label.classes,
    answeredBy: null,
    answeredAt: null,
    note: "",
    edited: false,
    blockedBecause: null,
  };
}

/** Where each value is from, those first that somebody is asked about. */
function sinksOf({ tool, granted, traced, decision }: BoundCall): ApprovalCard["sinks"] {
  const holds = decision.holds ?? [];
  const held = new Set(holds.map(({ argument, value }) => `${argument} ${value}`));
  const rest = traced.filter(({ argument, value }) => !held.has(`${argument} ${value}`));
  const preset = Object.entries(tool.tool.contract.sinks).filter(
    ([argument]) => (argument.split(".")[0] ?? "") in granted.presets,
  );
  return [
    ...holds.map(({ argument, kind, value, source }) => ({
      argument,
      kind,
      value,
      source,
      held: true,
    })),
    ...rest.map(({ argument, kind, value, source }) => ({
      argument,
      kind,
      value,
      source,
      held: false,
    })),
    ...preset.map(([argument, { kind }]) => ({
      argument,
      kind,
      source: "set by the agent's builder",
    })),
  ];
}
