// What is broken of who may read.
import { z } from "zod";
import type { Source } from "../../../src/index.ts";
import { soundMirror, type Access } from "../shelf-connector.ts";
import type { BrokenByCheck } from "./broken.ts";

/** What a broken one counts with. */
let counter = 0;

export const BROKEN_RIGHTS: BrokenByCheck = {
  "rules are valid": [["an empty id", { mirror: { readers: () => ({ user: "" }) } }]],
  "readers is pure": [
    [
      "counts its calls",
      {
        mirror: { readers: ({ team }) => ({ all: [{ group: team }, { group: `${counter++}` }] }) },
      },
    ],
  ],
  "what readers does not know, nobody reads": [
    [
      "takes nothing for everybody",
      {
        mirror: {
          access: laxAccess(),
          readers: (own, above) => (own.team === "" ? "public" : soundMirror.readers(own, above)),
        },
      },
    ],
  ],
  "what it is in never widens an item's readers unasked": [
    [
      "any instead of all",
      {
        mirror: {
          readers: (own, above) => ({ any: [own, ...above].map(({ team }) => ({ group: team })) }),
        },
      },
    ],
  ],
  "a group that is known by half is not said to be whole": [
    [
      "a refused page of members is passed over",
      {
        mirror: {
          groups: (source, at) => soundMirror.groups(passingOver(source), at),
        },
      },
    ],
  ],
  "a refused call never widens who reads": [
    [
      "permissions that are refused are those of all",
      {
        mirror: {
          async list(source, at) {
            const page = await soundMirror.list(source, at);
            const items = [];
            for (const one of page.items) {
              const own = await soundMirror.item(source, one.id).catch(() => null);
              items.push(own ?? { ...one, access: { team: "all" } });
            }
            return { ...page, items };
          },
        },
      },
    ],
  ],
};

function laxAccess(): z.ZodType<Access> {
  return z.unknown().transform((given) => {
    const read = z.object({ team: z.string() }).safeParse(given);
    return read.success ? read.data : { team: "" };
  });
}

function passingOver<S extends Source<unknown>>(source: S): S {
  const none = { items: [], next: null };
  return {
    ...source,
    http: (request) =>
      source.http(request).catch((error: unknown) => {
        if (!request.url.startsWith("/teams/")) throw error;
        return {
          status: 200,
          headers: {},
          json: async () => none,
          text: async () => "",
          bytes: (async function* () {})(),
        };
      }),
  };
}
