// The document behind a citation, opened as the reader, scrolled to the passage.
import type { Citation } from "@stead/protocol";
import { useEffect, useRef, useState } from "react";
import type { ReactElement } from "react";
import type { Reply } from "../../api/client.ts";
import { useRead } from "../../api/use.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { SidePanel } from "../../ui/overlay.tsx";
import { Read } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { WhyMine } from "../sources/why.tsx";
import { locate } from "./locate.ts";

interface PanelProps {
  readonly citation: Citation;
  readonly onClose: () => void;
}

export function DocumentPanel(props: PanelProps): ReactElement {
  return props.citation.url === undefined ? <OwnDocument {...props} /> : <WebPage {...props} />;
}

/** Nothing of it is fetched from here: a page would learn who reads the answer. */
function WebPage({ citation, onClose }: PanelProps): ReactElement {
  const { url, retrievedAt } = citation;
  return (
    <SidePanel open={true} onClose={onClose} title={citation.title}>
      <div className="flex flex-col gap-3">
        <p className="font-mono text-xs break-all text-quiet">{url}</p>
        {retrievedAt === undefined ? null : (
          <p className="text-xs text-quiet">
            retrieved <Time at={retrievedAt} />
          </p>
        )}
        <p className="text-base break-words whitespace-pre-wrap">{citation.quote}</p>
      </div>
    </SidePanel>
  );
}

function OwnDocument(props: PanelProps): ReactElement {
  const { citation, onClose } = props;
  const document = useRead("document.get", { params: { documentId: citation.documentId } });
  return (
    <SidePanel open={true} onClose={onClose} title={citation.title}>
      <Read of={document} lines={12}>
        {(data) => <Passage key={data.id} document={data} citation={citation} />}
      </Read>
    </SidePanel>
  );
}

function MayI({ documentId }: { documentId: string }): ReactElement {
  const [asked, setAsked] = useState(false);
  if (asked) return <WhyMine documentId={documentId} />;
  return (
    <Button tone="quiet" className="self-start" onClick={() => setAsked(true)}>
      Why can I read this?
    </Button>
  );
}

function Passage(props: { document: Reply<"document.get">; citation: Citation }): ReactElement {
  const { document } = props;
  const { quote } = props.citation;
  const mark = useRef<HTMLElement>(null);
  const [from, to] = locate(document.text, quote, props.citation.from);
  useEffect(() => {
    // Newer browsers give a promise, which is nothing for an effect to return.
    mark.current?.scrollIntoView({ block: "center" });
  }, [from]);
  return (
    <div className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-2 text-xs text-quiet">
        <span className="font-mono">{document.path}</span>
        <span>
          revision {document.revision}, changed <Time at={document.updatedAt} />
        </span>
        {document.classes.map((name) => (
          <Badge key={name} tone="ask">
            {name}
          </Badge>
        ))}
      </p>
      {document.id.startsWith("live:") ? null : <MayI documentId={document.id} />}
      {from === to ? (
        <p className="rounded-md bg-ask-wash px-2.5 py-1.5 text-ask">
          The cited passage is not in this revision any more. It read: “{quote}”
        </p>
      ) : null}
      <div className="text-base break-words whitespace-pre-wrap">
        {document.text.slice(0, from)}
        <mark ref={mark} className="rounded-sm bg-ask-wash text-ink">
          {document.text.slice(from, to)}
        </mark>
        {document.text.slice(to)}
      </div>
    </div>
  );
}
