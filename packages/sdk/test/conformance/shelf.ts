// A small source of folders and notes that keeps state and answers as a web service would.
import { z } from "zod";
import { SourceError, type HttpReply, type HttpRequest, type Source } from "../../src/index.ts";

export const noteSchema = z.strictObject({
  id: z.string(),
  parent: z.string().nullable(),
  folder: z.boolean(),
  text: z.string(),
  team: z.string(),
});
export type Note = z.output<typeof noteSchema>;

const PAGE = 2;

/** Keeps state and answers as a web service would, two to a page. */
export class Shelf {
  readonly notes = new Map<string, Note>();
  readonly teams = new Map([
    ["all", ["ada", "bob", "cyd"]],
    ["few", ["ada", "bob"]],
  ]);
  readonly log: string[] = [];

  constructor() {
    this.put({ id: "top", parent: null, folder: true, text: "", team: "all" });
    this.put({ id: "plans", parent: "top", folder: true, text: "", team: "few" });
    this.put({ id: "budget", parent: "plans", folder: false, text: "Nine.", team: "all" });
    this.put({ id: "menu", parent: "top", folder: false, text: "Soup.", team: "all" });
    this.put({ id: "salad", parent: "top", folder: false, text: "Green.", team: "few" });
  }

  put(note: Note): void {
    this.notes.set(note.id, note);
    this.log.push(note.id);
  }

  change(id: string, change: Partial<Note>): string {
    const note = this.notes.get(id);
    if (note === undefined) throw new Error(`no ${id}`);
    this.put({ ...note, ...change });
    return id;
  }

  remove(id: string): string {
    this.notes.delete(id);
    this.log.push(id);
    return id;
  }

  source(): Source<unknown> {
    return {
      id: "src_shelf",
      settings: { shelf: "one" },
      secrets: { key: "s3cr3t-k3y" },
      http: async (request) => replyOf(this.#answer(request)),
      dial: () => Promise.reject(new SourceError("unavailable", "no connection")),
      run: () => Promise.resolve({ code: 1, stdout: "", stderr: "" }),
      signal: new AbortController().signal,
      log: () => {},
    };
  }

  #answer({ url, query = {} }: HttpRequest): unknown {
    const [, what, id = "", sub] = url.split("/");
    const from = Number(query["from"] ?? 0);
    if (what === "notes" && id === "") return pageFrom([...this.notes.values()], from);
    if (what === "notes" && sub === "text") return this.#note(id).text;
    if (what === "notes") return this.#note(id);
    if (what === "people") return pageFrom(["ada", "bob", "cyd", "dan"], from);
    if (what === "teams" && id === "") return pageFrom([...this.teams.keys()], from);
    if (what === "teams") return pageFrom(this.teams.get(id) ?? [], from);
    if (what === "log") return { items: this.log.slice(from), next: String(this.log.length) };
    throw new SourceError("missing", "404");
  }

  #note(id: string): Note {
    const note = this.notes.get(id);
    if (note === undefined) throw new SourceError("missing", "404");
    return note;
  }
}

function pageFrom(all: readonly unknown[], from: number): unknown {
  const next = from + PAGE < all.length ? String(from + PAGE) : null;
  return { items: all.slice(from, from + PAGE), next };
}

function replyOf(value: unknown): HttpReply {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return {
    status: 200,
    headers: {},
    json: async () => structuredClone(value),
    text: async () => text,
    bytes: (async function* () {
      yield new TextEncoder().encode(text);
    })(),
  };
}
