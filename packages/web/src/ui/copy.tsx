// An identifier or hash, shortened to read and whole to copy.
import { useState } from "react";
import type { ReactElement } from "react";
import { shortHash } from "./format.ts";
import { Icon } from "./icons.tsx";

export function CopyText(props: { text: string; label: string; whole?: boolean }): ReactElement {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(props.text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button
      type="button"
      title={props.text}
      aria-label={`Copy ${props.label}`}
      onClick={() => void copy()}
      className="inline-flex max-w-full items-center gap-1 rounded-sm text-left font-mono text-xs text-quiet hover:text-ink"
    >
      <span className="min-w-0 break-all">
        {props.whole === true ? props.text : shortHash(props.text)}
      </span>
      <Icon name={copied ? "check" : "copy"} size={12} />
      <span role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </button>
  );
}
