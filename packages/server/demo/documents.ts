// The demo's documents: a handbook for everyone, notes of departments, and some that few may read.
// Every person, number and record in them is made up.
import type { AccessExpression } from "../src/access/class.ts";
import { DEPARTMENTS, slug } from "./company.ts";
import { HANDBOOK } from "./handbook.ts";

export interface DemoDocument {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly text: string;
  readonly readers: AccessExpression;
  readonly classes: readonly string[];
}

export function makeDocuments(): DemoDocument[] {
  return [...handbook(), ...DEPARTMENTS.flatMap(departmental), ...sensitive()];
}

function handbook(): DemoDocument[] {
  return HANDBOOK.map(({ title, text }) => ({
    id: `doc_handbook_${slug(title)}`,
    title,
    path: `Handbook/${title}`,
    text,
    readers: { group: "grp_everyone" },
    classes: [],
  }));
}

function departmental(department: (typeof DEPARTMENTS)[number], i: number): DemoDocument[] {
  const group = `grp_${slug(department)}`;
  const day = 1 + (i % 5);
  const weekday = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"][day - 1] ?? "Monday";
  const budget = `${120 + i * 15},000`;
  return [
    {
      id: `doc_${slug(department)}_guide`,
      title: `${department}: how we work`,
      path: `${department}/How we work`,
      text: [
        `${department} meets every ${weekday} at 9:30 for half an hour; notes go to the team folder.`,
        `Requests from other departments come through the service desk and are answered within ${1 + (i % 3)} working days. Urgent requests are called in to the head of ${department}.`,
        `New colleagues are paired with a mentor for their first ${4 + (i % 4)} weeks.`,
      ].join("\n\n"),
      readers: { group },
      classes: [],
    },
    {
      id: `doc_${slug(department)}_plan`,
      title: `${department}: plan and budget 2027`,
      path: `${department}/Plan 2027`,
      text: [
        `The ${department} budget for 2027 is ${budget} USD, of which a tenth is kept for the second half of the year.`,
        `Goals: shorter waiting times, fewer hand-overs, and a training week for everyone in ${department}.`,
        `Two positions are open until March; referrals go to Human Resources.`,
      ].join("\n\n"),
      readers: { all: [{ group: "grp_managers" }, { any: [{ group }, { group: "grp_finance" }] }] },
      classes: ["financial"],
    },
  ];
}

function sensitive(): DemoDocument[] {
  return [
    {
      id: "doc_case_4471",
      title: "Case note 4471",
      path: "Clinical Operations/Case notes/4471",
      text: [
        "Patient: Harriet Colm, born 14 March 1958, record number MRN-4471-88.",
        "Diagnosis: type 2 diabetes with early neuropathy. Metformin 1,000 mg twice a day; glucose sensor since September.",
        "Next visit 3 December 2026. Daughter (Ines Colm) may be told results by telephone.",
      ].join("\n\n"),
      readers: { group: "grp_clinical_staff" },
      classes: ["phi", "pii"],
    },
    {
      id: "doc_case_4502",
      title: "Case note 4502",
      path: "Clinical Operations/Case notes/4502",
      text: [
        "Patient: Rolf Anders, born 2 June 1971, record number MRN-4502-13.",
        "Sleep study at home showed moderate apnoea (AHI 22). Mask fitted on 5 November 2026.",
        "Employer is not to be informed.",
      ].join("\n\n"),
      readers: { group: "grp_clinical_staff" },
      classes: ["phi", "pii"],
    },
    {
      id: "doc_salary_bands",
      title: "Salary bands 2026",
      path: "Human Resources/Salary bands 2026",
      text: [
        "Specialist 48,000-61,000 USD; senior specialist 59,000-74,000 USD; coordinator 52,000-66,000 USD; head of department from 98,000 USD.",
        "Bands are reviewed in April. Exceptions are signed by the head of Human Resources and the head of Finance.",
      ].join("\n\n"),
      readers: { all: [{ group: "grp_human_resources" }, { not: { person: "usr_ada_park" } }] },
      classes: ["financial"],
    },
    {
      id: "doc_refund_playbook",
      title: "Refund playbook",
      path: "Patient Services/Refund playbook",
      text: [
        "Refunds up to 100 USD are paid at once. Above that, someone from Finance approvers looks at the order and the reason first. Nothing above 5,000 USD is refunded through the help desk.",
        "Always look the order up first, and give the customer's own words as the reason.",
        "A refund reaches the customer's account within five working days.",
      ].join("\n\n"),
      readers: { any: [{ group: "grp_patient_services" }, { group: "grp_finance" }] },
      classes: [],
    },
  ];
}
