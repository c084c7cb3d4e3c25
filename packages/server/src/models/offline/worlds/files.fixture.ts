// A file system as the well-known server offers it: paths, contents, moves.
import { tool } from "../world.fixture.ts";
import { said, text, written, type Trade } from "./trial.fixture.ts";

export const files: Trade = {
  trade: "file system",
  tools: [
    tool("read_file", "Read the complete contents of a file from the file system.", {
      in: { path: text },
      out: ({ path }) =>
        path === "docs/plan.md"
          ? "The launch is on 3 March.\nThe budget is open."
          : "ENOENT: no such file",
    }),
    tool("write_file", "Create a new file or completely overwrite an existing file.", {
      in: { path: text, content: text },
      out: ({ path }) => `Successfully wrote to ${written(path)}`,
    }),
    tool("list_directory", "Get a listing of all files and directories in a path.", {
      in: { path: text },
      out: () => "[FILE] plan.md\n[DIR] old",
    }),
    tool("create_directory", "Create a new directory.", {
      in: { path: text },
      out: ({ path }) => `Successfully created directory ${written(path)}`,
    }),
    tool("move_file", "Move or rename a file.", {
      in: { source: text, destination: text },
      out: () => "Successfully moved",
    }),
    tool("search_files", "Search for files whose name matches a pattern.", {
      in: { path: said("Where to start"), pattern: said("Glob pattern, e.g. *.md") },
      out: () => "docs/plan.md\ndocs/old/plan.md",
    }),
  ],
  asks: [
    {
      ask: "What does docs/plan.md say about the launch?",
      looks: [["read_file", { path: "docs/plan.md" }]],
      says: [/launch is on 3 March/],
    },
    {
      ask: "List the files in /srv/reports",
      looks: [["list_directory", { path: "/srv/reports" }]],
      says: [/plan\.md/],
    },
    {
      ask: "Move notes.txt to archive/2026/notes.txt",
      does: [["move_file", { source: "notes.txt", destination: "archive/2026/notes.txt" }]],
      says: [/moved/i],
    },
    {
      ask: 'Create a file docs/hello.md with the content "Hello there"',
      does: [["write_file", { path: "docs/hello.md", content: "Hello there" }]],
      says: [/wrote to docs\/hello\.md/i],
    },
    {
      ask: "Create a directory called /srv/reports/q4",
      does: [["create_directory", { path: "/srv/reports/q4" }]],
    },
    {
      ask: "Search /srv for *.md",
      looks: [["search_files", { path: "/srv", pattern: "*.md" }]],
    },
    { ask: "Read docs/none.md", says: [/no such file/i] },
  ],
};
