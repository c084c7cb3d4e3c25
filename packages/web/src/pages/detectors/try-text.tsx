// A text of one's own, and what detection finds in it: marked in the text and listed. With a pattern
// that is being written, that one finds too.
import { useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useAct } from "../../api/use.ts";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { TextArea } from "../../ui/field.tsx";
import { count } from "../../ui/format.ts";
import { Section } from "../../ui/page.tsx";
import { InlineFailure } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table.tsx";
import { ClassBadge, toneOf } from "../../ui/class-look.tsx";

type Finding = Reply<"detector.try">["findings"][number];

export interface Wish {
  readonly name: string;
  readonly class: string;
  readonly source: string;
}

interface Tried {
  readonly text: string;
  readonly findings: Finding[];
  readonly ms: number;
}

const TEXT_MAX = 200_000;
const LISTED_MAX = 200;

export function TryText({ pattern, why }: { pattern?: Wish; why?: string | null }): ReactElement {
  const [text, setText] = useState("");
  const [tried, setTried] = useState<Tried>();
  const find = useAct("detector.try");
  const empty = text.trim() === "" ? "Write or paste a text first." : null;
  const ask = (): void => {
    const from = performance.now();
    find.mutate(
      { body: pattern === undefined ? { text } : { text, pattern } },
      {
        onSuccess: ({ findings }) => setTried({ text, findings, ms: performance.now() - from }),
        onError: () => setTried(undefined),
      },
    );
  };
  return (
    <Section title="Try a text">
      <p className="text-quiet">
        Your server looks at it and forgets it: it is not stored, logged or sent on.
      </p>
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (empty === null) ask();
        }}
      >
        <TextArea
          bare
          label="Text to try"
          placeholder="Call Theodora Papadakis at 617-555-0148, SSN 536-22-8726"
          maxLength={TEXT_MAX}
          rows={5}
          className="max-h-60"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && empty === null) ask();
          }}
        />
        <div className="flex items-center gap-3">
          <Button type="submit" tone="primary" busy={find.isPending} why={why ?? empty}>
            What is found?
          </Button>
          <span className="text-xs text-quiet">Ctrl Enter</span>
        </div>
      </form>
      <InlineFailure error={find.error} />
      <div aria-live="polite">{tried === undefined ? null : <Findings tried={tried} />}</div>
    </Section>
  );
}

const COLUMNS: Column<Finding & { words: string }>[] = [
  {
    id: "words",
    header: "Found",
    cell: (each) => <span className="font-mono text-xs break-all">{each.words}</span>,
  },
  { id: "type", header: "Type", cell: (each) => <code className="text-xs">{each.type}</code> },
  { id: "class", header: "Class", cell: (each) => <ClassBadge of={each.class} /> },
  { id: "score", header: "Sure", right: true, cell: (each) => each.score.toFixed(2) },
];

function Findings({ tried }: { tried: Tried }): ReactElement {
  const { text, findings, ms } = tried;
  const rows = findings
    .slice(0, LISTED_MAX)
    .map((each) => ({ ...each, words: text.slice(each.from, Math.min(each.to, each.from + 120)) }));
  return (
    <div className="flex flex-col gap-3">
      <p>
        {findings.length === 0 ? "Nothing was found" : `${count(findings.length)} found`}
        <span className="text-quiet">
          {` in ${count(text.length)} characters; ${Math.max(1, Math.round(ms))} ms, there and back.`}
        </span>
      </p>
      <Marked text={text} findings={findings} />
      {findings.length === 0 ? (
        <p className="text-quiet">
          Detection misses things. What must not leave is registered as a known value.
        </p>
      ) : (
        <Table
          label="What was found"
          rows={rows}
          columns={COLUMNS}
          rowId={(each) => String(each.from)}
        />
      )}
      {findings.length > LISTED_MAX ? (
        <p className="text-quiet">The first {LISTED_MAX} are listed; all are marked in the text.</p>
      ) : null}
    </div>
  );
}

const MARKS = {
  plain: "bg-sunken decoration-line-strong",
  permit: "bg-permit-wash decoration-permit",
  ask: "bg-ask-wash decoration-ask",
  deny: "bg-deny-wash decoration-deny",
  live: "bg-live-wash decoration-live",
};

function Marked({ text, findings }: { text: string; findings: Finding[] }): ReactElement {
  let at = 0;
  const parts: ReactElement[] = [];
  for (const { from, to, type, class: of } of findings) {
    parts.push(<span key={at}>{text.slice(at, from)}</span>);
    parts.push(
      <mark
        key={`at-${from}`}
        title={`${type}, ${of}`}
        className={cx("rounded-xs text-ink underline underline-offset-3", MARKS[toneOf(of)])}
      >
        {text.slice(from, to)}
      </mark>,
    );
    at = to;
  }
  return (
    <p
      aria-label="The text with what was found marked"
      className="max-h-72 overflow-y-auto rounded-md border border-line bg-surface px-3 py-2 break-words whitespace-pre-wrap"
    >
      {parts}
      {text.slice(at)}
    </p>
  );
}
