// Numbers that open the rows which they count.
import { Link } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { count } from "../../ui/format.ts";
import type { RowsOf } from "./words.ts";

/** A number that opens its rows; none to open, none to click. */
export function Rows(props: { of: RowsOf; none?: boolean; children: ReactNode }): ReactElement {
  if (props.none === true) return <>{props.children}</>;
  return (
    <Link
      from="/sources"
      to="."
      search={(known) => ({ ...known, rows: props.of })}
      className="underline decoration-line-strong underline-offset-2 hover:decoration-current"
    >
      {props.children}
    </Link>
  );
}

export function Count({
  of,
  value,
  word,
}: {
  of: RowsOf;
  value: number;
  word: string;
}): ReactElement {
  return (
    <Rows of={of} none={value === 0}>
      {count(value)} {word}
    </Rows>
  );
}
