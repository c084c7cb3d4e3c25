// A span's name for people; the OpenTelemetry name stays on hover.
import type { Run, TraceSpan } from "@stead/protocol";

export function spanName(span: TraceSpan, run: Run): string {
  const [verb = "", ...rest] = span.name.split(" ");
  const what = rest.join(" ");
  switch (verb) {
    case "invoke_agent":
      return run.agent.name;
    case "execute_tool":
      return "execute";
    case "chat":
      return what === "" ? "model" : what;
    case "attempt":
      return `attempt ${rest[0] ?? ""}`;
    case "send":
      return `to ${what}`;
    default:
      return span.name;
  }
}
