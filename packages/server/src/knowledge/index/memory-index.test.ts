// What the index finds is what a plain reading of the rules gives over what the people may read, and nothing
// that they may not read can be told from it: not by what is found, nor its order, nor its scores.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryIndex } from "./memory-index.ts";
import type { IndexChange, IndexedDocument, IndexQuery } from "./search-index.ts";
import { wordsOf } from "./words.ts";

const WORDS = ["leave", "ward", "budget", "train", "nurse", "the", "Zürich", "plan"];
const CLASSES = ["c0", "c1", "c2", "c3"];
const PEOPLE = ["ada", "bob", "eve"];
const SOURCES = ["s0", "s1"];

const passage = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 8 })
  .map((words) => words.join(" "));
const vector = fc
  .array(fc.integer({ min: -9, max: 9 }), { minLength: 6, maxLength: 6 })
  .map((numbers) => Float32Array.from(numbers));

const document = fc
  .record({
    id: fc.nat(12).map((n) => `doc_${n}`),
    stamp: fc.uuid(),
    classId: fc.constantFrom(...CLASSES),
    sourceId: fc.constantFrom(...SOURCES),
    texts: fc.array(fc.tuple(passage, vector), { minLength: 1, maxLength: 3 }),
  })
  .map(({ texts, ...rest }): IndexedDocument => ({
    ...rest,
    chunks: texts.map(([text, vectorOf], i) => ({
      text,
      from: i * 100,
      to: i * 100 + 99,
      vector: vectorOf,
    })),
  }));

const change: fc.Arbitrary<IndexChange> = fc.oneof(
  { weight: 4, arbitrary: document.map((put) => ({ kind: "put" as const, document: put })) },
  fc.record({ kind: fc.constant("remove" as const), id: fc.nat(12).map((n) => `doc_${n}`) }),
  fc.record({
    kind: fc.constant("class" as const),
    id: fc.nat(12).map((n) => `doc_${n}`),
    classId: fc.constantFrom(...CLASSES),
    sourceId: fc.constantFrom(...SOURCES),
  }),
  fc.record({
    kind: fc.constant("readers" as const),
    classId: fc.constantFrom(...CLASSES),
    bits: fc.nat(7).map((bits) => Uint8Array.of(bits)),
  }),
);

const numbered: IndexChange[] = PEOPLE.map((personId, number) => ({
  kind: "person",
  personId,
  number,
}));

function indexOf(changes: readonly IndexChange[]): MemoryIndex {
  const index = new MemoryIndex();
  index.apply([...numbered, ...changes]);
  return index;
}

/** The same by a plain reading: what stands where, and who satisfies what. */
function worldOf(changes: readonly IndexChange[]) {
  const documents = new Map<string, IndexedDocument>();
  const readers = new Map<string, number>();
  for (const each of changes) {
    if (each.kind === "put") documents.set(each.document.id, each.document);
    else if (each.kind === "remove") documents.delete(each.id);
    else if (each.kind === "readers") readers.set(each.classId, each.bits[0] ?? 0);
    else if (each.kind === "class") {
      const found = documents.get(each.id);
      if (found) documents.set(each.id, { ...found, ...each });
    }
  }
  const mayRead = (person: string, classId: string): boolean =>
    (((readers.get(classId) ?? 0) >> PEOPLE.indexOf(person)) & 1) === 1;
  const readable = (people: readonly string[]): IndexedDocument[] =>
    [...documents.values()].filter(({ classId }) => people.every((each) => mayRead(each, classId)));
  return { readable };
}

