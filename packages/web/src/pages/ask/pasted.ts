// Which stretches of a text came by paste or drop: they count as somebody else's words, also after edits.
export interface Stretch {
  from: number;
  to: number;
}

export interface Written {
  text: string;
  pasted: Stretch[];
}

export const BLANK: Written = { text: "", pasted: [] };

/** The text after an edit; what is typed within a pasted stretch belongs to it. */
export function edited(was: Written, text: string, isPaste: boolean): Written {
  const most = Math.min(was.text.length, text.length);
  let from = 0;
  while (from < most && was.text[from] === text[from]) from++;
  let kept = 0;
  while (kept < most - from && was.text.at(-1 - kept) === text.at(-1 - kept)) kept++;
  const oldTo = was.text.length - kept;
  const by = text.length - was.text.length;
  const moved = (at: number): number => (at >= oldTo ? at + by : Math.min(at, from));
  const pasted = was.pasted.map((stretch) => ({
    from: stretch.from > from ? moved(stretch.from) : stretch.from,
    to: stretch.to > from ? Math.max(moved(stretch.to), text.length - kept) : stretch.to,
  }));
  // What was pasted may begin or end like what stood there: look alike is as good as pasted.
  if (isPaste) pasted.push({ from, to: text.length - kept });
  return { text, pasted: pasted.filter((stretch) => stretch.to > stretch.from) };
}

const TYPED =
  /^(?:insert(?:Text|LineBreak|Paragraph|CompositionText|FromComposition|ReplacementText)|delete.*)$/;

/** Paste, drop and yank are not, nor is what an undo brings back, for it may be any of these. */
export function isTyped(event: Event): boolean {
  return "inputType" in event && TYPED.test(String(event.inputType));
}

/** As it is sent: without the space around it. */
export function trimmed({ text, pasted }: Written): Written {
  const sent = text.trim();
  const off = text.length - text.trimStart().length;
  const within = (at: number): number => Math.min(sent.length, Math.max(0, at - off));
  const stretches = pasted.map(({ from, to }) => ({ from: within(from), to: within(to) }));
  return { text: sent, pasted: stretches.filter(({ from, to }) => to > from) };
}
