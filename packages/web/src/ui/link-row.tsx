// How a row of a list looks; j and k move among everything marked `data-row`.
export const ROW =
  "flex w-full flex-col gap-0.5 border-b border-line/70 px-4 py-2 text-left hover:bg-sunken current:bg-sunken current:shadow-[inset_2px_0_0_var(--ink)]";
export const LINK = "text-link underline-offset-2 hover:underline";