/** BM25 over these documents alone, the best passage of each. */
function bm25(documents: readonly IndexedDocument[], query: string): Map<string, number> {
  const chunks = documents.flatMap(({ id, chunks: all }) =>
    all.map(({ text }) => ({ id, words: wordsOf(text) })),
  );
  const average = Math.max(
    1,
    chunks.reduce((sum, { words }) => sum + words.length, 0) / chunks.length,
  );
  const best = new Map<string, number>();
  for (const { id, words } of chunks) {
    let score = 0;
    for (const word of new Set(wordsOf(query))) {
      const tf = words.filter((each) => each === word).length;
      const df = chunks.filter((each) => each.words.includes(word)).length;
      const idf = Math.log(1 + (chunks.length - df + 0.5) / (df + 0.5));
      const norm = 1.2 * (0.25 + (0.75 * words.length) / average);
      score += (idf * tf * 2.2) / (tf + norm);
    }
    if (score > 0) best.set(id, Math.max(best.get(id) ?? 0, score));
  }
  return best;
}

const asked = fc.record({
  people: fc.uniqueArray(fc.constantFrom(...PEOPLE), { minLength: 1, maxLength: 3 }),
  query: passage,
});

describe("words", () => {
  test("what is found, and its order, is BM25 over exactly what all of the people may read", () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 40 }),
        asked,
        fc.integer({ min: 1, max: 6 }),
        (changes, { people, query }, limit) => {
          const expected = bm25(worldOf(changes).readable(people), query);
          const hits = indexOf(changes).search({ people, query, limit });
          expect(hits.length).toBe(Math.min(limit, expected.size));
          const scores = hits.map(({ documentId }) => expected.get(documentId) ?? Number.NaN);
          const best = [...expected.values()].toSorted((a, b) => b - a).slice(0, limit);
          for (const [i, score] of scores.entries()) expect(score).toBeCloseTo(best[i] ?? 0, 8);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("only the sources that were asked for", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), asked, (changes, query) => {
        const index = indexOf(changes);
        const sources = ["s1"];
        const allowed = worldOf(changes)
          .readable(query.people)
          .filter(({ sourceId }) => sourceId === "s1");
        const expected = bm25(allowed, query.query);
        const hits = index.search({ ...query, limit: 20, sources });
        expect(new Set(hits.map(({ documentId }) => documentId))).toEqual(new Set(expected.keys()));
      }),
    );
  });
});

describe("two worlds that differ only in what nobody asking may read", () => {
  /** Puts, moves and removals of documents that stay out of the people's reach throughout. */
  const hidden = fc.array(
    document.map((each) => ({ ...each, id: `hidden_${each.id}`, classId: "hidden" })),
    { minLength: 1, maxLength: 30 },
  );

  test("give byte-identical results, whatever was put, replaced or removed, and when", () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 40 }),
        fc.record({
          secrets: hidden,
          places: fc.array(fc.nat(1000), { minLength: 60, maxLength: 60 }),
        }),
        fc.record({ people: asked.map(({ people }) => people), query: passage, vector }),
        (changes, { secrets, places }, query) => {
          const other: IndexChange[] = [...changes];
          for (const [i, secret] of secrets.entries()) {
            const at = (places[i] ?? 0) % (other.length + 1);
            other.splice(at, 0, { kind: "put", document: secret });
            if ((places[i + 30] ?? 0) % 3 === 0) other.push({ kind: "remove", id: secret.id });
          }
          const found = (world: readonly IndexChange[], more: Partial<IndexQuery>): string =>
            JSON.stringify(indexOf(world).search({ ...query, limit: 10, ...more }));
          expect(found(other, {})).toBe(found(changes, {}));
          expect(found(other, { sources: ["s0"] })).toBe(found(changes, { sources: ["s0"] }));
        },
      ),
      { numRuns: 200 },
    );
  });

  test("also when the hidden ones are far more, and the index has been compacted since", () => {
    const base: IndexChange[] = [
      { kind: "readers", classId: "c0", bits: Uint8Array.of(1) },
      ...["leave ward", "leave leave plan", "ward plan nurse"].map((text, i): IndexChange => ({
        kind: "put",
        document: {
          id: `doc_${i}`,
          stamp: "s",
          sourceId: "s0",
          classId: "c0",
          chunks: [{ text, from: 0, to: 9 }],
        },
      })),
    ];
    const index = indexOf(base);
    const before = JSON.stringify(index.search({ people: ["ada"], query: "leave ward", limit: 9 }));
    const many = Array.from({ length: 25_000 }, (_, i): IndexChange => ({
      kind: "put",
      document: {
        id: `hidden_${i % 2}`,
        stamp: String(i),
        sourceId: "s0",
        classId: "hidden",
        chunks: [{ text: "leave nurse", from: 0, to: 9 }],
      },
    }));
    index.apply(many);
    expect(JSON.stringify(index.search({ people: ["ada"], query: "leave ward", limit: 9 }))).toBe(
      before,
    );
    expect(index.stats()).toMatchObject({ documents: 5, chunks: 5 });
  });
});

