// Asks whether what a run has read may be sent to a model: the question that the rules of the destination
// want put first. It shows which classes and how many values, and never the values.
import type { ApprovalCard, AskedSend, Decision, Label, NewRunEvent } from "@stead/protocol";
import { digest } from "../../lib/json.ts";
import { askedToSend, NOTHING_ELSE } from "../../policy/ask-to-send.ts";
import type { Driving } from "../driving.ts";

/** When nobody answers, the run ends. */
const EXPIRES_MS = 4 * 3_600_000;

export interface SendWish {
  /** Whose destination it is, as the chain names it. */
  readonly model: string;
  readonly sends: readonly AskedSend[];
  readonly label: Label;
}

export function askToSend(run: Driving, { model, sends, label }: SendWish): NewRunEvent {
  const { ctx } = run.deps;
  const approvalId = ctx.ids.next("apr");
  const decision: Decision = { ...askedToSend(NOTHING_ELSE, sends), expiresMs: EXPIRES_MS };
  const now = ctx.clock.now();
  const expiresAt = new Date(now + EXPIRES_MS).toISOString();
  const question = {
    // No call of a turn has this id.
    callId: `send:${approvalId}`,
    digest: sendDigest(run, { model, sends, label }),
    kind: "send" as const,
    expiresAt,
  };
  return {
    type: "approval.requested",
    data: {
      ...question,
      tool: model,
      approvalId,
      approvers: decision.approvers,
      sends: [...sends],
    },
    bodies: { card: cardOf(run, { model, label, decision, question, approvalId, now }) },
  };
}

/** The same for the same question of the same run, and for no other. */
function sendDigest(run: Driving, { model, sends, label }: SendWish): string {
  return digest({
    v: 1,
    run: run.runId,
    version: run.version.hash,
    model,
    label: { ...label },
    sends: sends.map(({ destination, class: of, count }) => [destination, of, count]),
  });
}

interface Shown {
  readonly model: string;
  readonly label: Label;
  readonly decision: Decision;
  readonly question: Pick<ApprovalCard, "callId" | "digest" | "kind" | "expiresAt">;
  readonly approvalId: string;
  readonly now: number;
}

function cardOf(run: Driving, shown: Shown): ApprovalCard {
  const { model, label, decision, question, approvalId, now } = shown;
  const { version, principal } = run;
  const { destination = "" } = decision.sends?.[0] ?? {};
  return {
    ...question,
    id: approvalId,
    runId: run.runId,
    state: "requested",
    agent: { id: version.agentId, name: version.spec.name, version: version.version },
    asker: { id: principal.personId, name: principal.name, department: principal.department },
    tool: { name: model, title: `Send to the model ${model}`, effect: "outward", reviewed: false },
    actsAs: { kind: "caller", name: principal.name },
    destination,
    arguments: {},
    sinks: [],
    classes: label.classes,
    decision,
    requestedAt: new Date(now).toISOString(),
    answeredBy: null,
    answeredAt: null,
    note: "",
    edited: false,
    blockedBecause: null,
  };
}
