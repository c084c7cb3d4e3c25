// What a non-egress report says, and its file.
import { DOUBTS } from "@stead/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/format.ts";
import { LINK } from "../../ui/link-row.tsx";
import { Time } from "../../ui/time.tsx";

type Report = Reply<"report.non-egress">;

const ANSWERS: Readonly<Record<Report["answer"], { tone: Tone; word: string }>> = {
  no: { tone: "permit", word: "No" },
  yes: { tone: "deny", word: "Yes" },
  "not-proven": { tone: "ask", word: "Not proven" },
};

export function Answer({ report }: { report: Report }): ReactElement {
  const { question, answer, doubts, sends, findings, ungated, detectors, file, id } = report;
  const { tone, word } = ANSWERS[answer];
  const { reading } = detectors;
  return (
    <section aria-label="The answer" className="flex flex-col gap-3 border-t border-line pt-3">
      <p className="flex flex-wrap items-center gap-2 font-medium">
        <Badge tone={tone}>{word}</Badge>
        <span>{sentence(report)}</span>
      </p>
      {doubts.length === 0 ? null : (
        <ul aria-label="What speaks against a no" className="list-disc pl-5 text-ask">
          {doubts.map((doubt) => (
            <li key={doubt}>{DOUBTS[doubt]}</li>
          ))}
        </ul>
      )}
      {ungated.map(({ path, why, since }) => (
        <p key={path} className="text-quiet">
          <span className="font-mono text-xs">{path}</span> since <Time at={since} />: {why}
        </p>
      ))}
      <p>
        {counted(sends.all, "send")}: {sends.carried} carried {question.class}, {sends.replaced} had
        its values replaced; {sends.uncovered} not signed yet, {sends.unwitnessed} without a
        witness, {sends.unread} not to be read again.
      </p>
      <p className="text-quiet">
        Read again with {reading.detector}
        {reading.registry === null ? "" : ` and known values ${reading.registry}`}:{" "}
        {findings.length === 0
          ? "nothing was found."
          : findings.map((each) => `${each.count} of ${each.class}`).join(", ")}
      </p>
      <Rows report={report} />
      <div className="flex flex-wrap items-center gap-2">
        <Button icon="down" tone="primary" onClick={() => keep(`${id}.note`, file)}>
          Download the signed file
        </Button>
        <code className="text-xs text-quiet">stead verify report {id}.note</code>
      </div>
    </section>
  );
}

function sentence({ answer, question }: Report): string {
  const { class: name, destination } = question;
  if (answer === "no") return `No ${name} reached ${destination}.`;
  if (answer === "yes") return `${name} reached ${destination}.`;
  return `That no ${name} reached ${destination} can't be proven.`;
}

function Rows({ report: { rows } }: { report: Report }): ReactElement | null {
  if (rows.length === 0) return null;
  return (
    <ul aria-label="Sends that carried it" className="flex flex-col gap-1">
      {rows.map(({ stream, seq, number, at, url, by, outcome }) => (
        <li key={`${stream} ${seq}`}>
          <Link to="/ledger" search={{ stream, event: `${stream}~${seq}` }} className={LINK}>
            no. {number ?? "?"}
          </Link>{" "}
          <Time at={at} /> <span className="font-mono text-xs break-all">{url}</span>: by{" "}
          {by === "label" ? "its label" : "what was found in it"}, {outcome}
        </li>
      ))}
    </ul>
  );
}

function keep(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
