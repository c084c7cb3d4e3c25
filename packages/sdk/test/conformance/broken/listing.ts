// What is broken of what it lists.
import { soundMirror } from "../shelf-connector.ts";
import { changed, type BrokenByCheck, type Mirrored } from "./broken.ts";

/** What a broken one counts with. */
let counter = 0;

export const BROKEN_LISTING: BrokenByCheck = {
  "listings end": [
    [
      "the pages go round",
      {
        mirror: {
          list: async (source, at) => ({ ...(await soundMirror.list(source, at)), next: "2" }),
        },
      },
    ],
  ],
  "a listing is taken up from every cursor": [
    ["the cursor lives in memory", { mirror: { list: remembering() } }],
  ],
  "containers come before what is in them": [
    [
      "each page turned round",
      {
        mirror: {
          async list(source, at) {
            const page = await soundMirror.list(source, at);
            return { ...page, items: page.items.toReversed() };
          },
        },
      },
    ],
  ],
  "ids are unique and stay": [
    [
      "documents are counted",
      {
        mirror: {
          async list(source, at) {
            const page = await soundMirror.list(source, at);
            const items = page.items.map((one) =>
              one.id === "menu" ? { ...one, id: `menu-${counter++}` } : one,
            );
            return { ...page, items };
          },
          item: (source, id) => soundMirror.item(source, id.replace(/-\d+$/, "")),
          fetch: (source, one) =>
            soundMirror.fetch(source, { ...one, id: one.id.replace(/-\d+$/, "") }),
        },
      },
    ],
  ],
  "items are well formed": [
    ["a time that is none", { mirror: { list: changed({ updatedAt: "yesterday" }) } }],
  ],
  "an item alone is as it is listed": [
    [
      "found forever",
      {
        mirror: {
          item: async (source, id) =>
            (await soundMirror.item(source, id)) ??
            (id === "salad" ? null : await soundMirror.item(source, "menu")),
        },
      },
    ],
  ],
  "users and groups have one id each": [
    [
      "one id for two",
      {
        mirror: {
          async users(source, at) {
            const page = await soundMirror.users(source, at);
            return {
              ...page,
              items: page.items.map((one) => (one.id === "dan" ? { ...one, id: "cyd" } : one)),
            };
          },
        },
      },
    ],
  ],
};

function remembering(): Mirrored["list"] {
  let at: string | null = null;
  return async (source, cursor) => {
    const page = await soundMirror.list(source, cursor === null ? null : at);
    at = page.next;
    return page;
  };
}
