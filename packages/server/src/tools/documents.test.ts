// Documents are read as the person who asked; what comes back says where from and for whom.
import { expect, test } from "vitest";
import { fail, ok } from "../lib/result.ts";
import { labelOfNames } from "./document-label.ts";
import { documentTools } from "./documents.ts";
import type { KnowledgePort, ReadableDocument } from "./knowledge-port.ts";
import { ADA, BOB, callTool, registryOf } from "./tools.fixture.ts";

const documents: (ReadableDocument & { readers: string[] })[] = [
  {
    id: "doc_1",
    title: "Handbook",
    path: "hr/handbook.md",
    revision: "r1",
    text: "Leave is 30 days.",
    classId: "cls_all",
    classes: [],
    trust: "record",
    readers: [ADA.personId, BOB.personId],
  },
  {
    id: "doc_2",
    title: "Ward notes",
    path: "care/ward.md",
    revision: "r7",
    text: "Bed 4 needs rest.",
    classId: "cls_care",
    classes: ["phi"],
    trust: "colleague",
    readers: [ADA.personId],
  },
];
const knowledge: KnowledgePort = {
  search: async (personId, { limit }) =>
    ok({
      hits: documents
        .filter(({ readers }) => readers.includes(personId))
        .slice(0, limit)
        .map((document) => ({ document, quote: document.text, from: 0 })),
      unanswered:
        personId === BOB.personId ? [{ name: "CRM", why: "it did not answer in time" }] : [],
    }),
  list: async (personId) =>
    ok({
      items: documents
        .filter(({ readers }) => readers.includes(personId))
        .map((document) => ({ ...document, chars: document.text.length })),
      next: null,
    }),
  open: async (personId, id) => {
    const found = documents.find((each) => each.id === id && each.readers.includes(personId));
    return found ? ok(found) : fail("resource.not_found", "There is no such document.");
  },
};
const registry = registryOf();
for (const tool of documentTools(knowledge)) registry.add(tool);

test("a search carries the audience, classes and least trust of all that it found", async () => {
  const output = await callTool(registry, "documents.search", { arguments: { query: "days" } });
  expect(output).toMatchObject({
    ok: true,
    value: {
      label: {
        audience: ["document:doc_1", "document:doc_2"],
        classes: ["phi"],
        trust: "colleague",
      },
      citations: [
        { number: 1, documentId: "doc_1" },
        { number: 2, documentId: "doc_2" },
      ],
      origins: [
        { kind: "document", documentId: "doc_1", revision: "r1", callId: "call_1" },
        { kind: "document", documentId: "doc_2", revision: "r7", callId: "call_1" },
      ],
    },
  });
  expect(output.ok && output.value.text).toContain("[2] Ward notes (care/ward.md, doc_2)");
});

test("another person finds and opens what they may read, and no more", async () => {
  const bob = { principal: BOB };
  const found = await callTool(registry, "documents.search", {
    ...bob,
    arguments: { query: "rest", personId: ADA.personId },
  });
  expect(JSON.stringify(found)).not.toContain("Ward");
  expect(JSON.stringify(found)).toContain("CRM (it did not answer in time)");
  // Whoever reads the answer is told too, whatever the model makes of it.
  expect(found).toMatchObject({
    value: { coverage: { unanswered: [{ name: "CRM", why: "it did not answer in time" }] } },
  });
  const shut = await callTool(registry, "documents.open", {
    ...bob,
    arguments: { documentId: "doc_2" },
  });
  expect(shut).toMatchObject({ ok: false, failure: { code: "resource.not_found" } });
  const open = await callTool(registry, "documents.open", { arguments: { documentId: "doc_2" } });
  expect(open).toMatchObject({
    ok: true,
    value: {
      label: { audience: ["document:doc_2"] },
      citations: [{ number: 1, title: "Ward notes" }],
    },
  });
});

test("a list names only what the person may read, for those who may read all of it", async () => {
  const mine = await callTool(registry, "documents.list", { arguments: {} });
  expect(mine).toMatchObject({
    value: {
      // A name says something too, and an outsider may have chosen it.
      label: {
        audience: ["document:doc_1", "document:doc_2"],
        classes: ["phi"],
        trust: "colleague",
      },
    },
  });
  const bobs = await callTool(registry, "documents.list", { principal: BOB, arguments: {} });
  expect(bobs).toMatchObject({ value: { label: { audience: ["document:doc_1"] } } });
  expect(JSON.stringify(bobs)).not.toContain("Ward");
});

test("names that outsiders chose are trusted no more than what they wrote", () => {
  const theirs = { id: "doc_3", classId: "cls_all", classes: ["mail"], trust: "outside" as const };
  expect(labelOfNames([...documents, theirs])).toEqual({
    audience: ["document:doc_1", "document:doc_2", "document:doc_3"],
    classes: ["mail", "phi"],
    trust: "outside",
  });
  expect(labelOfNames([])).toEqual({ audience: [], classes: [], trust: "colleague" });
});
