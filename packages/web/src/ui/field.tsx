// Form fields: a visible label, a hint, an error that belongs to its field.
import { useId } from "react";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { cx } from "./class-names.ts";

const BOX =
  "w-full rounded-md border border-line-strong bg-surface px-2 text-sm text-ink [&[readonly]]:bg-sunken";

interface Frame {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  /** The label is for screen readers only. */
  bare?: boolean;
}

function Framed(
  props: Frame & { id: string; children: (describedBy: string) => ReactNode },
): ReactElement {
  const { id, label, hint, error, bare = false } = props;
  const describedBy = `${id}-hint`;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className={bare ? "sr-only" : "font-medium"}>
        {label}
      </label>
      {props.children(describedBy)}
      <div id={describedBy} className="flex flex-col gap-0.5 text-xs empty:hidden">
        {hint === undefined ? null : <span className="text-quiet">{hint}</span>}
        {error === undefined || error === null ? null : (
          <span role="alert" className="text-deny">
            {error}
          </span>
        )}
      </div>
    </div>
  );
}

export function TextField(props: Frame & ComponentProps<"input">): ReactElement {
  const { label, hint, error = null, bare = false, className, ...rest } = props;
  const id = useId();
  return (
    <Framed {...{ id, label, hint, error, bare }}>
      {(describedBy) => (
        <input
          id={id}
          aria-describedby={describedBy}
          aria-invalid={error !== null}
          autoComplete="off"
          {...rest}
          className={cx(BOX, "h-7", className)}
        />
      )}
    </Framed>
  );
}

export function TextArea(props: Frame & ComponentProps<"textarea">): ReactElement {
  const { label, hint, error = null, bare = false, className, ...rest } = props;
  const id = useId();
  return (
    <Framed {...{ id, label, hint, error, bare }}>
      {(describedBy) => (
        <textarea
          id={id}
          aria-describedby={describedBy}
          aria-invalid={error !== null}
          {...rest}
          className={cx(BOX, "field-sizing-content min-h-16 py-1.5", className)}
        />
      )}
    </Framed>
  );
}

export interface Choice {
  value: string;
  label: string;
}

export function SelectField(
  props: Frame & ComponentProps<"select"> & { choices: Choice[] },
): ReactElement {
  const { label, hint, error = null, bare = false, choices, className, ...rest } = props;
  const id = useId();
  return (
    <Framed {...{ id, label, hint, error, bare }}>
      {(describedBy) => (
        <select
          id={id}
          aria-describedby={describedBy}
          {...rest}
          className={cx(BOX, "h-7", className)}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Framed>
  );
}

export function CheckField(
  props: { label: ReactNode; hint?: ReactNode } & ComponentProps<"input">,
): ReactElement {
  const { label, hint, ...rest } = props;
  return (
    <label className="flex items-start gap-2">
      <input type="checkbox" {...rest} className="mt-[3px] size-3.5 shrink-0 accent-ink" />
      <span className="min-w-0">
        {label}
        {hint === undefined ? null : <span className="block text-xs text-quiet">{hint}</span>}
      </span>
    </label>
  );
}
