// Bodies of events as the fold reads them; what was erased reads as a note, so a run can still be shown.
import type { JsonObject } from "../lib/json.ts";

export function text(bodies: Readonly<Record<string, unknown>>, name: string): string {
  const body = bodies[name];
  if (typeof body === "string") return body;
  return body === undefined ? "" : "[erased]";
}

export function record(bodies: Readonly<Record<string, unknown>>, name: string): JsonObject {
  const body = bodies[name];
  return typeof body === "object" && body !== null && !("erased" in body)
    ? (body as JsonObject)
    : {};
}
