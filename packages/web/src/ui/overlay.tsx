// What lies over the page: dialogs in the middle, panels at the side. Focus is kept and given back.
import { Dialog as Base } from "@base-ui/react/dialog";
import { useRef } from "react";
import type { ReactElement, ReactNode } from "react";
import { cx } from "./class-names.ts";
import { Icon } from "./icons.tsx";

interface OverlayProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  foot?: ReactNode;
  wide?: boolean;
}

const SHUT =
  "inline-flex size-7 items-center justify-center rounded-md text-quiet hover:bg-sunken hover:text-ink";

function Contents({ title, children, foot }: OverlayProps): ReactElement {
  return (
    <>
      <div className="flex items-center gap-2 border-b border-line py-2 pr-2 pl-4">
        <Base.Title className="min-w-0 truncate text-base font-semibold">{title}</Base.Title>
        <Base.Close aria-label="Close" className={cx(SHUT, "ml-auto")}>
          <Icon name="close" />
        </Base.Close>
      </div>
      <div className="min-h-0 grow overflow-y-auto p-4">{children}</div>
      {foot === undefined ? null : (
        <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-4 py-2.5">
          {foot}
        </div>
      )}
    </>
  );
}

/** Typing begins at once: the first field has the focus. */
function firstField(popup: HTMLElement | null): HTMLElement | true {
  const field = popup?.querySelector<HTMLElement>("input, textarea, select");
  return field ?? true;
}

export function Dialog(props: OverlayProps): ReactElement {
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root open={props.open} onOpenChange={(open) => (open ? undefined : props.onClose())}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Base.Popup
          ref={popup}
          initialFocus={() => firstField(popup.current)}
          data-modal=""
          className={cx(
            "fixed top-[8vh] left-1/2 z-50 flex max-h-[84vh] w-[calc(100vw-1.5rem)] -translate-x-1/2 flex-col",
            "rounded-lg border border-line bg-surface shadow-xl outline-none",
            props.wide === true ? "max-w-3xl" : "max-w-lg",
          )}
        >
          <Contents {...props} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** A panel at the right that leaves the page usable beside it. */
export function SidePanel(props: OverlayProps): ReactElement {
  return (
    <Base.Root
      modal={false}
      disablePointerDismissal
      open={props.open}
      onOpenChange={(open) => (open ? undefined : props.onClose())}
    >
      <Base.Portal>
        <Base.Popup
          data-side-panel=""
          className="fixed inset-y-0 right-0 z-30 flex w-full max-w-[34rem] flex-col border-l border-line bg-surface shadow-xl outline-none"
        >
          <Contents {...props} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
