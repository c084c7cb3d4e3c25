// A few views of the same page, as links: the choice stands in the URL.
import { Link } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import type { ReactElement } from "react";

export interface Segment {
  value: string;
  label: string;
  link: LinkProps;
}

export function Segments(props: {
  label: string;
  value: string;
  choices: Segment[];
}): ReactElement {
  return (
    <nav aria-label={props.label} className="flex rounded-md border border-line-strong bg-surface">
      {props.choices.map((choice) => (
        <Link
          key={choice.value}
          {...choice.link}
          activeOptions={{ exact: true }}
          aria-current={choice.value === props.value ? "page" : undefined}
          className="flex h-6.5 items-center px-2.5 text-quiet first:rounded-l-md last:rounded-r-md hover:text-ink current:bg-sunken current:font-medium current:text-ink [&+&]:border-l [&+&]:border-line"
        >
          {choice.label}
        </Link>
      ))}
    </nav>
  );
}
