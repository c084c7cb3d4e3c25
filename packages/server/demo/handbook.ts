// The employee handbook of the demo company: a section of handbook.md is a document.
import { readFileSync } from "node:fs";

const text = readFileSync(new URL("handbook.md", import.meta.url), "utf8");

export const HANDBOOK: readonly { readonly title: string; readonly text: string }[] = text
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const [title = "", ...rest] = section.split("\n");
    return { title, text: rest.join("\n").trim() };
  });
