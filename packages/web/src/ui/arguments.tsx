// A call's arguments, one a line; with where each value of a sink came from, when that is known.
import type { ApprovalCard } from "@stead/protocol";
import type { ReactElement } from "react";
import { oneLine, revealed } from "./format.ts";

interface ArgumentsProps {
  of: Record<string, unknown>;
  sinks?: ApprovalCard["sinks"];
}

export function Arguments({ of, sinks = [] }: ArgumentsProps): ReactElement {
  const entries = Object.entries(of);
  if (entries.length === 0) return <p className="text-quiet">No arguments.</p>;
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
      {entries.map(([name, value]) => {
        const sink = sinks.find((item) => item.argument === name);
        return (
          <div key={name} className="contents">
            <dt className="font-mono text-xs leading-5 text-quiet">{revealed(name)}</dt>
            <dd className="min-w-0">
              <span className="font-mono text-xs leading-5 break-words whitespace-pre-wrap">
                {revealed(oneLine(value))}
              </span>
              {sink === undefined ? null : (
                <span className="block text-xs text-quiet">
                  {sink.kind}, {sink.source}
                </span>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
