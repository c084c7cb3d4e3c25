// What of a person's words they typed themselves: quoted, forwarded and pasted text is somebody else's.

/** From here on it is a message that somebody else wrote. */
const FORWARDED =
  /^(?:-{3,} ?(?:original message|forwarded message|weitergeleitete nachricht|ursprüngliche nachricht|message transféré|mensaje reenviado)\b|begin forwarded message:|on .{5,120} wrote:|(?:from|von|de|da): .{1,200}$(?=\n(?:sent|to|date|subject|gesendet|an|datum|betreff|envoyé|à|objet)\b))/im;
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

export interface Pasted {
  readonly from: number;
  readonly to: number;
}

/** The typed lines, in order; `pasted` are stretches that the client saw arrive from elsewhere. */
export function typedText(text: string, pasted: readonly Pasted[] = []): string {
  let own = text;
  for (const { from, to } of pasted.toSorted((a, b) => b.from - a.from))
    own = `${own.slice(0, Math.max(0, from))}\n${own.slice(Math.max(from, to))}`;
  const forwarded = FORWARDED.exec(own);
  if (forwarded) own = own.slice(0, forwarded.index);
  const kept: string[] = [];
  let fence: string | undefined;
  for (const line of own.split("\n")) {
    const [, mark, rest = ""] = FENCE.exec(line) ?? [];
    if (mark !== undefined && fence === undefined) fence = mark;
    // A shorter one, or one that says something, is a line of what is fenced.
    else if (mark?.startsWith(fence ?? "") && rest.trim() === "") fence = undefined;
    else if (fence === undefined && !/^\s*>/.test(line)) kept.push(line);
  }
  return kept.join("\n");
}
