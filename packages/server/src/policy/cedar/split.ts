// Cuts a policy file into its policies, keeping each one's text and the line where it begins.

export interface Piece {
  readonly text: string;
  /** 1-based line of the first annotation, or of `permit` / `forbid`. */
  readonly line: number;
}

/** The pieces of a file, each up to its `;`, and what stands after the last one ("" when nothing). */
export function splitPolicies(file: string): { pieces: Piece[]; rest: Piece | undefined } {
  const pieces: Piece[] = [];
  let start = -1;
  let at = 0;
  const pieceTo = (end: number): Piece => ({
    text: file.slice(start, end),
    line: lineAt(file, start),
  });
  while (at < file.length) {
    const char = file.charAt(at);
    if (char === "/" && file.charAt(at + 1) === "/") {
      at = endOfLine(file, at);
      continue;
    }
    if (start < 0 && !/\s/.test(char)) start = at;
    if (char === '"') {
      at = endOfString(file, at);
      continue;
    }
    at++;
    if (char !== ";") continue;
    pieces.push(pieceTo(at));
    start = -1;
  }
  return { pieces, rest: start < 0 ? undefined : pieceTo(file.length) };
}

function endOfLine(file: string, from: number): number {
  const end = file.indexOf("\n", from);
  return end < 0 ? file.length : end;
}

function endOfString(file: string, from: number): number {
  let at = from + 1;
  while (at < file.length && file.charAt(at) !== '"') at += file.charAt(at) === "\\" ? 2 : 1;
  return at + 1;
}

function lineAt(file: string, offset: number): number {
  let line = 1;
  for (let at = file.indexOf("\n"); at >= 0 && at < offset; at = file.indexOf("\n", at + 1)) line++;
  return line;
}

/** The line, within a piece that begins at `line`, of a place that Cedar gives in UTF-8 bytes. */
export function lineOfByte(piece: Piece, byte: number | undefined): number {
  if (byte === undefined) return piece.line;
  const before = Buffer.from(piece.text, "utf8").subarray(0, byte).toString("utf8");
  return piece.line + (before.split("\n").length - 1);
}
