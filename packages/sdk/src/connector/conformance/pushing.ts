// Checks of push: only what the source signed, as it signed it, and just now, is believed.
import type { PushRequest, PushVerdict } from "../connector.ts";
import type { Check, Subject } from "./check.ts";
import { Skip } from "./check.ts";

const DAY_MS = 86_400_000;

export const pushChecks: readonly Check<Subject>[] = [
  { name: "a genuine push is believed, with the same ids each time", run: genuine },
  { name: "a forged push is refused", run: forged },
  { name: "an altered push is refused", run: altered },
  { name: "an old push is refused", run: old },
  { name: "a push that is noise is refused without an error", run: noise },
];

function receiving({ mirror, push }: Subject): {
  push: PushRequest;
  receive: (request: PushRequest) => PushVerdict;
} {
  const { push: door } = mirror;
  if (door === undefined) throw new Skip("it has no `push`");
  if (push === undefined) throw new Skip("no delivery was given as `push`");
  return { push, receive: (request) => door.receive(request) };
}

function genuine(subject: Subject): string | null {
  const { push, receive } = receiving(subject);
  const first = receive(push);
  if (!first.ok) return `refused: ${first.reason}`;
  if (JSON.stringify(receive(push)) !== JSON.stringify(first))
    return "delivered again, it is other events: they would be taken for new ones";
  const ids = first.events.map(({ id }) => id);
  return new Set(ids).size < ids.length ? "two of its events have one id" : null;
}

function forged(subject: Subject): string | null {
  const { push, receive } = receiving(subject);
  if (receive({ ...push, headers: {} }).ok) return "it is believed without any header";
  const others = [undefined, null, {}, otherSecrets(push.watch)];
  return others.some((watch) => receive({ ...push, watch }).ok)
    ? "it is believed whatever secret it was signed with"
    : null;
}

function otherSecrets(watch: unknown): unknown {
  if (typeof watch === "string") return `${watch}x`;
  if (typeof watch !== "object" || watch === null) return watch === undefined ? {} : null;
  return Object.fromEntries(Object.entries(watch).map(([name, one]) => [name, otherSecrets(one)]));
}

function altered(subject: Subject): string | null {
  const { push, receive } = receiving(subject);
  const body = push.body.slice();
  for (const at of [0, Math.floor(body.length / 2), body.length - 1]) {
    const changed = body.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    if (body.length > 0 && receive({ ...push, body: changed }).ok)
      return `byte ${at} of its body was changed, and it is believed`;
  }
  const longer = new Uint8Array([...body, 32]);
  return receive({ ...push, body: longer }).ok ? "its body grew, and it is believed" : null;
}

function old(subject: Subject): string | null {
  const { push, receive } = receiving(subject);
  return receive({ ...push, nowMs: push.nowMs + DAY_MS }).ok
    ? "a day later it is still believed, so it can be replayed"
    : null;
}

function noise(subject: Subject): string | null {
  const { push, receive } = receiving(subject);
  // Some vendors say everything in headers, and nothing is what they send.
  const empty = push.body.length === 0 ? [] : [new Uint8Array()];
  const bodies = [...empty, new Uint8Array([0, 255, 254]), new Uint8Array(100_000)];
  for (const body of bodies) if (receive({ ...push, body }).ok) return "noise is believed";
  const headers = Object.fromEntries(Object.keys(push.headers).map((name) => [name, "é"]));
  return receive({ ...push, headers }).ok ? "headers that are noise are believed" : null;
}
