// The demo company: Northwind Care, 500 people in 12 departments with nested groups. Deterministic:
// the same seed gives the same people, so that tests and screenshots can name them.
import type { Role } from "@stead/protocol";

export interface DemoPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly department: string;
  readonly title: string;
  readonly managerId: string | null;
  readonly roles: readonly Role[];
}

export interface DemoGroup {
  readonly id: string;
  readonly name: string;
}

export interface DemoMembership {
  readonly groupId: string;
  readonly personId: string | null;
  readonly memberGroupId: string | null;
}

export interface Company {
  readonly people: readonly DemoPerson[];
  readonly groups: readonly DemoGroup[];
  readonly memberships: readonly DemoMembership[];
}

export interface Persona {
  readonly personId: string;
  readonly what: string;
}

const PEOPLE = 500;
const TEAMS = 3;

export const DEPARTMENTS = [
  "Patient Services",
  "Clinical Operations",
  "Nursing",
  "Pharmacy",
  "Laboratory",
  "Billing",
  "Finance",
  "Human Resources",
  "Information Technology",
  "Legal and Compliance",
  "Partnerships",
  "Facilities",
] as const;

/** The six people whom a newcomer can sign in as. */
export const PERSONAS: readonly Persona[] = [
  { personId: "usr_ada_park", what: "employee: asks agents to do things" },
  { personId: "usr_ben_osei", what: "manager of Patient Services" },
  { personId: "usr_carla_ruiz", what: "finance approver: answers what policy asks" },
  { personId: "usr_dev_patel", what: "agent builder" },
  { personId: "usr_eva_lindqvist", what: "administrator" },
  { personId: "usr_farid_haddad", what: "auditor" },
];

type NewPerson = Omit<DemoPerson, "id" | "email" | "managerId"> & { readonly team: number };

const NAMED: readonly NewPerson[] = [
  {
    name: "Ben Osei",
    department: "Patient Services",
    title: "Head of Patient Services",
    roles: ["employee"],
    team: 0,
  },
  {
    name: "Ada Park",
    department: "Patient Services",
    title: "Patient Support Specialist",
    roles: ["employee"],
    team: 0,
  },
  {
    name: "Carla Ruiz",
    department: "Finance",
    title: "Treasury Lead",
    roles: ["employee"],
    team: 0,
  },
  {
    name: "Dev Patel",
    department: "Information Technology",
    title: "Automation Engineer",
    roles: ["employee", "builder"],
    team: 0,
  },
  {
    name: "Eva Lindqvist",
    department: "Information Technology",
    title: "Platform Administrator",
    roles: ["employee", "administrator"],
    team: 1,
  },
  {
    name: "Farid Haddad",
    department: "Legal and Compliance",
    title: "Internal Auditor",
    roles: ["employee", "auditor"],
    team: 0,
  },
];

const FIRST = (
  "Alma Boris Chen Dana Elif Fynn Grace Hugo Iris Jonas Kira Leon Mina Nils Olga Pavel Quinn Rosa " +
  "Samir Tara Ugo Vera Wim Xenia Yusuf Zoe Amir Bela Cato Dora"
).split(" ");
const LAST = (
  "Abebe Brandt Castro Duarte Eriksen Fischer Gupta Haas Ito Jansen Kovacs Larsen Moreau Novak Okafor " +
  "Petrov Quist Rossi Silva Tanaka Ueda Vargas Weber Xu Yilmaz Zeman Adler Bianchi Costa Demir"
).split(" ");
const TITLES = ["Specialist", "Coordinator", "Analyst", "Senior Specialist", "Associate"];

export function makeCompany(): Company {
  const people: DemoPerson[] = [];
  const memberships: DemoMembership[] = [];
  const heads = new Map<string, string>();
  const add = (given: NewPerson): void => {
    const id = `usr_${slug(given.name)}`;
    const { team, ...rest } = given;
    const head = heads.get(given.department) ?? null;
    if (head === null) heads.set(given.department, id);
    people.push({
      ...rest,
      id,
      email: `${slug(given.name, ".")}@northwind.example`,
      managerId: head,
    });
    memberships.push(member(`grp_${slug(given.department)}_${team + 1}`, id));
    if (head === null) memberships.push(member("grp_managers", id));
  };
  for (const named of NAMED) add(named);
  for (let i = 0; people.length < PEOPLE; i++) add(invented(i));
  return { people, groups: groups(), memberships: [...memberships, ...nesting()] };
}

/** 900 names, each once; departments and teams in turn. */
function invented(i: number): NewPerson {
  const name = `${FIRST[i % 30] ?? ""} ${LAST[(Math.floor(i / 30) + i) % 30] ?? ""}`;
  const department = DEPARTMENTS[i % DEPARTMENTS.length] ?? DEPARTMENTS[0];
  const team = Math.floor(i / DEPARTMENTS.length) % TEAMS;
  const head = i < DEPARTMENTS.length;
  const title = head
    ? `Head of ${department}`
    : `${department} ${TITLES[Math.floor(i / 7) % TITLES.length] ?? ""}`;
  return { name, department, title, roles: ["employee"], team };
}

function groups(): DemoGroup[] {
  return [
    { id: "grp_everyone", name: "Everyone" },
    { id: "grp_managers", name: "Managers" },
    { id: "grp_finance_approvers", name: "Finance approvers" },
    { id: "grp_clinical_staff", name: "Clinical staff" },
    ...DEPARTMENTS.flatMap((department) => [
      { id: `grp_${slug(department)}`, name: department },
      ...Array.from({ length: TEAMS }, (_, i) => ({
        id: `grp_${slug(department)}_${i + 1}`,
        name: `${department} team ${i + 1}`,
      })),
    ]),
  ];
}

/** Teams are in departments, departments in Everyone; treasury (a team) approves for Finance. */
function nesting(): DemoMembership[] {
  return [
    ...DEPARTMENTS.flatMap((department) => [
      nested("grp_everyone", `grp_${slug(department)}`),
      ...Array.from({ length: TEAMS }, (_, i) =>
        nested(`grp_${slug(department)}`, `grp_${slug(department)}_${i + 1}`),
      ),
    ]),
    nested("grp_finance_approvers", "grp_finance_1"),
    ...["Clinical Operations", "Nursing", "Pharmacy", "Laboratory"].map((department) =>
      nested("grp_clinical_staff", `grp_${slug(department)}`),
    ),
  ];
}

function member(groupId: string, personId: string): DemoMembership {
  return { groupId, personId, memberGroupId: null };
}

function nested(groupId: string, memberGroupId: string): DemoMembership {
  return { groupId, personId: null, memberGroupId };
}

export function slug(text: string, gap = "_"): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, gap);
}
