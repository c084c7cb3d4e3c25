// A run without an answer: what failed, what was tried, what to do.
import type { RunStatus } from "@stead/protocol";
import type { ReactElement } from "react";
import type { RunView } from "../../stream/run-view.ts";
import { counted } from "../../ui/format.ts";
import { sentenceOf } from "../../ui/error-words.ts";

export function RunFailure(props: {
  failure: RunView["failure"];
  status: RunStatus;
  attempted: number;
}): ReactElement | null {
  const { failure, status, attempted } = props;
  if (failure === null) {
    if (status !== "cancelled") return null;
    return <p className="text-quiet">Cancelled. Nothing was done after that.</p>;
  }
  return (
    <div role="alert" className="flex flex-col gap-1 rounded-md bg-deny-wash px-3 py-2">
      <p className="font-medium text-deny">{sentenceOf(failure.code)}</p>
      <p className="break-words">{failure.detail}</p>
      {failure.hint === undefined ? null : <p>{failure.hint}</p>}
      <p className="text-xs text-quiet">
        After {counted(attempted, "step")}. Every attempt is in the trace.{" "}
        <code className="font-mono">{failure.code}</code>
      </p>
    </div>
  );
}
