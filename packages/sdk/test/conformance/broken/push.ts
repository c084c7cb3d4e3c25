// What is broken of how it takes events.
import type { PushRequest, PushVerdict } from "../../../src/index.ts";
import { soundMirror } from "../shelf-connector.ts";
import { eventIn, receive } from "../shelf-push.ts";
import type { BrokenByCheck, Mirrored } from "./broken.ts";

/** What a broken one counts with. */
let counter = 0;

export const BROKEN_PUSH: BrokenByCheck = {
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
};

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

function missing(): never {
  throw new Error("the sound one has them");
}
