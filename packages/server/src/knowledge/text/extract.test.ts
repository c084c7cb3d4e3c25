// Files as other programs write them, and files that mean harm: text with sections, or a failure of the file.
import { readFileSync } from "node:fs";
import { deflateRawSync, deflateSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import type { Result } from "../../lib/result.ts";
import { EXTRACT_LIMITS, TextExtractor } from "./extract.ts";
import type { ExtractedText } from "./text.ts";

const MB = 1024 * 1024;
const extractor = new TextExtractor();
afterAll(() => extractor.close());

const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../../../test/fixtures/text/${name}`, import.meta.url));
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(name: string, content: string | Uint8Array, mediaType = "") {
  const bytes = typeof content === "string" ? bytesOf(content) : content;
  return extractor.extract({ name, mediaType, bytes });
}

/** Title and text of each section. */
function sectionsOf(result: Result<ExtractedText>): [string, string][] {
  if (!result.ok) throw new Error(result.failure.code);
  const { text, sections } = result.value;
  return sections.map(({ title, from, to }) => [title, text.slice(from, to).trim()]);
}

function textOf(result: Result<ExtractedText>): string {
  return result.ok ? result.value.text : result.failure.code;
}

describe("files of other programs", () => {
  test("a PDF, page by page", async () => {
    const found = await read("leave.pdf", fixture("leave.pdf"), "application/pdf");
    expect(sectionsOf(found)).toEqual([
      ["Leave policy", expect.stringContaining("Everyone has 30 days of leave a year.")],
      ["Sick leave", expect.stringContaining("Call in before nine o'clock.")],
    ]);
    expect(found.ok && found.value.sections.map(({ page }) => page)).toEqual([1, 2]);
  });

  test("a Word document with its headings, runs put together and its table", async () => {
    expect(sectionsOf(await read("travel.docx", fixture("travel.docx")))).toEqual([
      ["Travel", "Travel\n\nTrains before planes."],
      [
        "Travel › Expenses",
        "Expenses\n\nKeep every receipt & send it.\n\nCity\tPer night\t\nZürich\t180",
      ],
    ]);
  });

  test("a workbook, sheet by sheet, with dates, results of formulas and rich text", async () => {
    expect(sectionsOf(await read("budget.xlsx", fixture("budget.xlsx")))).toEqual([
      ["Budget", "Department\tAmount\tDue\nFinance\t120000.5\t2027-01-31\nLegal\t240001\tTRUE"],
      ["Notes & more", "Zürich <north>\nrich text"],
    ]);
  });

  test("a presentation, slide by slide, with what the speaker noted", async () => {
    expect(sectionsOf(await read("rounds.pptx", fixture("rounds.pptx")))).toEqual([
      ["Ward rounds", "Ward rounds\nStart at seven\n\nSpeak slowly"],
      ["Second slide", "Second slide"],
    ]);
  });
});

describe("text of other kinds", () => {
  test("HTML as it is read: no scripts, no styles, words not glued, headings as sections", async () => {
    const page = `<html><head><title>t</title><style>p{}</style><body><p>Before <b>bold</b>ly.
      <script>alert("no")</script><h1>One  &amp; two</h1><p>First<br>second<h2>Deep</h2>
      <table><tr><td>a<td>b</table><pre>  kept\n  so</pre><div hidden>x`;
    const found = await read("a.html", page);
    expect(sectionsOf(found)).toEqual([
      ["One & two", "One & two\n\nFirst\nsecond"],
      ["One & two › Deep", expect.stringContaining("a\tb")],
    ]);
    expect(textOf(found)).toMatch(/^Before boldly\./);
    expect(textOf(found)).toContain("  kept\n  so");
    expect(textOf(found)).not.toMatch(/alert|p\{\}/);
  });

  test("Markdown stays as it is; a # in fenced code is no heading", async () => {
    const text = "intro\n\n# A\n\nx\n\n```sh\n# not a heading\n```\n\n## B ##\ny\n# C\nz";
    const found = await read("a.md", text);
    expect(textOf(found)).toBe(text);
    expect(sectionsOf(found).map(([title]) => title)).toEqual(["A", "A › B", "C"]);
  });

  test("a mail: heads, text or else HTML, names of attachments, no blind copies", async () => {
    const mail = [
      "From: Ada <ada@example.com>",
      "To: bob@example.com",
      "Bcc: secret@example.com",
      "Subject: =?utf-8?q?Z=C3=BCrich_offer?=",
      'Content-Type: multipart/mixed; boundary="b"',
      "",
      "--b",
      "Content-Type: text/html; charset=utf-8",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "<p>Three =E2=82=AC a day</p>",
      "--b",
      'Content-Disposition: attachment; filename="plan.pdf"',
      "",
      "x",
      "--b--",
    ].join("\r\n");
    const text = textOf(await read("a.eml", mail));
    expect(text).toContain("Subject: Zürich offer\nFrom: Ada <ada@example.com>");
    expect(text).toContain("Three € a day");
    expect(text).toContain("Attached: plan.pdf");
    expect(text).not.toContain("secret");
  });

  test("a table's columns are the heading of all its rows", async () => {
    expect(sectionsOf(await read("a.csv", 'name,"per night"\nBern,120'))).toEqual([
      ["name per night", 'name,"per night"\nBern,120'],
    ]);
  });

  test("encodings, code, and what has no type but is text", async () => {
    expect(textOf(await read("a.txt", Uint8Array.of(0x5a, 0xfc, 0x72)))).toBe("Zür");
    expect(textOf(await read("a.txt", Uint8Array.of(0xff, 0xfe, 0x5a, 0, 0xfc, 0)))).toBe("Zü");
    expect(textOf(await read("main.rs", "fn main() {}"))).toBe("fn main() {}");
    expect(textOf(await read("LICENSE", "do what you like"))).toBe("do what you like");
    expect(textOf(await read("a.txt", "a\u0000b\u0007c\r\nd"))).toBe("abc\nd");
  });
});

