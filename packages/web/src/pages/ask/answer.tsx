// The answer, with its sources; a source opens at the cited passage in a panel beside it.
import type { Citation, Coverage } from "@stead/protocol";
import { useCallback } from "react";
import type { ReactElement, ReactNode } from "react";
import { Markdown } from "../../ui/markdown.tsx";
import { Readers } from "../../ui/readers.tsx";
import { Withheld, withheldWhy } from "../../ui/withheld.tsx";
import { Coverages } from "./coverage.tsx";
import { DocumentPanel } from "./document-panel.tsx";

const EMPTY = "It ended without an answer in words.";

interface AnswerProps {
  runId: string;
  text: string;
  citations: Citation[];
  coverage: Coverage[];
  links: string[];
  cited: number | null;
  onCite: (number: number | null) => void;
}

export function Answer(props: AnswerProps): ReactElement | null {
  const { runId, text, citations, coverage, links, cited, onCite } = props;
  const mark = useCallback(
    (number: number): ReactNode => {
      const citation = citations.find((item) => item.number === number);
      if (citation === undefined) return null;
      return (
        <button
          type="button"
          title={citation.title}
          aria-label={`Source ${number}: ${citation.title}`}
          onClick={() => onCite(number)}
          className="ml-0.5 rounded-sm bg-live-wash px-1 text-xs font-medium text-live hover:underline"
        >
          {number}
        </button>
      );
    },
    [citations, onCite],
  );
  const open = citations.find((item) => item.number === cited);
  const withheld = withheldWhy(text);
  if (text === "") return <p className="text-quiet">{EMPTY}</p>;
  if (withheld !== null) return <Withheld why={withheld} />;
  return (
    <div aria-live="polite" className="flex flex-col gap-3">
      <Markdown text={text} cite={mark} links={links} />
      <Sources runId={runId} citations={citations} cited={cited} onCite={onCite} />
      <Coverages all={coverage} />
      <p className="text-xs">
        <Readers runId={runId} what="this answer">
          Who may see this answer?
        </Readers>
      </p>
      {open === undefined ? null : <DocumentPanel citation={open} onClose={() => onCite(null)} />}
    </div>
  );
}

/** Where each part came from, and who else may see that. */
function Sources({
  runId,
  citations,
  cited,
  onCite,
}: Omit<AnswerProps, "text" | "coverage" | "links">): ReactElement | null {
  if (citations.length === 0) return null;
  return (
    <section aria-label="Sources" className="flex flex-col border-t border-line pt-2">
      {citations.map((citation) => (
        <div key={citation.number} className="flex items-baseline gap-2">
          <button
            type="button"
            aria-pressed={citation.number === cited}
            onClick={() => onCite(citation.number)}
            className="flex min-w-0 grow items-baseline gap-2 rounded-sm px-1 py-1 text-left hover:bg-sunken aria-pressed:bg-sunken"
          >
            <span className="w-4 shrink-0 text-right text-xs text-quiet">{citation.number}</span>
            <span className="shrink-0 font-medium">{citation.title}</span>
            <span className="truncate text-quiet">{citation.quote}</span>
          </button>
          <span className="shrink-0 text-xs text-quiet">
            <WhoElse runId={runId} citation={citation} />
          </span>
        </div>
      ))}
    </section>
  );
}

/** What is asked live is nowhere kept, so who may see it is its source’s to say at each look. */
function WhoElse({ runId, citation }: { runId: string; citation: Citation }): ReactElement {
  const { documentId, title, url } = citation;
  if (url !== undefined) return <>of the web</>;
  if (documentId.startsWith("live:")) return <>as its source says</>;
  return (
    <Readers runId={runId} of={[`document:${documentId}`]} what={title}>
      who may see it
    </Readers>
  );
}
