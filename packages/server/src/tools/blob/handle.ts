// A result too long for the window becomes a handle: its size, its first lines, how to page.
import { joinLabels } from "../../access/label.ts";
import { ok, type Result } from "../../lib/result.ts";
import type { ExecuteInput, ToolOutput } from "../execute.ts";
import type { RawOutput } from "../tool.ts";
import type { BlobStore } from "./store.ts";

/** About 4,000 tokens: more than this in one result crowds the window. */
const INLINE_CHARS_MAX = 16_000;
const SHOWN_CHARS = 2_000;
const SHOWN_LINES = 20;

export async function asHandle(
  blobs: BlobStore,
  { text, label, audience }: Pick<RawOutput, "text" | "label"> & Pick<ToolOutput, "audience">,
  input: Pick<ExecuteInput, "principal" | "runId" | "callId" | "tool" | "label">,
): Promise<Result<Pick<ToolOutput, "text" | "blobId">>> {
  if (text.length <= INLINE_CHARS_MAX) return ok({ text });
  const { runId, callId, principal } = input;
  const { result } = input.tool.tool.contract;
  const joined = joinLabels([
    result,
    { ...input.label, trust: result.trust },
    { ...result, audience: [...audience] },
    ...(label ? [label] : []),
  ]);
  const put = await blobs.put(
    { text, label: joined },
    { personId: principal.personId, runId, callId },
  );
  if (!put.ok) return put;
  const lines = text.split("\n", SHOWN_LINES).join("\n").slice(0, SHOWN_CHARS);
  return ok({
    blobId: put.value,
    text:
      `The result has ${text.length} characters and was put aside as ${put.value}.\n` +
      `Read on with blob.read {"blobId": "${put.value}", "offset": ${lines.length}}, ` +
      `or find text in it with blob.search {"blobId": "${put.value}", "query": "…"}.\n` +
      `It begins:\n${lines}`,
  });
}
