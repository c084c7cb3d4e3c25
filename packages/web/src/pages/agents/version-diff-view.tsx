// Draws a diff of two versions.
import type { AgentSpec } from "@stead/protocol";
import { useMemo } from "react";
import type { ReactElement } from "react";
import { cx } from "../../ui/class-names.ts";
import { diffSpecs } from "./version-diff.ts";
import type { DiffLine } from "./version-diff.ts";

const LOOK: Record<DiffLine["kind"], [sign: string, look: string]> = {
  same: [" ", ""],
  added: ["+", "bg-permit-wash text-permit"],
  removed: ["-", "bg-deny-wash text-deny"],
};

export function VersionDiffView(props: {
  from: AgentSpec | undefined;
  to: AgentSpec;
}): ReactElement {
  const { from, to } = props;
  const diff = useMemo(
    () => diffSpecs(from ?? { ...to, tools: [], instructions: "" }, to),
    [from, to],
  );
  return (
    <div className="flex flex-col gap-4">
      <Rights title="Rights gained" tone="text-ask" lines={diff.gained} none="No rights gained." />
      <Rights title="Rights lost" tone="" lines={diff.lost} none="No rights lost." />
      {diff.changed.length === 0 ? null : (
        <div>
          <h3 className="font-semibold">Settings</h3>
          <ul>
            {diff.changed.map(([field, was, is]) => (
              <li key={field}>
                <span className="font-mono text-xs">{field}</span>{" "}
                <span className="text-quiet">was {was === "" ? "empty" : was},</span> is {is}
              </li>
            ))}
          </ul>
        </div>
      )}
      <div>
        <h3 className="font-semibold">Instructions</h3>
        <div className="mt-1 overflow-x-auto rounded-md border border-line bg-surface py-1.5 font-mono text-xs leading-5">
          {diff.lines.map((line, index) => (
            <div key={index} className={cx("flex gap-2 px-3", LOOK[line.kind][1])}>
              <span aria-hidden="true" className="w-2 shrink-0 select-none">
                {LOOK[line.kind][0]}
              </span>
              <span className="sr-only">{line.kind === "same" ? "" : line.kind}</span>
              <span className="whitespace-pre-wrap">{line.text === "" ? " " : line.text}</span>
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function Rights(props: {
  title: string;
  tone: string;
  lines: string[];
  none: string;
}): ReactElement {
  return (
    <div>
      <h3 className="font-semibold">{props.title}</h3>
      {props.lines.length === 0 ? (
        <p className="text-quiet">{props.none}</p>
      ) : (
        <ul className={cx("ml-4 list-disc", props.tone)}>
          {props.lines.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
