// Model text as React elements from a closed list of marks: no HTML, no image is loaded, no link leads away.
import { lexer } from "marked";
import type { Token, Tokens } from "marked";
import { useMemo } from "react";
import type { ReactElement, ReactNode } from "react";

/** Draws a `[3]` in the text; null leaves it as text. */
export type CiteMark = (number: number) => ReactNode | null;

const ENTITIES = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&#39;", "'"],
]);

function plain(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES.get(entity) ?? entity);
}

function withCitations(text: string, cite: CiteMark | undefined): ReactNode {
  const clean = plain(text);
  if (cite === undefined) return clean;
  return clean.split(/(\[\d{1,3}\])/).map((part, index) => {
    const match = /^\[(\d{1,3})\]$/.exec(part);
    const mark = match === null ? null : cite(Number(match[1]));
    return mark === null ? part : <span key={index}>{mark}</span>;
  });
}

/** A link is shown as its words and its address, as text: nothing in an answer leads out. */
function LinkText({ token, cite }: { token: Tokens.Link; cite: CiteMark | undefined }) {
  const same = token.text === token.href;
  return (
    <span>
      {same ? token.href : <Inline tokens={token.tokens} cite={cite} />}
      {same ? null : <span className="text-quiet"> ({token.href})</span>}
    </span>
  );
}

function isLink(token: Token): token is Tokens.Link {
  return token.type === "link";
}
function isList(token: Token): token is Tokens.List {
  return token.type === "list";
}
function isTable(token: Token): token is Tokens.Table {
  return token.type === "table";
}

function InlineToken({ token, cite }: { token: Token; cite: CiteMark | undefined }): ReactNode {
  if (isLink(token)) return <LinkText token={token} cite={cite} />;
  const inner = "tokens" in token && token.tokens !== undefined ? token.tokens : [];
  switch (token.type) {
    case "strong":
      return <strong className="font-semibold">{<Inline tokens={inner} cite={cite} />}</strong>;
    case "em":
      return <em>{<Inline tokens={inner} cite={cite} />}</em>;
    case "del":
      return <del>{<Inline tokens={inner} cite={cite} />}</del>;
    case "codespan":
      return (
        <code className="rounded-sm bg-sunken px-1 font-mono text-[0.92em]">{textOf(token)}</code>
      );
    case "br":
      return <br />;
    case "image":
      return <span className="text-quiet">[image not loaded: {textOf(token)}]</span>;
    case "checkbox":
      return null;
    case "text":
    case "escape":
      return inner.length > 0 ? (
        <Inline tokens={inner} cite={cite} />
      ) : (
        withCitations(textOf(token), cite)
      );
    default:
      return token.raw;
  }
}

function textOf(token: Token): string {
  return "text" in token && typeof token.text === "string" ? token.text : token.raw;
}

function Inline({ tokens, cite }: { tokens: Token[]; cite: CiteMark | undefined }): ReactNode {
  return tokens.map((token, index) => <InlineToken key={index} token={token} cite={cite} />);
}

function ListBlock({ token, cite }: { token: Tokens.List; cite: CiteMark | undefined }) {
  const items = token.items.map((item, index) => (
    <li key={index}>
      {item.task ? (item.checked === true ? "[x] " : "[ ] ") : null}
      <Blocks tokens={item.tokens} cite={cite} />
    </li>
  ));
  return token.ordered ? (
    <ol start={token.start === "" ? 1 : token.start} className="ml-5 list-decimal">
      {items}
    </ol>
  ) : (
    <ul className="ml-5 list-disc">{items}</ul>
  );
}

function TableBlock({ token, cite }: { token: Tokens.Table; cite: CiteMark | undefined }) {
  const cell = "border border-line px-2 py-1 text-left align-top";
  return (
    <div className="overflow-x-auto">
      <table className="border-collapse">
        <thead>
          <tr>
            {token.header.map((head, index) => (
              <th key={index} className={`${cell} bg-sunken font-medium`}>
                <Inline tokens={head.tokens} cite={cite} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, line) => (
            <tr key={line}>
              {row.map((item, index) => (
                <td key={index} className={cell}>
                  <Inline tokens={item.tokens} cite={cite} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Block({ token, cite }: { token: Token; cite: CiteMark | undefined }): ReactNode {
  if (isList(token)) return <ListBlock token={token} cite={cite} />;
  if (isTable(token)) return <TableBlock token={token} cite={cite} />;
  const inner = "tokens" in token && token.tokens !== undefined ? token.tokens : [];
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "heading":
      return (
        <p role="heading" aria-level={4} className="font-semibold">
          <Inline tokens={inner} cite={cite} />
        </p>
      );
    case "paragraph":
      return (
        <p>
          <Inline tokens={inner} cite={cite} />
        </p>
      );
    case "code":
      return (
        <pre className="overflow-x-auto rounded-md bg-sunken p-2.5 font-mono text-xs">
          {textOf(token)}
        </pre>
      );
    case "blockquote":
      return (
        <blockquote className="border-l-2 border-line-strong pl-3 text-quiet">
          <Blocks tokens={inner} cite={cite} />
        </blockquote>
      );
    case "hr":
      return <hr className="border-line" />;
    default:
      return <InlineToken token={token} cite={cite} />;
  }
}

function Blocks({ tokens, cite }: { tokens: Token[]; cite: CiteMark | undefined }): ReactNode {
  return tokens.map((token, index) => <Block key={index} token={token} cite={cite} />);
}

export function Markdown({ text, cite }: { text: string; cite?: CiteMark }): ReactElement {
  const tokens = useMemo(() => lexer(text, { gfm: true, breaks: true }), [text]);
  return (
    <div className="flex max-w-[46rem] flex-col gap-2 text-base break-words">
      <Blocks tokens={tokens} cite={cite} />
    </div>
  );
}
