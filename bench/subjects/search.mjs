// Search over 40,000 documents of five passages, 2,000 groups, 20,000 classes and 500 people: how long, how
// right, and whether anything shows that should not. Text and vectors are made up, words after Zipf.
import { MemoryIndex } from "../../packages/server/src/knowledge/index/memory-index.ts";
import { wordsOf } from "../../packages/server/src/knowledge/index/words.ts";

const settings = JSON.parse(process.argv[2] ?? "{}");
const DOCUMENTS = settings.documents ?? 40_000;
const [PASSAGES, CLASSES, GROUPS, PEOPLE, VOCABULARY] = [5, 20_000, 2_000, 500, 60_000];
const [QUERIES, CHECKED, DIMENSIONS, TOPICS] = [300, 20, 384, 200];

// The same world each time (mulberry32).
let seed = 42;
function random() {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}
const below = (limit) => Math.floor(random() * limit);
const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));

const sums = new Float64Array(VOCABULARY);
let total = 0;
for (let rank = 0; rank < VOCABULARY; rank++) sums[rank] = total += 1 / (rank + 1);
function word() {
  const aim = random() * total;
  let [low, high] = [0, VOCABULARY - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] < aim) low = middle + 1;
    else high = middle;
  }
  return `w${low.toString(36)}x`;
}
const topics = times(TOPICS, () => times(DIMENSIONS, () => random() - 0.5));
function vectorOf(topic) {
  const vector = new Float32Array(DIMENSIONS);
  for (let i = 0; i < DIMENSIONS; i++) vector[i] = topics[topic][i] + (random() - 0.5) * 0.8;
  return vector;
}

/** Classes of one to five groups; people in five to fifty groups, few in most and most in few. */
const classGroups = times(CLASSES, () =>
  times(1 + below(5), () => Math.floor(random() ** 2 * GROUPS)),
);
const ROW = Math.ceil((PEOPLE + 8) / 8);
const groupPeople = times(GROUPS, () => new Uint8Array(ROW));
const set = (bits, person) => (bits[person >> 3] |= 1 << (person & 7));
for (let person = 0; person < PEOPLE; person++)
  for (let i = 5 + below(46); i > 0; i--)
    set(groupPeople[Math.floor(random() ** 2 * GROUPS)], person);
const special = { sparse: 25, thousand: 1_000, "five-thousand": 5_000, all: CLASSES };
const names = [...times(PEOPLE, (i) => `p${i}`), ...Object.keys(special)];

function readersOf(number) {
  const bits = new Uint8Array(ROW);
  for (const group of classGroups[number])
    for (let i = 0; i < ROW; i++) bits[i] |= groupPeople[group][i];
  // Every n-th class, so that they lie everywhere.
  Object.values(special).forEach((count, i) => {
    if (number % Math.floor(CLASSES / count) === 0) set(bits, PEOPLE + i);
  });
  return bits;
}

function world(index, { withVectors }) {
  index.apply(names.map((personId, number) => ({ kind: "person", personId, number })));
  const readers = times(CLASSES, readersOf);
  index.apply(readers.map((bits, i) => ({ kind: "readers", classId: `c${i}`, bits })));
  let busyMs = 0;
  const kept = [];
  for (let i = 0; i < DOCUMENTS; i++) {
    const topic = below(TOPICS);
    const chunks = times(PASSAGES, (n) => {
      const text = times(40 + below(61), word).join(" ");
      const place = { text, from: n * 800, to: n * 800 + 799 };
      return withVectors ? { ...place, vector: vectorOf(topic) } : place;
    });
    const document = { id: `doc_${i}`, stamp: "1", sourceId: "s", classId: `c${i % CLASSES}` };
    kept.push({ ...document, class: i % CLASSES, chunks });
    const before = process.cpuUsage();
    index.apply([{ kind: "put", document: { ...document, chunks } }]);
    const { user, system } = process.cpuUsage(before);
    busyMs += (user + system) / 1000;
  }
  const mayRead = (person, number) => ((readers[number][person >> 3] >> (person & 7)) & 1) === 1;
  return { kept, mayRead, busyMs };
}

const at = (list, part) => list.toSorted((a, b) => a - b)[Math.floor(list.length * part)];

function measure(index, people, { withVectors }) {
  const [ms, cpu] = [[], []];
  for (let i = 0; i < QUERIES + 30; i++) {
    const query = `${word()} ${word()} ${word()}`;
    const vector = withVectors ? { vector: vectorOf(below(TOPICS)) } : {};
    const person = people[i % people.length];
    const [beganCpu, began] = [process.cpuUsage(), performance.now()];
    index.search({ people: [person], query, limit: 10, ...vector });
    const took = performance.now() - began;
    const { user, system } = process.cpuUsage(beganCpu);
    if (i < 30) continue;
    ms.push(took);
    cpu.push((user + system) / 1000);
  }
  return { p50: at(ms, 0.5), p95: at(ms, 0.95), cpu50: at(cpu, 0.5), cpu95: at(cpu, 0.95) };
}

