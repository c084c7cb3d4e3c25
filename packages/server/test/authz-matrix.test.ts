// Who may do what: every endpoint of the table asked by a person of each role, against the real app. The
// golden file is rewritten by `npx vitest run packages/server/test/authz-matrix.test.ts -u`; read its
// diff as what it is, a change of somebody's rights.
import { ENDPOINT_ROWS, type Endpoint } from "@stead/protocol";
import type { LooseInput } from "@stead/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Entered, Persona } from "../src/http/edge.fixture.ts";
import { casesOf, waitingRun } from "./office/cases.ts";
import { openOffice, type Office } from "./office/office.ts";
import { sendTo } from "./office/send.ts";

let office: Office;

beforeAll(async () => {
  office = await openOffice();
});
afterAll(() => office.close());

const COLUMNS = [
  "stranger",
  "employee",
  "approver",
  "builder",
  "administrator",
  "auditor",
] as const;
const LEGEND = `# Who may do what: a line per endpoint, a column per role.
#   yes   let through
#   no    refused: not signed in, or policy does not allow it
#   404   not shown to exist
# The run, key and document are the employee's; the agent is the builder's and shared with the
# employee's group; the approver is in the group that policy asks about the employee's run.
`;

const NO = ["auth.required", "auth.invalid", "policy.denied", "approval.own"];
const errorSchema = z.object({ error: z.object({ code: z.string() }) });

async function cellOf(
  endpoint: Endpoint,
  input: LooseInput,
  as: Entered | undefined,
): Promise<string> {
  const response = await sendTo(office, endpoint, { input, as });
  // A page goes on to another.
  if (response.status < 400) {
    await response.body?.cancel();
    return "yes";
  }
  const { code } = errorSchema.parse(await response.json()).error;
  if (NO.includes(code)) return "no";
  return code === "resource.not_found" ? "404" : code;
}

const persona = (column: (typeof COLUMNS)[number]): Persona | undefined =>
  column === "stranger" ? undefined : column;

test("the matrix is as the golden file says", { timeout: 400_000 }, async () => {
  const run = await waitingRun(office, await office.enter("employee"));
  const cases = casesOf(office, run);
  const lines = [row("", COLUMNS)];
  for (const { name, endpoint } of ENDPOINT_ROWS) {
    const cells: string[] = [];
    for (const column of COLUMNS) {
      const who = persona(column);
      const as = who && (await office.enter(who));
      cells.push(await cellOf(endpoint, await cases[name](), as));
    }
    lines.push(row(name, cells));
  }
  await expect(`${LEGEND}${lines.join("\n")}\n`).toMatchFileSnapshot("authz-matrix.txt");
});

function row(name: string, cells: readonly string[]): string {
  return `${name.padEnd(22)}${cells.map((cell) => cell.padEnd(15)).join("")}`.trimEnd();
}
