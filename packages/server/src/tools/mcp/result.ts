// The answer of an MCP tool as text for a model, and its errors as failures.
import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from "@modelcontextprotocol/client";
import type { CallToolResult } from "@modelcontextprotocol/client";
import { brokeOff } from "../../egress/failure.ts";
import { clip } from "../../lib/bounded.ts";
import { fail, ok, type Failure, type Result } from "../../lib/result.ts";
import { visible } from "../../lib/visible.ts";
import type { RawOutput } from "../tool.ts";
import { LINE_MALFORMED, LINE_TOO_LONG } from "./child.ts";

const DETAIL_CHARS_MAX = 2_000;
const GONE = new Set<SdkErrorCode>([
  SdkErrorCode.ConnectionClosed,
  SdkErrorCode.NotConnected,
  SdkErrorCode.SendFailed,
]);

export function outputOf(result: CallToolResult): Result<RawOutput> {
  const parts = result.content.map(partOf).filter((part) => part !== "");
  if (parts.length === 0 && result.structuredContent !== undefined)
    parts.push(visible(JSON.stringify(result.structuredContent, null, 1)));
  const text = parts.join("\n");
  if (result.isError === true)
    return fail(
      "tool.failed",
      clip(text === "" ? "The tool gave no reason." : text, DETAIL_CHARS_MAX),
    );
  return ok({ text: text === "" ? "The tool answered with nothing." : text });
}

function partOf(block: CallToolResult["content"][number]): string {
  switch (block.type) {
    case "text":
      return visible(block.text);
    case "image":
    case "audio": {
      const bytes = Math.round((block.data.length * 3) / 4);
      return `[${block.type} of type ${clip(visible(block.mimeType), 60)}, ${bytes} bytes: left out]`;
    }
    case "resource_link":
      return `[resource ${clip(visible(block.name), 200)}: ${clip(visible(block.uri), 500)}]`;
    case "resource":
      return "text" in block.resource
        ? `[resource ${clip(visible(block.resource.uri), 500)}]\n${visible(block.resource.text)}`
        : `[resource ${clip(visible(block.resource.uri), 500)}: not text, left out]`;
    default:
      return "[a part of an unknown kind: left out]";
  }
}

/** What went wrong; `sent` is what egress says, when it was egress. */
export function failureOf(error: unknown, tool: string, sent: Failure | undefined): Failure {
  if (sent?.code === "egress.too_large")
    return fail("tool.too_large", `The answer of ${tool} is larger than allowed.`).failure;
  if (sent?.code === "egress.timeout")
    return fail("tool.timeout", `${tool} took too long: ${sent.detail}.`).failure;
  if (sent && brokeOff(sent))
    return fail("tool.died", `The server of ${tool} went away before it answered.`).failure;
  if (sent) return sent;
  if (ProtocolError.isInstance(error)) return protocolFailure(error, tool);
  if (SdkHttpError.isInstance(error))
    return fail("tool.failed", `The server of ${tool} answered with HTTP ${error.status}.`).failure;
  if (SdkError.isInstance(error)) return sdkFailure(error, tool);
  if (error instanceof Error && error.name === "AbortError")
    return fail("run.cancelled", `The call of ${tool} was cancelled.`).failure;
  return fail("tool.malformed", `The answer of ${tool} could not be read.`).failure;
}

function protocolFailure(error: ProtocolError, tool: string): Failure {
  if (error.code === LINE_TOO_LONG)
    return fail("tool.too_large", `The answer of ${tool} is larger than allowed.`).failure;
  if (error.code === LINE_MALFORMED)
    return fail("tool.malformed", `The answer of ${tool} is not valid JSON.`).failure;
  const said = clip(visible(error.message), DETAIL_CHARS_MAX);
  return fail("tool.failed", `${tool} was refused by its server: ${said}`).failure;
}

function sdkFailure(error: SdkError, tool: string): Failure {
  const { code } = error;
  if (GONE.has(code))
    return fail("tool.died", `The server of ${tool} ended before it answered.`).failure;
  if (code === SdkErrorCode.RequestTimeout)
    return fail("tool.timeout", `${tool} took too long.`).failure;
  if (code === SdkErrorCode.UnsupportedResultType)
    return fail("tool.failed", `${tool} asks for more input, which can't be given.`).failure;
  return fail("tool.malformed", `The answer of ${tool} could not be read (${code}).`).failure;
}