/** The words of a passage, looked up once. */
function stemmed(chunk) {
  return (chunk.words ??= wordsOf(chunk.text));
}

/** By a plain reading over the permitted alone, with the formula written out again. */
function exact(documents, query) {
  const chunks = documents.flatMap(({ id, words }) => words.map((list) => ({ id, list })));
  const average = chunks.reduce((sum, { list }) => sum + list.length, 0) / chunks.length;
  const asked = [...new Set(wordsOf(query))];
  const tfs = chunks.map(({ list }) =>
    asked.map((term) => list.reduce((count, each) => count + (each === term), 0)),
  );
  const idfs = asked.map((_, i) => {
    const df = tfs.filter((tf) => tf[i] > 0).length;
    return Math.log(1 + (chunks.length - df + 0.5) / (df + 0.5));
  });
  const best = new Map();
  chunks.forEach(({ id, list }, i) => {
    const norm = 1.2 * (0.25 + (0.75 * list.length) / average);
    const score = idfs.reduce(
      (sum, idf, n) => sum + (idf * tfs[i][n] * 2.2) / (tfs[i][n] + norm),
      0,
    );
    const rounded = Number(score.toPrecision(12));
    if (rounded > (best.get(id) ?? 0)) best.set(id, rounded);
  });
  // Equal ones by id, as the index has them.
  return [...best]
    .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, 10)
    .map(([id]) => id);
}

function nearest(documents, vector) {
  const score = (other) => {
    let [dot, length] = [0, 0];
    for (let i = 0; i < DIMENSIONS; i++)
      [dot, length] = [dot + other[i] * vector[i], length + other[i] ** 2];
    return dot / Math.sqrt(length);
  };
  return documents
    .map(({ id, chunks }) => [id, Math.max(...chunks.map((chunk) => score(chunk.vector)))])
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 10)
    .map(([id]) => id);
}

function judge(index, { kept, mayRead }, { withVectors }) {
  let [found, expected, leaks] = [0, 0, 0];
  for (let i = 0; i < CHECKED; i++) {
    const person = (i * 7) % PEOPLE;
    const readable = kept.filter((each) => mayRead(person, each.class));
    if (readable.length === 0) continue;
    const query = withVectors ? "" : `${word()} ${word()} ${word()}`;
    const vector = withVectors ? vectorOf(below(TOPICS)) : undefined;
    const truth = withVectors
      ? nearest(readable, vector)
      : exact(
          readable.map(({ id, chunks }) => ({ id, words: chunks.map(stemmed) })),
          query,
        );
    const asked = { people: [names[person]], query, limit: 10 };
    const hits = index.search(vector ? { ...asked, vector } : asked);
    const ids = new Set(readable.map(({ id }) => id));
    leaks += hits.filter(({ documentId }) => !ids.has(documentId)).length;
    expected += truth.length;
    found += truth.filter((id) => hits.some(({ documentId }) => documentId === id)).length;
  }
  return { recall: expected > 0 ? found / expected : 1, leaks };
}

const figures = [];
const add = (name, [value, unit], ratio) => figures.push({ name, value, unit, ...ratio });
const people = times(PEOPLE, (i) => `p${i}`);
for (const kind of ["words", "words-and-vectors"]) {
  const withVectors = kind !== "words";
  const index = new MemoryIndex();
  const made = world(index, { withVectors });
  const { chunks, bytes } = index.stats();
  add(`search.${kind}.indexed`, [chunks / (made.busyMs / 1000), "chunks/s of CPU"]);
  add(`search.${kind}.memory`, [bytes / 1024 / 1024, "MB"]);
  const free = measure(index, ["all"], { withVectors });
  const groups = { people };
  for (const name of Object.keys(special)) groups[name] = [name];
  for (const [name, who] of Object.entries(groups)) {
    const { p50, p95, cpu50, cpu95 } = measure(index, who, { withVectors });
    const versus = { to: "the same, everything readable", floor: free.p50 };
    add(`search.${kind}.${name}.p50`, [p50, "ms"], versus);
    add(`search.${kind}.${name}.p95`, [p95, "ms"], { ...versus, floor: free.p95 });
    add(`search.${kind}.${name}.cpu-p50`, [cpu50, "ms"]);
    add(`search.${kind}.${name}.cpu-p95`, [cpu95, "ms"]);
  }
  const { recall, leaks } = judge(index, made, { withVectors });
  add(`search.${kind}.recall-at-10`, [recall, "of exact"]);
  add(`search.${kind}.leaks`, [leaks, "documents"]);
}
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit(0);
