// Model text as React elements from a closed list of marks: no HTML, no image is loaded, and no link leads
// anywhere but where something that was read leads.
import { lexer } from "marked";
import type { Token, Tokens } from "marked";
import { useMemo } from "react";
import type { ReactElement, ReactNode } from "react";
import { LINK } from "./link-row.tsx";

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

/** How text is drawn beyond its marks. */
interface Drawing {
  cite: CiteMark | undefined;
  /** Whole addresses that may be drawn as links. */
  links: ReadonlySet<string>;
}

/** As a browser goes there: the host in ASCII, so that a look-alike looks like what it is. */
function addressOf(href: string): URL | null {
  const url = URL.parse(plain(href));
  return url !== null && /^https?:$/.test(url.protocol) ? url : null;
}

/** A link is shown as its words and its address; it leads there only where a source does. */
function LinkText({ token, draw }: { token: Tokens.Link; draw: Drawing }) {
  const url = addressOf(token.href);
  const address = url?.href ?? plain(token.href);
  const same = addressOf(token.text)?.href === address || token.text === token.href;
  const leads = url !== null && draw.links.has(url.href);
  return (
    <span>
      {same ? null : <Inline tokens={token.tokens} draw={draw} />}
      {same ? null : " "}
      {leads ? (
        <a
          href={address}
          target="_blank"
          rel="noopener noreferrer nofollow"
          referrerPolicy="no-referrer"
          className={`${LINK} break-all`}
        >
          {same ? address : `(${address})`}
        </a>
      ) : (
        <span className={same ? "break-all" : "break-all text-quiet"}>
          {same ? address : `(${address})`}
        </span>
      )}
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

function InlineToken({ token, draw }: { token: Token; draw: Drawing }): ReactNode {
  if (isLink(token)) return <LinkText token={token} draw={draw} />;
  const inner = "tokens" in token && token.tokens !== undefined ? token.tokens : [];
  switch (token.type) {
    case "strong":
      return <strong className="font-semibold">{<Inline tokens={inner} draw={draw} />}</strong>;
    case "em":
      return <em>{<Inline tokens={inner} draw={draw} />}</em>;
    case "del":
      return <del>{<Inline tokens={inner} draw={draw} />}</del>;
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
        <Inline tokens={inner} draw={draw} />
      ) : (
        withCitations(textOf(token), draw.cite)
      );
    default:
      return token.raw;
  }
}

function textOf(token: Token): string {
  return "text" in token && typeof token.text === "string" ? token.text : token.raw;
}

function Inline({ tokens, draw }: { tokens: Token[]; draw: Drawing }): ReactNode {
  return tokens.map((token, index) => <InlineToken key={index} token={token} draw={draw} />);
}

function ListBlock({ token, draw }: { token: Tokens.List; draw: Drawing }) {
  const items = token.items.map((item, index) => (
    <li key={index}>
      {item.task ? (item.checked === true ? "[x] " : "[ ] ") : null}
      <Blocks tokens={item.tokens} draw={draw} />
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

function TableBlock({ token, draw }: { token: Tokens.Table; draw: Drawing }) {
  const cell = "border border-line px-2 py-1 text-left align-top";
  return (
    <div className="overflow-x-auto">
      <table className="border-collapse">
        <thead>
          <tr>
            {token.header.map((head, index) => (
              <th key={index} className={`${cell} bg-sunken font-medium`}>
                <Inline tokens={head.tokens} draw={draw} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, line) => (
            <tr key={line}>
              {row.map((item, index) => (
                <td key={index} className={cell}>
                  <Inline tokens={item.tokens} draw={draw} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Block({ token, draw }: { token: Token; draw: Drawing }): ReactNode {
  if (isList(token)) return <ListBlock token={token} draw={draw} />;
  if (isTable(token)) return <TableBlock token={token} draw={draw} />;
  const inner = "tokens" in token && token.tokens !== undefined ? token.tokens : [];
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "heading":
      return (
        <p role="heading" aria-level={4} className="font-semibold">
          <Inline tokens={inner} draw={draw} />
        </p>
      );
    case "paragraph":
      return (
        <p>
          <Inline tokens={inner} draw={draw} />
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
          <Blocks tokens={inner} draw={draw} />
        </blockquote>
      );
    case "hr":
      return <hr className="border-line" />;
    default:
      return <InlineToken token={token} draw={draw} />;
  }
}

function Blocks({ tokens, draw }: { tokens: Token[]; draw: Drawing }): ReactNode {
  return tokens.map((token, index) => <Block key={index} token={token} draw={draw} />);
}

const NONE: readonly string[] = [];

export function Markdown(props: {
  text: string;
  cite?: CiteMark;
  /** What the server says that sources lead to; left out: nothing is a link. */
  links?: readonly string[];
}): ReactElement {
  const { text, cite, links = NONE } = props;
  const tokens = useMemo(() => lexer(text, { gfm: true, breaks: true }), [text]);
  const draw = useMemo(() => ({ cite, links: new Set(links) }), [cite, links]);
  return (
    <div className="flex max-w-[46rem] flex-col gap-2 text-base break-words">
      <Blocks tokens={tokens} draw={draw} />
    </div>
  );
}
