// What others build on: endpoints, error codes, event and frame names, the OpenAPI document. A change
// of these shows as a diff; `npx vitest run packages/server/test/surface.test.ts -u` writes it.
import { ENDPOINT_ROWS, ERRORS, RUN_EVENTS, streamFrameSchema } from "@stead/protocol";
import { expect, test } from "vitest";
import { z } from "zod";
import { AGENT_EVENTS } from "../src/agents/context.ts";
import { openApiDocument } from "../src/http/openapi.ts";
import { DETECTOR_EVENTS } from "../src/egress/detect/patterns.ts";
import { IDENTITY_EVENTS } from "../src/identity/context.ts";
import { REDTEAM_EVENTS } from "../src/reports/redteam.ts";
import { SOURCE_EVENTS } from "../src/knowledge/source/context.ts";

function surface(): string {
  const endpoints = ENDPOINT_ROWS.map(({ name, endpoint }) => {
    const marks = (["keyed", "stream", "raw", "page"] as const)
      .filter((mark) => endpoint[mark])
      .join(" ");
    const { method, path, action } = endpoint;
    return `${name.padEnd(22)} ${method.padEnd(6)} ${path.padEnd(44)} ${action} ${marks}`.trimEnd();
  });
  const errors = Object.entries(ERRORS).map(([code, [status]]) => `${code.padEnd(24)} ${status}`);
  const frames = streamFrameSchema.options.map((option) => option.shape.type.value);
  return [
    section("Endpoints", endpoints),
    section("Error codes", errors),
    section("Events of a run", Object.keys(RUN_EVENTS)),
    section("Events of the stream identity", IDENTITY_EVENTS),
    section("Events of the stream agents", AGENT_EVENTS),
    section("Events of the stream detectors", DETECTOR_EVENTS),
    section("Events of the stream redteam", REDTEAM_EVENTS),
    section("Events of the stream sources", SOURCE_EVENTS),
    section("Frames of a run's stream", frames),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string {
  return `# ${title}\n${lines.toSorted().join("\n")}\n`;
}

test("names on the wire are as pinned", async () => {
  await expect(surface()).toMatchFileSnapshot("surface.txt");
});

test("no two endpoints share a method and an address", () => {
  const addresses = ENDPOINT_ROWS.map(
    ({ endpoint }) => `${endpoint.method} ${endpoint.path.replace(/:\w+/g, ":")}`,
  );
  expect(new Set(addresses).size).toBe(addresses.length);
});

const documentSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))),
});

test("the OpenAPI document is the one in docs/reference and holds every endpoint", async () => {
  const document = openApiDocument("0.1.0");
  const text = `${JSON.stringify(document, null, 2)}\n`;
  await expect(text).toMatchFileSnapshot("../../../docs/reference/openapi.json");
  const { paths } = documentSchema.parse(document);
  const named = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(named.toSorted()).toEqual(ENDPOINT_ROWS.map(({ name }) => name).toSorted());
});

test("the reference of endpoints and errors is the one in docs/reference", async () => {
  const endpoints = ENDPOINT_ROWS.map(
    ({ name, endpoint: { method, path, action, summary } }) =>
      `| \`${name}\` | \`${method} ${path}\` | \`${action}\` | ${summary} |`,
  );
  const errors = Object.entries(ERRORS).map(
    ([code, [status, sentence]]) => `| \`${code}\` | ${status} | ${sentence} |`,
  );
  const text = `# The API

Generated from the endpoint table and the list of errors. Details: [openapi.json](openapi.json),
which a running server also answers at \`/openapi.json\`. \`self\` is open to everyone who is signed in; policy
is asked about every other action, and an API key needs a scope that reaches it.

| endpoint | address | action | what it does |
| --- | --- | --- | --- |
${endpoints.join("\n")}

## Errors

An error is \`{"error": {"code", "message", "detail", "hint"}}\`.

| code | status | message |
| --- | --- | --- |
${errors.join("\n")}
`;
  await expect(text).toMatchFileSnapshot("../../../docs/reference/api.md");
});
