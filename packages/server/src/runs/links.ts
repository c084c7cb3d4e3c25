// Which addresses in an answer stand in something that the run has read: only these may be drawn as links, for
// what a model writes into an address itself leaves with whoever follows it.
import { embeddedIn } from "../tools/sink/canonical.ts";
import type { Driving } from "./driving.ts";

const LINKS_MAX = 200;

/** As a browser would go there, to the last character; of every surface's links the only ones. */
export function linksIn(answer: string, sources: Iterable<string>): string[] {
  const wanted = hrefsIn(answer);
  const found = new Set<string>();
  if (wanted.size === 0) return [];
  for (const source of sources)
    for (const href of hrefsIn(source)) if (wanted.has(href)) found.add(href);
  return [...found].toSorted().slice(0, LINKS_MAX);
}

/** What the person wrote and may still read of what tools brought; nothing that a model wrote. */
export function* readableTexts(run: Driving): Generator<string> {
  if (!run.state.started?.subRunOf) yield run.state.input;
  for (const { input } of run.past) yield input;
  yield run.version.spec.instructions;
  for (const { result } of run.state.calls.values())
    if (result?.status === "ok" && !run.hasLost(result.label)) yield result.text;
}

function hrefsIn(text: string): Set<string> {
  const hrefs = new Set<string>();
  for (const { kind, value } of embeddedIn(text))
    if (kind === "url") for (const href of hrefsOf(value)) hrefs.add(href);
  return hrefs;
}

/** One without a scheme is drawn with either. */
function hrefsOf(value: string): string[] {
  const bare = ended(value);
  const written = /^[a-z][a-z0-9+.-]*:\/\//i.test(bare)
    ? [bare]
    : [`https://${bare}`, `http://${bare}`];
  return written.flatMap((each) => {
    const url = URL.parse(each);
    if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
      return [];
    return [url.href];
  });
}

/** What ends the sentence or the mark, and not the address. */
function ended(value: string): string {
  let end = value.replace(/[.,;:!?*_~'"]+$/, "");
  while (end.endsWith(")") && end.split(")").length > end.split("(").length)
    end = end.slice(0, -1).replace(/[.,;:!?*_~'"]+$/, "");
  return end;
}