describe("files that mean harm", () => {
  test("say nothing to a model that a person does not see, and their sections stand where they did", async () => {
    const unseen = "\u{e0073}\u{e0061}\u202e\u200b\u2066";
    const text = `# One${unseen}\n\nDue${unseen} now.\n\n# Two\n\nPaid.`;
    expect(sectionsOf(await read("a.md", text))).toEqual([
      ["One", "# One\n\nDue now."],
      ["Two", "# Two\n\nPaid."],
    ]);
    const page = `<h1>One${unseen}</h1><p>Due${unseen} now.</p>`;
    expect(textOf(await read("a.html", page))).toBe("One\n\nDue now.");
    expect(textOf(await read("a.csv", `a,b${unseen}\n1,2`))).not.toMatch(/[^\n -~]/);
  });

  test("neither text nor a known kind", async () => {
    expect(textOf(await read("a.png", "x", "image/png"))).toBe("document.unsupported");
    expect(textOf(await read("a", Uint8Array.of(0, 1, 2)))).toBe("document.unsupported");
  });

  test.each(["a.pdf", "a.docx", "a.xlsx", "a.pptx"])("a broken %s", async (name) => {
    expect(textOf(await read(name, "%PDF-1.7 but no"))).toBe("document.broken");
    expect(textOf(await read(name, zipOf({ "other.xml": { bytes: bytesOf("<a/>") } })))).toBe(
      "document.broken",
    );
  });

  test("every file cut short is broken or shorter, and nothing hangs or throws", async () => {
    for (const name of ["leave.pdf", "travel.docx", "budget.xlsx", "rounds.pptx"]) {
      const whole = fixture(name);
      for (const part of [0, 10, 100, whole.length >> 1, whole.length - 30]) {
        const found = await read(name, whole.subarray(0, part));
        if (!found.ok) expect(found.failure.code).toBe("document.broken");
      }
    }
  });

  test("a file of 2 GB is refused before it is looked at", async () => {
    const bytes = new Uint8Array(2 ** 31);
    expect(textOf(await extractor.extract({ name: "a.pdf", mediaType: "", bytes }))).toBe(
      "document.too_large",
    );
  });

  test("a zip bomb, honest or lying about its size, in one entry or in many", async () => {
    const bomb = deflateRawSync(Buffer.alloc(160 * MB, " "));
    const honest = zipOf({ "word/document.xml": { packed: bomb, size: 160 * MB } });
    expect(honest.length).toBeLessThan(MB);
    expect(textOf(await read("a.docx", honest))).toBe("document.too_large");
    const lying = zipOf({ "word/document.xml": { packed: bomb, size: 10 } });
    expect(textOf(await read("a.docx", lying))).toBe("document.broken");
    const half = { packed: deflateRawSync(Buffer.alloc(70 * MB, " ")), size: 70 * MB };
    const parts = zipOf({ "word/document.xml": half, "word/styles.xml": half });
    expect(textOf(await read("a.docx", parts))).toBe("document.too_large");
  });

  test("more text than is sensible", async () => {
    expect(textOf(await read("a.txt", "word ".repeat(1_200_000)))).toBe("document.too_large");
  });

  test("XML that expands itself expands nothing", async () => {
    const entities = `<!DOCTYPE a [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>`;
    const xml = `${entities}<w:document><w:p><w:t>so &b; it is</w:t></w:p></w:document>`;
    const file = zipOf({ "word/document.xml": { bytes: bytesOf(xml) } });
    expect(textOf(await read("a.docx", file))).not.toContain("lol");
  });

  test("a page nested without end", async () => {
    const strict = new TextExtractor({ ...EXTRACT_LIMITS, threads: 1, timeoutMs: 1_000 });
    const bytes = bytesOf("<div>".repeat(200_000) + "deep");
    const found = await strict.extract({ name: "a.html", mediaType: "", bytes });
    expect(textOf(found)).toMatch(/^deep$|^document\.timeout$/);
    await strict.close();
  });

  test("a PDF whose page unpacks to much: ended for its memory or its time, and the next one is read", async () => {
    const strict = new TextExtractor({
      ...EXTRACT_LIMITS,
      threads: 1,
      timeoutMs: 20_000,
      memoryMb: 200,
    });
    const bomb = strict.extract({ name: "a.pdf", mediaType: "", bytes: pdfBomb(400 * MB) });
    const next = strict.extract({ name: "a.txt", mediaType: "", bytes: bytesOf("still here") });
    expect(textOf(await bomb)).toMatch(/^document\.(too_large|timeout)$/);
    expect(textOf(await next)).toBe("still here");
    await strict.close();
  });

  test("a reader that takes too long is ended", async () => {
    const strict = new TextExtractor({ ...EXTRACT_LIMITS, threads: 1, timeoutMs: 1 });
    const bytes = fixture("rounds.pptx");
    expect(textOf(await strict.extract({ name: "a.pptx", mediaType: "", bytes }))).toBe(
      "document.timeout",
    );
    await strict.close();
  });
});

/** A PDF of one page whose content is `bytes` of spaces, packed. */
function pdfBomb(bytes: number): Uint8Array {
  const packed = deflateSync(Buffer.alloc(bytes, "( ) Tj "));
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
  ];
  const head = objects.map((object, i) => `${i + 1} 0 obj${object}endobj\n`).join("");
  return Buffer.concat([
    bytesOf(`%PDF-1.4\n${head}4 0 obj<</Length ${packed.length}/Filter/FlateDecode>>stream\n`),
    packed,
    bytesOf("\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"),
  ]);
}

/** A ZIP archive as it is written, also with sizes that are not so. */
function zipOf(
  files: Record<string, { bytes: Uint8Array } | { packed: Uint8Array; size: number }>,
): Uint8Array {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, file] of Object.entries(files)) {
    const packed = "packed" in file ? file.packed : deflateRawSync(file.bytes);
    const size = "packed" in file ? file.size : file.bytes.length;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), common, bytesOf(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    const made = Buffer.concat([Buffer.from([20, 0]), common, rest, bytesOf(name)]);
    directory.push(Buffer.concat([Buffer.from("PK\u0001\u0002"), made]));
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(Buffer.concat(directory).length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...directory, Buffer.from("PK\u0005\u0006"), end]);
}
