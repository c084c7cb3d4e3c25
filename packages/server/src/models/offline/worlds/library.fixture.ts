// A library behind a server's prefix: long numbers, names that lead to ids, plain-text answers.
import { tool } from "../world.fixture.ts";
import { day, said, text, yes, type Trade } from "./trial.fixture.ts";

export const library: Trade = {
  trade: "library",
  tools: [
    tool("library.search_books", "Search the catalogue by title, author or subject.", {
      in: { query: said("Words of the title, the author or the subject"), available_only: yes },
      optional: ["available_only"],
      out: () => ({
        results: [
          { isbn: "978-0-441-47812-5", title: "The Left Hand of Darkness", available: true },
        ],
      }),
    }),
    tool("library.get_book", "Get one book.", {
      in: { isbn: said("ISBN-13 of the book") },
      out: ({ isbn }) => ({ isbn, title: "Refactoring", copies: 3, available: 1 }),
    }),
    tool("library.find_member", "Find a member by name.", {
      in: { name: text },
      out: ({ name }) => ({ member_id: "M-0077", name }),
    }),
    tool("library.list_loans", "List what a member has on loan.", {
      in: { member_id: text },
      out: () => [{ loan_id: "L-881", title: "Solaris", due: "2026-12-01" }],
    }),
    tool("library.checkout", "Lends a book to a member.", {
      in: { isbn: text, member_id: text, due_date: day },
      optional: ["due_date"],
      out: () => "Loan L-900 was recorded. It is due on 2026-12-20.",
    }),
    tool("library.return_book", "Returns a book that was on loan.", {
      in: { loan_id: text },
      out: () => "Loan L-881 is closed.",
    }),
  ],
  asks: [
    {
      ask: "Lend 978-0-13-468599-1 to member M-0042",
      looks: [["library.get_book", { isbn: "978-0-13-468599-1" }]],
      does: [["library.checkout", { isbn: "978-0-13-468599-1", member_id: "M-0042" }]],
      says: [/L-900/],
    },
    {
      ask: "Which books by Ursula Le Guin do you have?",
      looks: [["library.search_books", { query: /Le Guin/ }]],
      says: [/The Left Hand of Darkness/],
    },
    {
      ask: "What has Tomás Ferrer borrowed?",
      looks: [
        ["library.find_member", { name: "Tomás Ferrer" }],
        ["library.list_loans", { member_id: "M-0077" }],
      ],
      says: [/Solaris/],
    },
    {
      ask: "Return loan L-881",
      does: [["library.return_book", { loan_id: "L-881" }]],
      says: [/L-881 is closed/],
    },
    {
      ask: "Please check out 'The Left Hand of Darkness' for Tomás Ferrer until 2026-12-15",
      does: [
        [
          "library.checkout",
          { isbn: "978-0-441-47812-5", member_id: "M-0077", due_date: "2026-12-15" },
        ],
      ],
    },
    {
      ask: "Is Dune available at the moment?",
      but: { "library.search_books": () => [{ isbn: "1", title: "Dune", available: false }] },
      looks: [["library.search_books", { query: /^Dune/, available_only: true }]],
      says: [/Dune is not available/],
    },
    {
      ask: "How many copies of the book 978-0-13-468599-1 are there?",
      looks: [["library.get_book", { isbn: "978-0-13-468599-1" }]],
      says: [/\b3 copies\b|copies.* 3\b/i],
    },
    {
      ask: "Return the book that Tomás Ferrer has",
      looks: [["library.list_loans", { member_id: "M-0077" }]],
      does: [["library.return_book", { loan_id: "L-881" }]],
    },
  ],
};
