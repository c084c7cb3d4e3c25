// What is broken of the changes that it tells.
import { soundMirror } from "../shelf-connector.ts";
import { changed, type BrokenByCheck, type Mirrored } from "./broken.ts";

const changes = soundMirror.changes ?? missing();
/** What a broken one counts with. */
let counter = 0;

export const BROKEN_CHANGES: BrokenByCheck = {
  "changes begin, end and can be asked again": [
    [
      "every other time it tells one more",
      {
        mirror: {
          async changes(source, at) {
            const page = await changes(source, at);
            const more = counter++ % 2 === 0 ? [{ kind: "group" as const, id: "none" }] : [];
            return { ...page, changes: [...page.changes, ...more] };
          },
        },
      },
    ],
  ],
  "another content is another revision, and is told": [
    [
      "one revision for ever",
      { mirror: { list: changed({ revision: "1" }), item: alone({ revision: "1" }) } },
    ],
  ],
  "a change of rights is told": [
    [
      "left out of the changes",
      {
        mirror: {
          async changes(source, at) {
            const page = await changes(source, at);
            const kept = page.changes.filter(
              (one) => one.kind !== "item" || one.item.access.team !== "few",
            );
            return { ...page, changes: kept };
          },
        },
      },
    ],
  ],
  "what is gone is told and no longer found": [
    [
      "left out of the changes",
      {
        mirror: {
          async changes(source, at) {
            const page = await changes(source, at);
            return { ...page, changes: page.changes.filter((one) => one.kind !== "gone") };
          },
        },
      },
    ],
  ],
};

function alone(change: { readonly revision: string }): Mirrored["item"] {
  return async (source, id) => {
    const found = await soundMirror.item(source, id);
    return found && { ...found, ...change };
  };
}

function missing(): never {
  throw new Error("the sound one has them");
}
