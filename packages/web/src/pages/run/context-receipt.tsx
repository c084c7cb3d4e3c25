// The receipt of a model call: every span that the model saw, with who may read it and how far to trust it.
import type { SpanReceipt } from "@stead/protocol";
import type { ReactElement } from "react";
import { Badge } from "../../ui/badge.tsx";
import { count, counted, shortHash } from "../../ui/format.ts";
import { Section } from "../../ui/page.tsx";
import { Readers } from "../../ui/readers.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { TRUST } from "../../ui/trust.ts";
import { Withheld } from "../../ui/withheld.tsx";
import type { Receipt } from "./receipt.ts";

function originOf({ origin }: Pick<SpanReceipt, "origin">): string {
  switch (origin.kind) {
    case "instructions":
      return "the agent's instructions";
    case "person":
      return "the question";
    case "model":
      return `the model, step ${origin.step}`;
    case "tool":
      return `result of ${origin.tool}`;
    case "document":
      return `document ${origin.documentId}, revision ${shortHash(origin.revision)}`;
    case "summary":
      return `summary, step ${origin.step}`;
    case "kernel":
      break;
  }
  return origin.reason;
}

const columnsFor = (runId: string, words: Words): Column<SpanReceipt>[] => [
  { id: "origin", header: "Where it came from", cell: originOf },
  {
    id: "trust",
    header: "Trust",
    cell: ({ label }) => (
      <Badge tone={TRUST[label.trust][0]} title={TRUST[label.trust][1]}>
        {label.trust}
      </Badge>
    ),
  },
  {
    id: "classes",
    header: "Data classes",
    cell: ({ label }) => (label.classes.length === 0 ? "none" : label.classes.join(", ")),
  },
  {
    id: "audience",
    header: "Who may see it",
    cell: ({ label: { audience }, origin }) =>
      audience.length === 0 ? (
        "everyone"
      ) : (
        <Readers runId={runId} of={audience} what={originOf({ origin })}>
          {[...new Set(audience.map((id) => words[id] ?? shortHash(id)))].join("; of these ")}
        </Readers>
      ),
  },
  { id: "tokens", header: "Tokens", right: true, cell: (span) => count(span.tokens) },
];

/** By access class, in words. */
type Words = Record<string, string>;

export function ContextReceipt(props: {
  runId: string;
  receipt: Receipt;
  audiences: Words | undefined;
  title?: string;
}): ReactElement {
  const { runId, receipt, audiences = {}, title = "What the model saw" } = props;
  const { lines, withheld } = receipt;
  const tokens = lines.reduce((sum, line) => sum + line.tokens, 0);
  return (
    <Section title={`${title}: ${counted(lines.length, "span")}, ${counted(tokens, "token")}`}>
      <div className="-mx-4 overflow-x-auto">
        <Table
          label={props.title ?? "Context receipt"}
          rows={lines}
          columns={columnsFor(runId, audiences)}
          rowId={(span) => span.id}
        />
      </div>
      {withheld === 0 ? null : (
        <Withheld why={`${counted(withheld, "more span")} that you may not read any more.`} />
      )}
    </Section>
  );
}
