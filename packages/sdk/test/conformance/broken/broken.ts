// Connectors for the shelf that are broken in one place each: how that is written down.
import { soundMirror, type shelfConnector } from "../shelf-connector.ts";

/** What is broken, told by the check that has to find it. */
export type BrokenByCheck = Readonly<
  Record<string, readonly [how: string, broken: Parameters<typeof shelfConnector>[0]][]>
>;
export type Mirrored = typeof soundMirror;

export function changed(change: {
  readonly updatedAt?: string;
  revision?: string;
}): Mirrored["list"] {
  return async (source, at) => {
    const page = await soundMirror.list(source, at);
    return { ...page, items: page.items.map((one) => ({ ...one, ...change })) };
  };
}
