// A tool's contract in words, its arguments, and the hash that pins both.
import type { Tool } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Badge } from "../../ui/badge.tsx";
import { CopyText } from "../../ui/copy.tsx";
import { fieldsOf } from "../../ui/json-form.tsx";
import { JsonView } from "../../ui/json-view.tsx";
import { LINK } from "../../ui/link-row.tsx";
import { Properties, Section } from "../../ui/page.tsx";
import { originOf } from "./origin.ts";

const EFFECT: Record<Tool["contract"]["effect"], string> = {
  read: "reads only",
  "write-own": "changes what belongs to the person it acts for",
  "write-shared": "changes what others share",
  outward: "sends something out",
  irreversible: "does what can’t be undone",
  money: "moves money",
};
const TRUST: Record<string, string> = {
  person: "typed by the person",
  record: "a field of a system of record, or better",
  colleague: "a colleague’s text, or better",
  outside: "anything",
};

export function ToolDetail({ tool }: { tool: Tool }): ReactElement {
  const { contract } = tool;
  return (
    <article className="flex flex-col gap-5 px-4 py-4">
      <header className="flex flex-col gap-1">
        <Link
          from="/tools"
          to="."
          search={(known) => ({ ...known, tool: undefined })}
          className={`${LINK} lg:hidden`}
        >
          Back to the list
        </Link>
        <h2 className="text-lg font-semibold">{tool.title}</h2>
        <p className="max-w-[46rem] whitespace-pre-wrap">{tool.description}</p>
      </header>
      {tool.reviewed ? null : (
        <p className="rounded-md bg-ask-wash px-2.5 py-1.5 text-ask">
          Nobody has written a contract for it, so the strictest applies: each call asks an
          administrator.
        </p>
      )}
      <ContractTerms contract={contract} />
      <Section title="Arguments">
        <ArgumentList tool={tool} />
        <details>
          <summary className="text-quiet">Schema</summary>
          <div className="mt-1 rounded-md border border-line bg-surface px-3 py-2">
            <JsonView value={tool.inputSchema} />
          </div>
        </details>
      </Section>
      <Properties
        rows={[
          ["Name", <CopyText key="n" text={tool.name} label="name" whole />],
          ["Comes from", originOf(tool)],
          ["Hash", <CopyText key="h" text={tool.hash} label="hash" />],
          [
            "Policies",
            <Link key="p" to="/policies" search={{ search: tool.name }} className={LINK}>
              that name it
            </Link>,
          ],
        ]}
      />
    </article>
  );
}

function ContractTerms({ contract }: { contract: Tool["contract"] }): ReactElement {
  return (
    <Section title="Contract">
      <Properties
        rows={[
          ["Effect", `${contract.effect}: ${EFFECT[contract.effect]}`],
          [
            "Repeats",
            contract.keyed
              ? "safe: the same key has no second effect"
              : "not safe: after an interruption a person is asked before it is repeated",
          ],
          ["Undo", contract.undo ?? "no way given"],
          [
            "Result",
            `${TRUST[contract.result.trust] ?? ""}; ${
              contract.resultForCallerOnly ? "for the caller alone" : "for whoever may read it"
            }`,
          ],
          [
            "Data classes",
            contract.result.classes.length === 0 ? "none" : contract.result.classes.join(", "),
          ],
        ]}
      />
    </Section>
  );
}

function ArgumentList({ tool }: { tool: Tool }): ReactElement {
  const fields = fieldsOf(tool.inputSchema, {});
  if (fields.length === 0) return <p className="text-quiet">It takes none.</p>;
  return (
    <ul className="flex flex-col">
      {fields.map((field) => {
        const sink = tool.contract.sinks[field.name];
        return (
          <li key={field.name} className="flex flex-col border-b border-line/60 py-1.5">
            <span className="flex flex-wrap items-center gap-2">
              <code className="font-mono text-xs font-medium">{field.name}</code>
              <span className="text-xs text-quiet">
                {field.kind}
                {field.required ? "" : ", optional"}
              </span>
              {sink === undefined ? null : (
                <Badge tone="ask">
                  {sink.kind}: must be {TRUST[sink.trust]}
                </Badge>
              )}
            </span>
            {field.hint === "" ? null : <span className="text-quiet">{field.hint}</span>}
          </li>
        );
      })}
    </ul>
  );
}
