// Small marks for states. The word is always there; colour only repeats it.
import type { RunStatus } from "@stead/protocol";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./class-names.ts";

export type Tone = "plain" | "permit" | "ask" | "deny" | "live";

const TONES: Record<Tone, string> = {
  plain: "bg-sunken text-quiet",
  permit: "bg-permit-wash text-permit",
  ask: "bg-ask-wash text-ask",
  deny: "bg-deny-wash text-deny",
  live: "bg-live-wash text-live",
};

export function Badge(props: { tone?: Tone; title?: string; children: ReactNode }): ReactElement {
  return (
    <span
      title={props.title}
      className={cx(
        "inline-flex h-5 shrink-0 items-center gap-1 rounded-sm px-1.5 text-xs font-medium whitespace-nowrap",
        TONES[props.tone ?? "plain"],
      )}
    >
      {props.children}
    </span>
  );
}

export function Dot({ tone, live = false }: { tone: Tone; live?: boolean }): ReactElement {
  const colour = {
    plain: "bg-line-strong",
    permit: "bg-permit",
    ask: "bg-ask",
    deny: "bg-deny",
    live: "bg-live",
  }[tone];
  return (
    <span
      aria-hidden="true"
      className={cx("inline-block size-2 shrink-0 rounded-full", colour, live && "pulse-live")}
    />
  );
}

const RUN: Record<RunStatus, [Tone, string]> = {
  queued: ["plain", "queued"],
  running: ["live", "running"],
  waiting: ["ask", "waiting for approval"],
  answered: ["permit", "answered"],
  failed: ["deny", "failed"],
  cancelled: ["plain", "cancelled"],
  stopped: ["ask", "stopped at a limit"],
};

export function RunStatusBadge({ status }: { status: RunStatus }): ReactElement {
  const [tone, word] = RUN[status];
  return (
    <Badge tone={tone}>
      <Dot tone={tone} live={status === "running"} />
      {word}
    </Badge>
  );
}

export function runTone(status: RunStatus): Tone {
  return RUN[status][0];
}

const DECISION = { permit: ["permit", "allowed"], ask: ["ask", "asks"], deny: ["deny", "denied"] };

export function DecisionBadge({ kind }: { kind: "permit" | "ask" | "deny" }): ReactElement {
  const tone: Tone = kind;
  return <Badge tone={tone}>{DECISION[kind][1]}</Badge>;
}
