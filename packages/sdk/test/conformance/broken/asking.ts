// What is broken of how it asks: errors, secrets, ends, bodies.
import { SourceError } from "../../../src/index.ts";
import { soundMirror } from "../shelf-connector.ts";
import type { BrokenByCheck } from "./broken.ts";

export const BROKEN_ASKING: BrokenByCheck = {
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
};
