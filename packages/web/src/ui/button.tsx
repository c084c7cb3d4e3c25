// Buttons. One that can't be used says why, to the eye and to a screen reader.
import { useId } from "react";
import type { ComponentProps, MouseEvent, ReactElement } from "react";
import { cx } from "./class-names.ts";
import { Icon } from "./icons.tsx";
import type { IconName } from "./icons.tsx";

const TONES = {
  plain: "border-line-strong bg-surface hover:bg-sunken",
  primary: "border-ink bg-ink text-paper hover:opacity-90",
  quiet: "border-transparent hover:bg-sunken",
  permit: "border-permit bg-permit text-surface hover:opacity-90",
  deny: "border-deny bg-surface text-deny hover:bg-deny-wash",
} as const;

interface ButtonProps extends ComponentProps<"button"> {
  tone?: keyof typeof TONES;
  icon?: IconName;
  /** Why it can't be used now; null or absent: it can. */
  why?: string | null;
  busy?: boolean;
}

const SHAPE =
  "inline-flex h-7 items-center justify-center gap-1.5 rounded-md border px-2.5 text-sm font-medium whitespace-nowrap";

export function Button(props: ButtonProps): ReactElement {
  const { tone = "plain", icon, why = null, busy = false, className, children, ...rest } = props;
  const id = useId();
  const off = why !== null || busy;
  const press = (event: MouseEvent<HTMLButtonElement>): void => {
    if (off) event.preventDefault();
    else rest.onClick?.(event);
  };
  return (
    <button
      type="button"
      {...rest}
      onClick={press}
      aria-disabled={off}
      aria-busy={busy}
      title={why ?? rest.title}
      aria-describedby={why === null ? rest["aria-describedby"] : id}
      className={cx(SHAPE, TONES[tone], off && "cursor-not-allowed opacity-55", className)}
    >
      {icon === undefined ? null : <Icon name={icon} size={14} />}
      {children}
      {why === null ? null : (
        <span id={id} className="sr-only">
          {why}
        </span>
      )}
    </button>
  );
}

export function IconButton(
  props: ComponentProps<"button"> & { icon: IconName; label: string },
): ReactElement {
  const { icon, label, className, ...rest } = props;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={cx(
        "inline-flex size-7 items-center justify-center rounded-md text-quiet hover:bg-sunken hover:text-ink",
        className,
      )}
    >
      <Icon name={icon} />
    </button>
  );
}
