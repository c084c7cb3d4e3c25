// Connectors for the shelf that are broken in one place each, by the check that has to find it.
import { z } from "zod";
import { SourceError, type PushRequest, type PushVerdict, type Source } from "../../src/index.ts";
import { eventIn, receive, shelfConnector, soundMirror, type Access } from "./shelf.ts";

type Broken = Parameters<typeof shelfConnector>[0];
const changes = soundMirror.changes ?? missing();
/** What a broken one counts with. */
let counter = 0;

/** What is broken, told by the check that has to find it. */
export const BROKEN: Readonly<Record<string, readonly [how: string, broken: Broken][]>> = {
  "the manifest is sound": [
    [
      "stale before it is asked again",
      { manifest: { freshness: { pollMs: 10, reconcileMs: 10, objectiveMs: 5 } } },
    ],
    ["a name with spaces", { manifest: { name: "My Shelf" } }],
    ["asked without a check", { manifest: { rights: "asked" } }],
  ],
  "sign-in is told whole": [
    [
      "plain http",
      {
        manifest: {
          acting: {
            kind: "oauth",
            authorizationUrl: "http://shelf.test/a",
            tokenUrl: "https://shelf.test/t",
            scopes: [],
            clientAuth: "post",
          },
        },
      },
    ],
  ],
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
  "errors are SourceErrors": [
    [
      "what it can't read is a TypeError",
      {
        mirror: {
          async fetch(source, one) {
            const reply = await source.http({ url: `/notes/${one.id}` });
            const note = await reply.json();
            if (typeof note !== "object" || note === null) throw new TypeError("no object");
            return soundMirror.fetch(source, one);
          },
        },
      },
    ],
  ],
  "no error, line of the log or item holds a secret": [
    [
      "the answer is quoted",
      {
        mirror: {
          async users(source, at) {
            const reply = await source.http({ url: "/people", query: { from: at ?? "0" } });
            const text = await reply.text();
            if (!text.startsWith('{"items"'))
              throw new SourceError("malformed", `Not that: ${text}`);
            return soundMirror.users(source, at);
          },
        },
      },
    ],
    [
      "the key is logged",
      {
        mirror: {
          list: (source, at) => {
            source.log("asking", { key: source.secrets["key"] ?? "" });
            return soundMirror.list(source, at);
          },
        },
      },
    ],
  ],
  "nothing goes on once it is called off": [
    [
      "asks three times",
      {
        mirror: {
          list: (source, at) =>
            soundMirror
              .list(source, at)
              .catch(() => soundMirror.list(source, at))
              .catch(() => soundMirror.list(source, at)),
        },
      },
    ],
  ],
  "documents can be fetched": [
    [
      "no media type",
      {
        mirror: {
          fetch: async (source, one) => ({
            ...(await soundMirror.fetch(source, one)),
            mediaType: "",
          }),
        },
      },
    ],
  ],
  "a body without end is not gathered": [
    [
      "gathers",
      {
        mirror: {
          async fetch(source, one) {
            const content = await soundMirror.fetch(source, one);
            const chunks: number[] = [];
            if (!(content.bytes instanceof Uint8Array))
              for await (const chunk of content.bytes) chunks.push(chunk.length);
            return { ...content, bytes: new Uint8Array(chunks.length) };
          },
        },
      },
    ],
  ],
  "a genuine push is believed, with the same ids each time": [
    ["its own ids", { mirror: { push: pushing((request) => withIds(receive(request))) } }],
  ],
  "a forged push is refused": [
    [
      "no signature, no check",
      {
        mirror: {
          push: pushing((request) =>
            Object.keys(request.headers).length === 0 ? eventIn(request.body) : receive(request),
          ),
        },
      },
    ],
  ],
  "an altered push is refused": [
    [
      "space at the end is not signed",
      {
        mirror: {
          push: pushing((request) => receive({ ...request, body: trimmed(request.body) })),
        },
      },
    ],
  ],
  "an old push is refused": [
    [
      "the time is not looked at",
      {
        mirror: {
          push: pushing((request) =>
            receive({ ...request, nowMs: Number(request.headers["x-time"]) }),
          ),
        },
      },
    ],
  ],
  "a push that is noise is refused without an error": [
    [
      "an empty one is a poll",
      {
        mirror: {
          push: pushing((request) =>
            request.body.length === 0 ? { ok: true, events: [] } : receive(request),
          ),
        },
      },
    ],
  ],
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

function missing(): never {
  throw new Error("the sound one has them");
}

type Mirrored = typeof soundMirror;

function remembering(): Mirrored["list"] {
  let at: string | null = null;
  return async (source, cursor) => {
    const page = await soundMirror.list(source, cursor === null ? null : at);
    at = page.next;
    return page;
  };
}

function changed(change: { readonly updatedAt?: string; revision?: string }): Mirrored["list"] {
  return async (source, at) => {
    const page = await soundMirror.list(source, at);
    return { ...page, items: page.items.map((one) => ({ ...one, ...change })) };
  };
}

function alone(change: { readonly revision: string }): Mirrored["item"] {
  return async (source, id) => {
    const found = await soundMirror.item(source, id);
    return found && { ...found, ...change };
  };
}

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

function pushing(taking: (request: PushRequest) => PushVerdict): NonNullable<Mirrored["push"]> {
  const push = soundMirror.push ?? missing();
  return { ...push, receive: taking };
}

function withIds(verdict: PushVerdict): PushVerdict {
  if (!verdict.ok) return verdict;
  return { ...verdict, events: verdict.events.map((one) => ({ ...one, id: `${counter++}` })) };
}

function trimmed(body: Uint8Array): Uint8Array {
  return new TextEncoder().encode(new TextDecoder().decode(body).trimEnd());
}
