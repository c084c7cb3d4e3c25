// Bodies of events as they are read back; what was erased reads as a note, so a run can still be shown.
import {
  approvalCardSchema,
  citationSchema,
  coverageSchema,
  type ApprovalCard,
  type Citation,
  type Coverage,
} from "@stead/protocol";
import { z } from "zod";
import { isJsonObject, type JsonObject } from "../lib/json.ts";

type Bodies = Readonly<Record<string, unknown>>;

export function text(bodies: Bodies, name: string): string {
  const body = bodies[name];
  if (typeof body === "string") return body;
  return body === undefined ? "" : "[erased]";
}

/** Text, or nothing: an erased body and a missing one alike. */
export function plain(bodies: Bodies, name: string): string {
  const body = bodies[name];
  return typeof body === "string" ? body : "";
}

export function record(bodies: Bodies, name: string): JsonObject {
  const body = bodies[name];
  return isJsonObject(body) && !("erased" in body) ? body : {};
}

const citations = z.array(citationSchema);

export function citationsIn(value: unknown): Citation[] {
  const parsed = citations.safeParse(value);
  return parsed.success ? parsed.data : [];
}

const coverages = z.array(coverageSchema);

export function coverageIn(value: unknown): Coverage[] {
  const parsed = coverages.safeParse(value);
  return parsed.success ? parsed.data : [];
}

const links = z.array(z.string());

export function linksIn(value: unknown): string[] {
  const parsed = links.safeParse(value);
  return parsed.success ? parsed.data : [];
}

/** Undefined when it was erased. */
export function cardIn(bodies: Bodies): ApprovalCard | undefined {
  const parsed = approvalCardSchema.safeParse(bodies["card"]);
  return parsed.success ? parsed.data : undefined;
}

/** What the model asked for in a turn, by call. */
export function proposalsIn(content: JsonObject): Map<string, JsonObject> {
  const proposals = new Map<string, JsonObject>();
  const calls = content["calls"];
  if (!Array.isArray(calls)) return proposals;
  for (const call of calls) {
    if (!isJsonObject(call)) continue;
    const { callId, arguments: given } = call;
    if (typeof callId === "string" && isJsonObject(given)) proposals.set(callId, given);
  }
  return proposals;
}

const shown = z.record(z.string(), z.json());

/** Arguments as the wire has them. */
export function shownArguments(given: JsonObject): z.infer<typeof shown> {
  return shown.parse(given);
}
