// Cedar text with its words told apart. Elements only, so policy text can never become markup.
import type { ReactElement } from "react";

const WORDS =
  /(\/\/[^\n]*)|("(?:[^"\\]|\\.)*")|(@\w+)|\b(permit|forbid|when|unless|if|then|else|in|like|has|is|true|false|principal|action|resource|context)\b|(\b\d+\b)/g;

const LOOK = [
  "text-quiet italic",
  "text-permit",
  "text-ask",
  "font-medium text-live",
  "text-ask",
] as const;

function parts(text: string): ReactElement[] {
  const out: ReactElement[] = [];
  let at = 0;
  for (const match of text.matchAll(WORDS)) {
    const kind = match.slice(1).findIndex((group) => group !== undefined);
    out.push(<span key={`t${at}`}>{text.slice(at, match.index)}</span>);
    const look = match[0] === "forbid" ? "font-medium text-deny" : LOOK[kind];
    out.push(
      <span key={`w${match.index}`} className={look}>
        {match[0]}
      </span>,
    );
    at = match.index + match[0].length;
  }
  out.push(<span key="end">{text.slice(at)}</span>);
  return out;
}

export function CedarText({ text, line }: { text: string; line: number }): ReactElement {
  return (
    <div className="flex overflow-x-auto rounded-md border border-line bg-surface py-2 font-mono text-xs leading-5">
      <div aria-hidden="true" className="px-3 text-right text-quiet select-none">
        {text.split("\n").map((_, index) => (
          <div key={index}>{line + index}</div>
        ))}
      </div>
      <pre className="pr-4">{parts(text)}</pre>
    </div>
  );
}
