// A personnel office: names that lead to ids, salaries, spans of days, yes and no.
import { tool } from "../world.fixture.ts";
import { day, oneOf, said, text, whole, yes, written, type Trade } from "./trial.fixture.ts";

export const people: Trade = {
  trade: "personnel office",
  tools: [
    tool("search_employees", "Search employees by name, e-mail or department.", {
      in: { query: said("Name, e-mail or department") },
      out: ({ query }) =>
        /grant|meier/i.test(written(query))
          ? [{ employee_id: "E-204", name: "Amy Grant", email: "amy.grant@example.com" }]
          : [],
    }),
    tool("get_employee", "Get an employee's profile.", {
      in: { employee_id: text },
      out: ({ employee_id: id }) => ({
        employee_id: id,
        name: "Amy Grant",
        department: "Legal",
        manager: { name: "Ruth Okafor", email: "ruth@example.com" },
        vacation_days_left: 9,
      }),
    }),
    tool("submit_time_off", "Submit a time-off request for an employee.", {
      in: {
        employee_id: text,
        kind: oneOf("vacation", "sick", "unpaid"),
        start_date: day,
        end_date: day,
        half_day: yes,
        comment: text,
      },
      optional: ["half_day", "comment"],
      out: () => ({ request_id: "TO-71", status: "pending" }),
    }),
    tool("update_salary", "Update an employee's yearly salary.", {
      in: { employee_id: text, salary_cents: whole, effective_date: day },
      out: () => ({ updated: true }),
    }),
    tool("post_announcement", "Post an announcement to a department.", {
      in: { department: text, title: text, message: text },
      out: () => ({ announcement_id: "AN-2" }),
    }),
  ],
  asks: [
    {
      ask: "Request vacation for Amy Grant from 7 December to 11 December",
      looks: [["search_employees", { query: "Amy Grant" }]],
      does: [
        [
          "submit_time_off",
          {
            employee_id: "E-204",
            kind: "vacation",
            start_date: "2026-12-07",
            end_date: "2026-12-11",
          },
        ],
      ],
      says: [/TO-71/, /pending/],
    },
    {
      ask: "Who is the manager of E-204?",
      looks: [["get_employee", { employee_id: "E-204" }]],
      says: [/Ruth Okafor/],
    },
    {
      ask: "How many vacation days has Amy Grant left?",
      looks: [["get_employee", { employee_id: "E-204" }]],
      says: [/9 vacation days left/],
    },
    {
      ask: "Set the salary of E-204 to 62,500 EUR from January 1st, 2027",
      does: [
        [
          "update_salary",
          { employee_id: "E-204", salary_cents: 6_250_000, effective_date: "2027-01-01" },
        ],
      ],
    },
    {
      ask: "Amy Grant is sick today and tomorrow, please submit time off",
      does: [
        [
          "submit_time_off",
          { employee_id: "E-204", kind: "sick", start_date: "2026-11-22", end_date: "2026-11-23" },
        ],
      ],
    },
    {
      ask: 'Post an announcement to Legal titled "Moving day": the boxes arrive on Friday',
      does: [
        [
          "post_announcement",
          { department: "Legal", title: "Moving day", message: "the boxes arrive on Friday" },
        ],
      ],
    },
    {
      ask: "Request vacation for Zoe Park on 2026-12-07",
      looks: [["search_employees", { query: "Zoe Park" }]],
      says: [/found/i],
    },
    { ask: "What's the capital of Peru?", says: [/no tool|can't|cannot|found/i] },
  ],
};
