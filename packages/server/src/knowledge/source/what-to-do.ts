// What an administrator does about an item that could not be read, or whose readers are not known.
import type { FailureRow } from "../sync/view/queries.ts";

const AGAIN = "It is tried again by itself; “Compare everything” does it now.";
const STEPS: Readonly<Record<string, string>> = {
  "document.unsupported":
    "Nothing, if nobody searches such files; else keep its text in a kind that has one, such as PDF or DOCX.",
  "document.broken":
    "Open it in its own program: if that fails too, put back an earlier version; else save it anew.",
  "document.locked": "Save it without a password: the source's permissions keep it closed.",
  "document.too_large":
    "Split it, or take out what it packs: an archive that unpacks to much more than it is stays unread.",
  "document.timeout": "Save it anew or split it; so much work in one file is never finished.",
  "source.too_large": "Split it in the source.",
  "source.forbidden":
    "Let the crawl identity read it in the source; who may read it here stays as the source says.",
  "source.malformed": `The source answered something that could not be read. ${AGAIN}`,
  "source.missing": `The source has it no more, or it is moving. ${AGAIN}`,
  "source.busy": `The source was too busy. ${AGAIN}`,
  "source.unavailable": `The source was away. ${AGAIN}`,
  "source.reconnect": "Sign in to the source again, above.",
  "source.settings": "Mend the settings of the source.",
};

const RIGHTS: readonly (readonly [RegExp, string])[] = [
  [
    /not known\.$|in itself\.$|levels deep\.$/,
    "Look at the folders above it in the source: their permissions count too, and one can't be read.",
  ],
  [/too deeply|too large|too long/, "Make its permissions simpler in the source: fewer entries."],
];
const UNREADABLE =
  "Let the crawl identity read its permissions in the source. Until then nobody reads it here.";

/** Names with characters that are not shown are kept, with a mark in their place. */
const MARK = "\uFFFD";
const MARKED = "Its name has control characters, shown as \uFFFD: give it another in the source.";

export function whatToDo(item: Omit<FailureRow, "id">): string {
  const { title, path, state, code, accessFailure } = item;
  const told: string[] = [];
  if (accessFailure !== null)
    told.push(RIGHTS.find(([kind]) => kind.test(accessFailure))?.[1] ?? UNREADABLE);
  else if (state === "failed" || state === "skipped")
    told.push((code === null ? undefined : STEPS[code]) ?? AGAIN);
  if (title.includes(MARK) || path.includes(MARK)) told.push(MARKED);
  return told.join(" ");
}
