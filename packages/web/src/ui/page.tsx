// The frame of a page: a header with title and acts, then one or two columns that scroll by themselves.
import { useEffect } from "react";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./class-names.ts";

export function Page(props: {
  title: string;
  /** What stands in the window's title, when the page's title is long. */
  name?: string;
  lead?: ReactNode;
  acts?: ReactNode;
  children: ReactNode;
}): ReactElement {
  const { title, name = title } = props;
  useEffect(() => {
    document.title = `${name} · Stead`;
  }, [name]);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2">
        <h1 className="truncate text-lg font-semibold">{title}</h1>
        {props.lead === undefined ? null : <div className="min-w-0 text-quiet">{props.lead}</div>}
        <div className="ml-auto flex flex-wrap items-center gap-2">{props.acts}</div>
      </header>
      <div className="min-h-0 grow overflow-y-auto">{props.children}</div>
    </div>
  );
}

/** List left, detail right; on a narrow screen one at a time. */
export function Split(props: {
  list: ReactNode;
  detail: ReactNode;
  /** True: there is a detail to show on a narrow screen. */
  open: boolean;
  listLabel: string;
  detailLabel: string;
  listWidth?: string;
}): ReactElement {
  return (
    <div className="flex h-full min-h-0">
      <section
        aria-label={props.listLabel}
        className={cx(
          "min-h-0 overflow-y-auto border-line lg:block lg:shrink-0 lg:border-r",
          props.listWidth ?? "lg:w-[26rem]",
          props.open ? "hidden" : "w-full",
        )}
      >
        {props.list}
      </section>
      <section
        aria-label={props.detailLabel}
        className={cx("min-h-0 min-w-0 grow overflow-y-auto lg:block", !props.open && "hidden")}
      >
        {props.detail}
      </section>
    </div>
  );
}

export function Section(props: {
  title: string;
  acts?: ReactNode;
  children: ReactNode;
  className?: string;
}): ReactElement {
  return (
    <section className={cx("flex flex-col gap-2", props.className)}>
      <div className="flex min-h-7 items-center gap-2">
        <h2 className="font-semibold">{props.title}</h2>
        <div className="ml-auto flex gap-2">{props.acts}</div>
      </div>
      {props.children}
    </section>
  );
}

/** Label and value pairs, one a line. */
export function Properties({ rows }: { rows: [string, ReactNode][] }): ReactElement {
  return (
    <dl className="grid grid-cols-[minmax(6rem,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1">
      {rows.map(([label, value]) => (
        <div key={label} className="contents">
          <dt className="text-quiet">{label}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
