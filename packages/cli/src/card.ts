// An approval card, the trace of a run and other things as a terminal shows them.
import { actingWords } from "@stead/protocol";
import type { ApprovalCard, TraceSpan } from "@stead/protocol";

// Controls, which steer a terminal; marks of direction and characters of no width, which steer the eye.
const UNSEEN_RANGES = [
  "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c",
  "\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff\\u{e0000}-\\u{e0fff}",
];
const UNSEEN = new RegExp(`[${UNSEEN_RANGES.join("")}]`, "gu");

/** No text from a server may steer the terminal or its reader: what is unseen becomes visible. */
export function plain(text: string): string {
  return text.replace(UNSEEN, "\ufffd");
}

export function cardText(card: ApprovalCard): string {
  const lines = [
    `Approval ${card.id} · ${card.state}`,
    `  ${card.tool.title} (${card.tool.name}, ${card.tool.effect}${card.tool.reviewed ? "" : ", not reviewed"})`,
    ...Object.entries(card.arguments).map(
      ([name, value]) => `    ${name}: ${JSON.stringify(value)}${sourceOf(card, name)}`,
    ),
    `  who acts     ${actingWords({ ...card.actsAs, effect: card.tool.effect })}`,
    `  asked by     ${card.asker.name}, ${card.asker.department}`,
    `  agent        ${card.agent.name}, version ${card.agent.version}`,
    `  goes to      ${card.destination}`,
    `  because      ${card.decision.reason}`,
    ...(card.shareReason === undefined ? [] : [`  to share     ${card.shareReason}`]),
    ...(card.decision.lacking ?? []).map(
      ({ name, what }) => `    ${name} may not read ${what.join(", ")}`,
    ),
    `  policies     ${card.decision.policies.map((policy) => policy.id).join(", ") || "none"}`,
    `  approvers    ${card.decision.approvers.map((need) => `${need.quorum} of ${need.group}`).join(", ")}`,
    `  expires      ${card.expiresAt}`,
  ];
  if (card.classes.length > 0) lines.push(`  data         ${card.classes.join(", ")}`);
  if (card.answeredBy) lines.push(`  answered by  ${card.answeredBy.name} ${card.note}`);
  if (card.blockedBecause) lines.push(`  you can't answer it: ${card.blockedBecause}`);
  return plain(lines.join("\n"));
}

function sourceOf(card: ApprovalCard, argument: string): string {
  const sink = card.sinks.find((candidate) => candidate.argument === argument);
  return sink ? `  (${sink.kind}, from ${sink.source})` : "";
}

export function traceText(spans: readonly TraceSpan[]): string {
  const known = new Set(spans.map((span) => span.id));
  const lines: string[] = [];
  const draw = (parentId: string | null, depth: number): void => {
    for (const span of spans) {
      const parent = span.parentId !== null && known.has(span.parentId) ? span.parentId : null;
      if (parent !== parentId || depth > 64) continue;
      const took = span.endedAt === null ? "…" : `${Math.round(span.endedAt - span.startedAt)} ms`;
      const note = span.withheld === null ? "" : `  [withheld: ${span.withheld}]`;
      const indent = "  ".repeat(depth);
      lines.push(`${indent}${span.name}  ${span.status}  ${took}  (${span.kind})${note}`);
      draw(span.id, depth + 1);
    }
  };
  draw(null, 0);
  return plain(lines.join("\n"));
}
