// Checks of what documents hold: read as they come, and no more of them than is asked for.
import type { Content } from "../item.ts";
import type { Check, Subject } from "./check.ts";
import { Skip } from "./check.ts";
import { endless } from "./faults.ts";

const READ_MAX = 1 << 20;
/** What may be on its way when the reader stops. */
const DRAWN_MAX = 8 << 20;
const DOCUMENTS_MAX = 20;

export const contentChecks: readonly Check<Subject>[] = [
  { name: "documents can be fetched", run: fetched },
  { name: "a body without end is not gathered", run: bounded },
];

async function fetched({ mirror, source, world }: Subject): Promise<string | null> {
  const documents = world.items.filter((item) => item.kind === "document");
  if (documents.length === 0) throw new Skip("there is no document");
  for (const item of documents.slice(0, DOCUMENTS_MAX)) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, within the source's limits
    const content = await mirror.fetch(source, item);
    if (!/^[\w.+-]+\/[\w.+-]+/.test(content.mediaType)) return `${item.id} has no media type`;
    // oxlint-disable-next-line no-await-in-loop -- as above
    await readSome(content);
  }
  return null;
}

async function bounded({ mirror, source, world }: Subject): Promise<string | null> {
  const item = world.items.find((one) => one.kind === "document");
  if (item === undefined) throw new Skip("there is no document");
  const huge = endless(source, 4 * DRAWN_MAX);
  const content = await mirror.fetch(huge.source, item).catch(() => null);
  if (content !== null) await readSome(content).catch(() => undefined);
  return huge.bytes() > DRAWN_MAX
    ? `${huge.bytes()} bytes were drawn for a reader that stopped after ${READ_MAX}`
    : null;
}

/** Stops as Stead does at its bound. */
async function readSome({ bytes }: Content): Promise<void> {
  if (bytes instanceof Uint8Array) return;
  let read = 0;
  for await (const chunk of bytes) {
    read += chunk.length;
    if (read > READ_MAX) break;
  }
}
