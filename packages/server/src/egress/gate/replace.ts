// Puts placeholders into a request and writes it again; and what the record says of it.
import type { OutRequest } from "../request.ts";
import type { Found, FoundIn, Searcher } from "./find.ts";
import type { Leaf } from "./json-text.ts";
import type { Payload } from "./payload.ts";
import { TYPED, WITHHELD, type Placeholders } from "./scope.ts";

/** What the record of a send says of what the gate did. */
export interface GateRecord {
  readonly detector: string;
  readonly registry?: string;
  readonly found?: string[];
  readonly replaced?: { class: string; count: number }[];
  /** Approvals without which it would have stayed. */
  readonly cleared?: string[];
}

export interface Replacing {
  readonly found: readonly FoundIn[];
  /** Every text of the request. */
  readonly leaves: readonly Leaf[];
  readonly scope: Placeholders;
  readonly isReplaced: (one: Found) => boolean;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly class: string;
}

/** How many values of each class placeholders stand for now. */
export function replaceAll({ found, leaves, scope, isReplaced }: Replacing): Map<string, number> {
  const counts = new Map<string, number>();
  const of = new Map<Leaf, Stretch[]>();
  for (const { leaf, found: each } of found) {
    const chosen = each.filter(isReplaced);
    if (chosen.length === 0) continue;
    of.set(leaf, chosen);
    for (const one of chosen) counts.set(one.class, (counts.get(one.class) ?? 0) + 1);
  }
  if (counts.size === 0) return counts;
  scope.activate();
  // From here on a placeholder means something, so none may stand there that we did not put there.
  for (const leaf of leaves) {
    const typed = scope.foreignIn(leaf.text).map(({ from, to }) => ({ from, to, class: TYPED }));
    const stretches = [...(of.get(leaf) ?? []), ...typed];
    if (stretches.length > 0) leaf.now = replacedIn(leaf, stretches, scope);
  }
  return counts;
}

function replacedIn(leaf: Leaf, stretches: readonly Stretch[], scope: Placeholders): string {
  const { text } = leaf;
  let out = "";
  let at = 0;
  const sorted = stretches.toSorted((a, b) => a.from - b.from || b.to - a.to);
  for (const [i, { from, class: of }] of sorted.entries()) {
    let to = sorted[i]?.to ?? from;
    if (to <= at) continue;
    const start = Math.max(from, at);
    // What the two have in common goes once, as a part of the first.
    for (const next of sorted.slice(i + 1, i + 3))
      if (next.from < to && next.to > to && next.class === TYPED) ({ to } = next);
    const value = text.slice(start, to);
    const shape = leaf.kind === "number" ? "number" : of === TYPED ? "text" : undefined;
    out += text.slice(at, start) + scope.issue(value, of, shape);
    at = to;
  }
  return out + text.slice(at);
}

export function rendered(request: OutRequest, payload: Payload): OutRequest {
  const headers = { ...request.headers };
  for (const [name, pieces] of payload.headers) headers[name] = pieces.render();
  const { body } = request;
  const now = payload.body?.isChanged ? payload.body.render() : body;
  return {
    ...request,
    url: payload.url.isChanged ? payload.url.render() : request.url,
    headers,
    ...(now === undefined ? {} : { body: typeof body === "string" ? now : bytesOf(now) }),
  };
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? Buffer.from(body) : body;
}

interface Done {
  readonly replaced: ReadonlyMap<string, number>;
  readonly cleared: readonly string[];
}

export function recordOf(
  searcher: Searcher,
  found: readonly FoundIn[],
  { replaced, cleared }: Done,
): GateRecord {
  const classes = new Set(found.flatMap(({ found: each }) => each.map((one) => one.class)));
  return {
    detector: searcher.detector,
    registry: searcher.registry,
    ...(classes.size > 0 ? { found: [...classes].toSorted() } : {}),
    ...(replaced.size > 0
      ? { replaced: [...replaced].map(([each, count]) => ({ class: each, count })) }
      : {}),
    ...(cleared.length > 0 ? { cleared: [...cleared] } : {}),
  };
}

/** An error of somebody else's, without what it may repeat of ours. */
export function withoutFound(text: string, searcher: Searcher): string {
  const leaf: Leaf = { text, kind: "text", key: "" };
  let out = "";
  let at = 0;
  for (const one of searcher.search([leaf])[0]?.found ?? []) {
    if (one.from < at || (!one.isKnown && one.class !== "secret")) continue;
    out += text.slice(at, one.from) + WITHHELD;
    at = one.to;
  }
  return out + text.slice(at);
}
