// Makes the vectors that are due, a bounded amount at a time: passages that are new, those of
// documents with the same classes together, for policy decides by these what may be sent. What was
// made is kept, so that neither a restart nor a small change pays for it again.
import type { Label, Principal } from "@stead/protocol";
import { audienceOfDocument, joinLabels } from "../../access/label.ts";
import { adminJournal } from "../../egress/journal.ts";
import { fail, ok, type Failure, type Result } from "../../lib/result.ts";
import { embed } from "../../models/embed.ts";
import type { EmbeddingResult, FoundEmbedding } from "../../models/embedding.ts";
import { passagesOf } from "../chunk/passage.ts";
import { deciderOf, leaveFor, type MeaningDeps } from "./deps.ts";
import { eightBit, hashOf, packed, unpacked } from "./numbers.ts";
import { dueDocuments, noteSpend, saveVectors, type Chosen, type DueDocument } from "./queries.ts";

const PASSAGES = 512;
const DEADLINE_MS = 120_000;
const REFUSED_FOR_MS = 3_600_000;

export interface Making {
  readonly deps: MeaningDeps;
  readonly chosen: Chosen;
  readonly found: FoundEmbedding;
  readonly decider: Principal;
  readonly signal: AbortSignal;
}

/** The model and who chose it, as they are now; a failure says why nothing can go on. */
export async function readyToMake(
  deps: MeaningDeps,
  chosen: Chosen,
  signal: AbortSignal,
): Promise<Result<Making>> {
  const found = deps.models.embeddings.get(chosen.model);
  if (!found) return fail("model.refused", `${chosen.model} is not configured any more.`);
  if (found.key !== chosen.key)
    return fail("model.refused", `${chosen.model} is configured otherwise since it was chosen.`, {
      hint: "Choose it again.",
    });
  const decider = await deciderOf(deps, chosen.decidedBy);
  if (!decider.ok)
    return fail("policy.denied", "Whoever chose the model may not any more.", {
      hint: "Another administrator chooses it.",
    });
  return ok({ deps, chosen, found, decider: decider.value, signal });
}

interface Work {
  readonly document: DueDocument;
  readonly hashes: readonly string[];
  /** What is known, and what comes to be. */
  readonly known: Map<string, Int8Array>;
  /** Hash and text of what is asked for now. */
  readonly missing: ReadonlyMap<string, string>;
}

export interface Some {
  /** The last document that was looked at; null: there was none. */
  readonly last: string | null;
  /** Of the model, as far as can be told, not of a document. */
  readonly failure?: Failure;
}

export async function makeSome(
  making: Making,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<Some> {
  const { ctx } = making.deps;
  const { key, dimensions } = making.chosen;
  const asked = { key, after, limit, refusedForMs: REFUSED_FOR_MS };
  const documents = await dueDocuments(ctx, asked);
  let room = PASSAGES;
  let last: string | null = null;
  const groups = new Map<string, Work[]>();
  for (const document of documents) {
    if (room <= 0) break;
    const work = workOf(document, dimensions, room);
    room -= work.missing.size;
    last = document.id;
    const like = JSON.stringify([document.classes.toSorted(), document.trust]);
    groups.set(like, [...(groups.get(like) ?? []), work]);
  }
  for (const group of groups.values()) {
    const done = await makeGroup(making, group);
    if (!done.ok) return { last, failure: done.failure };
  }
  return { last };
}

function workOf(document: DueDocument, dimensions: number, room: number): Work {
  const known = document.kept ? unpacked(document.kept, dimensions) : new Map();
  const passages = passagesOf(document).map(({ text }) => ({ text, hash: hashOf(text) }));
  const missing = new Map<string, string>();
  for (const { text, hash } of passages) {
    if (missing.size >= room) break;
    if (!known.has(hash)) missing.set(hash, text);
  }
  return { document, hashes: passages.map(({ hash }) => hash), known, missing };
}

async function makeGroup(making: Making, group: readonly Work[]): Promise<Result<void>> {
  const [first] = group;
  if (!first) return ok();
  const { deps, decider, chosen } = making;
  // Judged by one document's label: how many happen to go together is no matter of policy.
  const label = labelOf(first.document);
  const leave = leaveFor(deps, { principal: decider, model: chosen.model, label });
  if (!leave.ok) {
    for (const work of group) await keep(making, work, leave.failure);
    return ok();
  }
  const made = await ask(making, group, leave.value);
  if (made.ok) {
    for (const work of group) await keep(making, work);
    return ok();
  }
  if (!made.aboutTexts) return made;
  if (group.length === 1) {
    await keep(making, first, made.failure);
    return ok();
  }
  for (const work of group) {
    const alone = await makeGroup(making, [work]);
    if (!alone.ok) return alone;
  }
  return ok();
}

type Leave = Parameters<typeof embed>[1]["permit"];

async function ask(
  { deps, found, chosen, decider, signal }: Making,
  group: readonly Work[],
  permit: Leave,
): Promise<EmbeddingResult> {
  const entries = group.flatMap(({ missing }) => [...missing]);
  const made = await embed(deps.models, {
    found,
    texts: entries.map(([, text]) => text),
    kind: "document",
    dimensions: chosen.dimensions,
    permit,
    label: joinLabels(group.map(({ document }) => labelOf(document))),
    journal: adminJournal(deps.ledger, { subjects: [] }),
    personId: decider.personId,
    deadlineMs: DEADLINE_MS,
    signal,
  });
  if (!made.ok) return made;
  const { vectors, usage } = made.value;
  const byHash = new Map(
    entries.flatMap(([hash], i) => {
      const vector = vectors[i];
      return vector ? [[hash, eightBit(vector)] as const] : [];
    }),
  );
  for (const { missing, known } of group)
    for (const hash of missing.keys()) {
      const numbers = byHash.get(hash);
      if (numbers) known.set(hash, numbers);
    }
  const { ctx } = deps;
  const spend = { model: found.name, kind: "document" as const, texts: vectors.length, ...usage };
  if (vectors.length > 0) await noteSpend(ctx, spend, new Date(ctx.clock.now()));
  return made;
}

async function keep(making: Making, work: Work, refusal?: Failure): Promise<void> {
  const { document, hashes, known } = work;
  const { id, stamp } = document;
  const refused = refusal ? `${refusal.code}: ${refusal.detail}` : "";
  const made = { id, stamp, refused, ...packed(hashes, known) };
  await saveVectors(making.deps.ctx, making.chosen.key, made);
}

function labelOf(document: DueDocument): Label {
  const { classes, trust } = document;
  return { audience: [audienceOfDocument(document)], classes: [...classes], trust };
}