describe("vectors", () => {
  test("the nearest of what may be read come first, though words say nothing", () => {
    const changes: IndexChange[] = [{ kind: "readers", classId: "c0", bits: Uint8Array.of(1) }];
    for (let i = 0; i < 50; i++)
      changes.push({
        kind: "put",
        document: {
          id: `doc_${String(i).padStart(2, "0")}`,
          stamp: "s",
          sourceId: "s0",
          classId: i % 2 === 0 ? "c0" : "c1",
          chunks: [
            { text: "x", from: 0, to: 1, vector: Float32Array.of(Math.cos(i), Math.sin(i), 0.5) },
          ],
        },
      });
    const hits = indexOf(changes).search({
      people: ["ada"],
      query: "nothing of it",
      vector: Float32Array.of(Math.cos(8), Math.sin(8), 0.5),
      limit: 3,
    });
    expect(hits[0]?.documentId).toBe("doc_08");
    for (const { documentId } of hits) expect(Number(documentId.slice(4)) % 2).toBe(0);
  });
});

test("vectors are of one text and one model, and stay through a compaction", () => {
  const index = indexOf([{ kind: "readers", classId: "c0", bits: Uint8Array.of(1) }]);
  const put = (id: string, text: string): void =>
    index.apply([
      {
        kind: "put",
        document: {
          id,
          stamp: `of ${text}`,
          sourceId: "s0",
          classId: "c0",
          chunks: [0, 1].map((from) => ({ text, from, to: from + 1 })),
        },
      },
    ]);
  const numbers = Int8Array.of(1, 0, 0, 127);
  const found = (key: string): number =>
    index.search({ people: ["ada"], query: "", vector: Float32Array.of(0, 1), key, limit: 9 })
      .length;
  put("doc_1", "x");
  index.apply([{ kind: "model", key: "one" }]);
  index.apply([{ kind: "vectors", id: "doc_1", stamp: "of y", numbers }]);
  index.apply([{ kind: "vectors", id: "doc_2", stamp: "of x", numbers }]);
  index.apply([{ kind: "vectors", id: "doc_1", stamp: "of x", numbers: Int8Array.of(1, 2, 3) }]);
  expect(found("one")).toBe(0);
  index.apply([{ kind: "vectors", id: "doc_1", stamp: "of x", numbers }]);
  index.apply([{ kind: "vectors", id: "doc_1", stamp: "of x", numbers }]);
  expect(index.stats().vectors).toBe(2);
  expect([found("one"), found("two"), found("")]).toEqual([1, 0, 0]);
  for (let i = 0; i < 6_000; i++) put("doc_3", `${i}`);
  expect(found("one")).toBe(1);
  index.apply([{ kind: "model", key: "two" }]);
  expect([found("one"), found("two")]).toEqual([0, 0]);
});

test("words: accents, endings, stop words, and scripts without spaces", () => {
  expect(wordsOf("The Nurses are TRAVELLING to Zürich")).toEqual(["nurs", "travel", "zurich"]);
  expect(wordsOf("naïve café")).toEqual(wordsOf("naive cafe"));
  expect(wordsOf("東京都")).toEqual(["東京", "京都"]);
});
