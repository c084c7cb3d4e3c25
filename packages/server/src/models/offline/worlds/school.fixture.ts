// A school: whole-number ids, marks with decimals, messages with a subject.
import { tool } from "../world.fixture.ts";
import { said, text, whole, type Trade } from "./trial.fixture.ts";

export const school: Trade = {
  trade: "school",
  tools: [
    tool("students_search", "Searches students by name.", {
      in: { name: said("Full name or a part of it") },
      out: ({ name }) => (name === "Lena Vogt" ? [{ student_id: 311, name, class: "7b" }] : []),
    }),
    tool("course_list", "Lists the courses of this term.", {
      out: () => [
        { code: "MATH-101", name: "Mathematics", seats_left: 4 },
        { code: "ART-9", name: "Drawing", seats_left: 0 },
      ],
    }),
    tool("enroll_student", "Enrolls a student in a course.", {
      in: { student_id: whole, course_code: text },
      out: () => ({ enrolled: true }),
    }),
    tool("record_grade", "Records a student's grade in a course.", {
      in: {
        student_id: whole,
        course_code: text,
        grade: { type: "number", minimum: 1, maximum: 6 },
        comment: text,
      },
      optional: ["comment"],
      out: () => ({ recorded: true }),
    }),
    tool("message_parents", "Sends a message to the parents of a student.", {
      in: { student_id: whole, subject: text, message: text },
      out: () => ({ message_id: "MSG-5" }),
    }),
  ],
  asks: [
    {
      ask: "Enroll student 311 in course MATH-101",
      does: [["enroll_student", { student_id: 311, course_code: "MATH-101" }]],
      says: [/enrolled/i],
    },
    {
      ask: "Record a grade of 5.5 for Lena Vogt in MATH-101",
      looks: [["students_search", { name: "Lena Vogt" }]],
      does: [["record_grade", { student_id: 311, course_code: "MATH-101", grade: 5.5 }]],
    },
    {
      ask: "Which courses are there?",
      looks: [["course_list", {}]],
      says: [/Mathematics/, /ART-9/],
    },
    {
      ask: "Message the parents of student 311, subject: School trip, message: We leave at 8 from gate B",
      does: [
        [
          "message_parents",
          { student_id: 311, subject: "School trip", message: "We leave at 8 from gate B" },
        ],
      ],
      says: [/MSG-5/],
    },
    { ask: "Please enroll Lena Vogt", says: [/course/i, /\?/] },
    {
      ask: "Put Nils Berg into MATH-101",
      looks: [["students_search", { name: "Nils Berg" }]],
      says: [/found|no/i],
    },
    {
      ask: "ART-9",
      after: ["Please enroll Lena Vogt"],
      does: [["enroll_student", { student_id: 311, course_code: "ART-9" }]],
    },
    { ask: "How many seats are left in MATH-101?", says: [/\b4\b/] },
  ],
};
