// A code host like the well-known ones: owner/name pairs, numbered things, branches, labels.
import { tool } from "../world.fixture.ts";
import { oneOf, said, text, whole, yes, type Trade } from "./trial.fixture.ts";

const where = { owner: said("Repository owner"), repo: said("Repository name") };
const list = { type: "array", items: { type: "string" } };

export const codeHost: Trade = {
  trade: "code host",
  tools: [
    tool("create_issue", "Create a new issue in a repository", {
      in: { ...where, title: said("Issue title"), body: said("Issue body"), labels: list },
      optional: ["body", "labels"],
      out: ({ title }) => ({ number: 43, title, state: "open" }),
    }),
    tool("list_issues", "List issues in a repository", {
      in: { ...where, state: oneOf("open", "closed", "all") },
      optional: ["state"],
      out: () => [
        { number: 17, title: "Dark mode flickers", state: "open" },
        { number: 42, title: "Login fails", state: "open" },
      ],
    }),
    tool("get_issue", "Get details of a specific issue", {
      in: { ...where, issue_number: whole },
      out: ({ issue_number: number }) => ({ number, title: "Dark mode flickers", state: "open" }),
    }),
    tool("add_issue_comment", "Add a comment to an existing issue", {
      in: { ...where, issue_number: whole, body: said("Comment text") },
      out: () => ({ id: 990_121 }),
    }),
    tool("create_pull_request", "Create a new pull request", {
      in: {
        ...where,
        title: text,
        head: said("The branch that holds your changes"),
        base: said("The branch to merge into"),
        draft: yes,
      },
      optional: ["draft"],
      out: () => ({ number: 9, state: "open" }),
    }),
    tool("merge_pull_request", "Merge a pull request", {
      in: { ...where, pull_number: whole, merge_method: oneOf("merge", "squash", "rebase") },
      optional: ["merge_method"],
      out: () => ({ merged: true }),
    }),
    tool("search_code", "Search for code across repositories", {
      in: { q: said("Search query") },
      out: () => ({
        total_count: 1,
        items: [{ path: "src/config.ts", repository: "acme/rocket" }],
      }),
    }),
  ],
  asks: [
    {
      ask: 'Open an issue in acme/rocket titled "Crash on start" with the label bug',
      does: [
        [
          "create_issue",
          { owner: "acme", repo: "rocket", title: "Crash on start", labels: ["bug"] },
        ],
      ],
      says: [/43/],
    },
    {
      ask: "Comment on issue 42 in acme/rocket: fixed in the next release",
      does: [
        [
          "add_issue_comment",
          { owner: "acme", repo: "rocket", issue_number: 42, body: "fixed in the next release" },
        ],
      ],
    },
    {
      ask: "Show the open issues of acme/rocket",
      looks: [["list_issues", { owner: "acme", repo: "rocket", state: "open" }]],
      says: [/Dark mode flickers/, /Login fails/],
    },
    {
      ask: "What is the issue with number 17 in acme/rocket about?",
      looks: [["get_issue", { owner: "acme", repo: "rocket", issue_number: 17 }]],
      says: [/Dark mode flickers/],
    },
    {
      ask: "Merge pull request 8 of acme/rocket with squash",
      does: [
        [
          "merge_pull_request",
          { owner: "acme", repo: "rocket", pull_number: 8, merge_method: "squash" },
        ],
      ],
      says: [/merged/i],
    },
    {
      ask: "Open a draft pull request in acme/rocket from feature/login to main titled 'Add login'",
      does: [
        [
          "create_pull_request",
          {
            owner: "acme",
            repo: "rocket",
            title: "Add login",
            head: "feature/login",
            base: "main",
            draft: true,
          },
        ],
      ],
    },
    { ask: "Search the code for parseConfig", looks: [["search_code", { q: "parseConfig" }]] },
    { ask: "Create an issue about the slow search", says: [/owner|repo/i, /\?/] },
  ],
};
